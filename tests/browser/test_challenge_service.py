"""A challenge with the real judge: a user who moves as the page asks can sign up and log in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from embeddings.detect.finder import FaceFinder
from tests.browser.sign_up_flow import NAME, fill_details
from tests.browser.sitter_camera import LOGIN, SIGN_UP, Occasion, astronaut_before_the_camera
from tests.browser.tab import Tab
from tests.running_service import RunningService, service_of_its_own

TRIES = 3


@pytest.fixture
def challenging_service(bundled: None) -> Iterator[RunningService]:
    with service_of_its_own(VISAGE_LIVENESS="challenge") as service:
        yield service


def sit_down(service: RunningService, browser: Browser, finder: FaceFinder, occasion: Occasion) -> Tab:
    """A visitor whose camera shows a person who does what the page asks."""
    tab = Tab.open(browser.new_context(), service.url)
    tab.expected = {422}
    tab.page.add_init_script(astronaut_before_the_camera(finder, occasion))
    return tab


def play(tab: Tab, begin: str, goal: str) -> None:
    """Plays challenges until one is passed: a busy machine drops frames, which looks like a cut."""
    for _ in range(TRIES):
        button = tab.page.get_by_role("button", name=begin, exact=True)
        if button.is_visible():
            button.click()
        tab.step("challenge")
        tab.page.locator(f"[step={goal}], [step=error], [step=review]").wait_for()
        if tab.page.locator(f"[step={goal}]").count():
            break
    assert tab.complaints == []


@pytest.mark.slow
def test_who_moves_as_asked_signs_up_and_logs_in(
    challenging_service: RunningService, browser_without_camera: Browser, finder: FaceFinder
) -> None:
    tab = sit_down(challenging_service, browser_without_camera, finder, SIGN_UP)
    tab.go("/signup")
    fill_details(tab)
    tab.press("Turn on the camera")
    tab.step("review")
    play(tab, "Create account", "done")
    tab = sit_down(challenging_service, browser_without_camera, finder, LOGIN)
    tab.go("/login")
    play(tab, "Try again", "welcome")
    expect(tab.step("welcome")).to_contain_text(f"Welcome, {NAME}")
