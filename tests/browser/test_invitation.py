"""Sign-up on a service that requires an invitation."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.sign_up_flow import fill_details
from tests.browser.states.scene import TOKENS, Scene
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

pytestmark = pytest.mark.slow

STORED = {"status": "stored", "facial_data": {"left_out": []}, **TOKENS}


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    """A service that requires invitations."""
    scene = Scene(tab, film, collins)
    scene.answer("/user/facial/options", {"liveness": "off", "signup": "invite"})
    scene.answer("/user/facial/store", STORED, 201)
    return scene


def test_without_an_invitation_the_page_says_so_and_links_to_the_login(scene: Scene) -> None:
    scene.tab.go("/signup")
    step = scene.tab.step("invitation")
    expect(step).to_contain_text("Sign-up is by invitation")
    expect(step.get_by_role("link", name="Log in instead")).to_have_attribute("href", "login")
    expect(scene.tab.page.get_by_label("User name")).to_be_hidden()


def test_an_invitation_in_the_address_is_sent_with_the_pictures(scene: Scene) -> None:
    scene.tab.go("/signup#a-token")
    fill_details(scene.tab)
    scene.tab.press("Turn on the camera")
    scene.tab.step("review")
    with scene.tab.page.expect_request("**/user/facial/store") as request:
        scene.tab.press("Create account")
    assert request.value.post_data_json["invitation"] == "a-token"
    scene.tab.step("done")


def test_an_invitation_in_the_address_opens_the_form_and_leaves_no_copy_there(scene: Scene) -> None:
    scene.tab.go("/signup#a-token")
    scene.tab.step("details")
    assert scene.tab.page.url.endswith("/signup")


def test_an_invitation_that_comes_later_opens_the_form(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.step("invitation")
    scene.tab.signup.evaluate("element => { element.invitation = 'a-token' }")
    scene.tab.step("details")
    expect(scene.tab.page.get_by_label("User name")).to_be_visible()


def test_a_used_invitation_is_reported(scene: Scene) -> None:
    scene.refuse("/user/facial/store", 410, "invitation_invalid")
    scene.tab.go("/signup#a-token")
    fill_details(scene.tab)
    scene.tab.press("Turn on the camera")
    scene.tab.step("review")
    scene.tab.press("Create account")
    expect(scene.tab.step("review").get_by_role("alert")).to_contain_text("This invitation does not work any more.")


def test_a_user_with_an_account_needs_no_invitation_for_new_pictures(scene: Scene) -> None:
    scene.before(
        "document.addEventListener('DOMContentLoaded', () => {"
        "  document.querySelector('visage-signup').accessToken = 'a.b.c' })"
    )
    scene.tab.go("/signup")
    expect(scene.tab.step("details")).to_contain_text("New pictures of your face")
