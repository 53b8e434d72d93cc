"""A one-time link for a new password, as users see it."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.states.reset import RESET, open_link, send
from tests.browser.states.scene import Scene
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

pytestmark = pytest.mark.slow


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    scene = Scene(tab, film, collins)
    scene.answer(RESET, {})
    return scene


def test_a_link_sets_a_new_password_and_leads_to_the_login(scene: Scene) -> None:
    open_link(scene)
    with scene.tab.page.expect_request(f"**{RESET}") as request:
        send(scene)
    assert request.value.post_data_json == {"token": "a-token", "password": "to the stars and back"}
    expect(scene.tab.step("changed").get_by_role("link", name="Log in")).to_have_attribute("href", "login")
    assert scene.tab.page.url == f"{scene.tab.url}/reset"


def test_a_used_link_is_reported(scene: Scene) -> None:
    scene.refuse(RESET, 410, "link_invalid")
    open_link(scene)
    send(scene)
    expect(scene.tab.step("unusable")).to_contain_text("This link does not work any more.")


def test_the_page_without_a_token_asks_for_no_password(scene: Scene) -> None:
    scene.tab.go("/reset")
    expect(scene.tab.step("unusable")).to_contain_text("This link does not work any more.")


def test_another_link_in_the_same_tab_counts(scene: Scene) -> None:
    scene.tab.go("/reset")
    scene.tab.step("unusable")
    scene.tab.page.evaluate("location.hash = 'another'")
    scene.tab.step("password")
    with scene.tab.page.expect_request(f"**{RESET}") as request:
        send(scene)
    assert request.value.post_data_json["token"] == "another"


def test_an_unreachable_service_is_reported_and_another_try_works(scene: Scene) -> None:
    scene.cut(RESET)
    open_link(scene)
    send(scene)
    expect(scene.tab.page.locator(".visage-form .error")).to_contain_text("The service cannot be reached.")
    scene.answer(RESET, {})
    scene.tab.press("Change password")
    scene.tab.step("changed")
