"""The welcome after a login disappears when its session ends, in whichever tab."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.states.scene import TOKENS, Scene
from tests.browser.tab import OUT_OF_THE_CACHE, Tab
from tests.camera_film import CameraFilm

SESSION = "visage-session"
SOMEBODY_ELSE = {**TOKENS, "user": {"id": "b44a", "username": "barack", "face": "enrolled"}}


@pytest.fixture
def matching(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    """A service that recognises every face."""
    scene = Scene(tab, film, collins)
    scene.match()
    return scene


def expect_the_end(tab: Tab) -> None:
    expect(tab.step("idle")).to_contain_text("Your session has ended.")


@pytest.mark.slow
def test_a_session_that_became_somebody_elses_is_over_here_and_goes_on_there(matching: Scene) -> None:
    matching.match(expires_in=2)
    matching.answer("/user/refresh", SOMEBODY_ELSE)
    matching.tab.go("/login")
    expect_the_end(matching.tab)
    assert matching.tab.page.evaluate(f"localStorage.getItem('{SESSION}')") == "1"


def test_a_logout_in_another_tab_ends_the_welcome(matching: Scene) -> None:
    matching.tab.go("/login")
    matching.tab.step("welcome")
    other = matching.tab.beside()
    other.go("/")
    other.page.evaluate(f"localStorage.removeItem('{SESSION}')")
    expect_the_end(matching.tab)


@pytest.mark.slow
def test_other_changes_of_the_storage_in_another_tab_do_not_end_the_welcome(matching: Scene) -> None:
    matching.tab.go("/login")
    matching.tab.step("welcome")
    matching.tab.page.evaluate("addEventListener('storage', ({ key }) => { globalThis.heard = key })")
    other = matching.tab.beside()
    other.go("/")
    other.page.evaluate("localStorage.setItem('visage-by-hand', '1'); localStorage.removeItem('visage-by-hand')")
    matching.tab.page.wait_for_function("globalThis.heard")
    matching.tab.step("welcome")


def test_a_welcome_out_of_the_browsers_cache_is_over_when_its_session_is(matching: Scene) -> None:
    matching.tab.go("/login")
    matching.tab.step("welcome")
    matching.refuse("/user/refresh", 401, "token_invalid")
    matching.tab.page.evaluate(OUT_OF_THE_CACHE)
    expect_the_end(matching.tab)


@pytest.mark.slow
def test_a_welcome_out_of_the_browsers_cache_stays_where_the_service_cannot_be_reached(matching: Scene) -> None:
    matching.tab.go("/login")
    matching.tab.step("welcome")
    matching.cut("/user/refresh")
    with matching.tab.page.expect_event("requestfailed"):
        matching.tab.page.evaluate(OUT_OF_THE_CACHE)
    matching.tab.step("welcome")
