"""From the first field to being logged in with only the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm, empty_room


def press(tab: Tab, *keys: str) -> None:
    for key in keys:
        tab.page.keyboard.press(key)


def tab_to(tab: Tab, name: str, role: str = "button") -> None:
    """Presses Tab until this control has the focus; fails after more presses than a user would try."""
    wanted = tab.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    wanted.wait_for()
    for _ in range(20):
        if wanted.evaluate("element => element.matches(':focus')"):
            return
        press(tab, "Tab")
    raise AssertionError(f"{name} cannot be reached")


@pytest.mark.slow
def test_a_person_signs_up_by_keyboard(tab: Tab, film: CameraFilm, collins: Person) -> None:
    film.show([collins.front])
    tab.go("/signup")
    expect(tab.page.get_by_role("checkbox")).to_be_enabled()
    tab_to(tab, "User name", "textbox")
    tab.page.keyboard.type("eileen")
    press(tab, "Tab")
    tab.page.keyboard.type(PASSWORD)
    press(tab, "Tab", "Tab", "Tab", "Tab", "Space", "Enter")
    tab.step("ready")
    tab_to(tab, "Turn on the camera")
    press(tab, "Enter")
    for pose in collins.poses:
        film.show([collins.poses[pose]])
        if pose != "down":
            tab.signup.locator(f".marks li.done[data-pose={pose}]").wait_for()
    tab.step("review")
    tab_to(tab, "Create account")
    press(tab, "Enter")
    expect(tab.step("done").get_by_role("heading")).to_be_focused()


def test_a_person_logs_in_by_password_and_keyboard(
    tab: Tab, film: CameraFilm, service_url: str, collins: Person
) -> None:
    enrol(service_url, "eileen", PASSWORD, collins)
    film.show([empty_room()])
    tab.go("/login")
    tab.hint("no_face")
    tab_to(tab, "Use password instead")
    press(tab, "Enter")
    expect(tab.page.get_by_label("User name")).to_be_focused()
    tab.page.keyboard.type("eileen")
    press(tab, "Tab")
    tab.page.keyboard.type(PASSWORD)
    press(tab, "Enter")
    expect(tab.step("welcome").get_by_role("heading")).to_be_focused()


def test_the_way_to_the_content_is_short(tab: Tab) -> None:
    tab.go("/login")
    press(tab, "Tab", "Enter")
    expect(tab.page.get_by_role("main")).to_be_focused()
