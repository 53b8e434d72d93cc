"""The elements when frameworks or visitors add, remove and change them."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.sign_up_flow import fill_details
from tests.browser.states.login import EILEENS_DEVICE
from tests.browser.states.scene import TOKENS, USER, Scene
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

pytestmark = pytest.mark.slow

APPEND = "name => document.querySelector('main').append(document.createElement(name))"
NEW = "document.querySelector('main').appendChild(document.createElement('visage-login'))"
HIDDEN = "Object.defineProperty(document, 'hidden', { value: true, configurable: true })"
SEEN = """
() => {
  Object.defineProperty(document, 'hidden', { value: false, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}
"""
EARLY = """
addEventListener('DOMContentLoaded', () => {
  const element = document.querySelector('visage-signup')
  element.accessToken = 'a.b.c'
  element.poses = ['front', 'left', 'right']
}, { once: true, capture: true })
"""


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    scene = Scene(tab, film, collins)
    scene.see("no_face")
    return scene


def test_an_element_that_is_started_as_it_is_added_starts(scene: Scene) -> None:
    scene.tab.go("/")
    scene.tab.page.add_script_tag(type="module", url="/web/dist/visage.js")
    assert scene.tab.page.evaluate(f"() => {NEW}.start()") is True
    scene.tab.step("live")


def test_an_element_that_is_stopped_as_it_is_added_waits(scene: Scene) -> None:
    scene.tab.go("/")
    scene.tab.page.add_script_tag(type="module", url="/web/dist/visage.js")
    scene.tab.page.evaluate(f"() => {NEW}.stop()")
    scene.tab.step("idle")


def test_an_element_that_is_gone_leaves_the_camera_alone(scene: Scene) -> None:
    scene.tab.go("/login")
    scene.tab.step("live")
    script = "async element => { element.remove(); return [await element.start(), element.camera.live] }"
    assert scene.tab.login.evaluate(script) == [False, False]


def test_properties_that_are_set_before_the_element_is_defined_count(scene: Scene) -> None:
    scene.before(EARLY)
    scene.tab.page.route("**/web/dist/visage.js", lambda route: route.continue_())
    scene.tab.go("/signup")
    expect(scene.tab.step("details")).to_contain_text("3 new pictures")


def test_a_language_that_changes_while_it_loads_is_the_one_that_is_spoken(scene: Scene) -> None:
    scene.tab.go("/login")
    scene.tab.step("live")
    scene.tab.login.evaluate("element => { element.lang = 'de'; element.lang = 'fr' }")
    expect(scene.tab.page.get_by_role("button", name="Utiliser le mot de passe")).to_be_visible()


def test_without_its_language_an_element_says_so(scene: Scene) -> None:
    scene.cut("/web/dist/chunks/en-*.js")
    scene.tab.page.on("pageerror", lambda error: None)
    scene.tab.go("/login")
    expect(scene.tab.step("error").get_by_role("button")).to_have_text("Reload the page")


def test_where_a_language_cannot_be_had_english_is_spoken(scene: Scene) -> None:
    scene.cut("/web/dist/chunks/de-*.js")
    scene.tab.go("/login")
    scene.tab.step("live")
    scene.tab.login.evaluate("element => { element.lang = 'de' }")
    scene.tab.hint("no_face")
    assert scene.tab.login.evaluate("element => element.language") == "en"


def test_two_forms_on_a_page_have_labels_of_their_own(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.step("details")
    scene.tab.page.evaluate(APPEND, "visage-signup")
    boxes = scene.tab.page.get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    expect(boxes.nth(1)).to_be_enabled()
    scene.tab.page.locator("label", has_text="I agree").nth(1).click()
    expect(boxes.nth(0)).not_to_be_checked()
    expect(boxes.nth(1)).to_be_checked()


def test_an_api_of_the_pages_own_outlives_another_endpoint(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.step("details")
    script = (
        "element => { const own = element.api; element.api = own; element.endpoint = '/x'; return element.api === own }"
    )
    assert scene.tab.signup.evaluate(script) is True


def test_stopping_takes_no_welcome_away(scene: Scene) -> None:
    scene.see()
    scene.match()
    scene.tab.go("/login")
    scene.tab.step("welcome")
    assert scene.tab.login.evaluate("element => element.stop().then(() => element.step)") == "welcome"


def test_a_sign_up_that_is_being_sent_is_not_started_anew(scene: Scene) -> None:
    scene.see()
    scene.hang("/user/facial/store")
    scene.tab.go("/signup")
    fill_details(scene.tab)
    scene.tab.press("Turn on the camera")
    scene.tab.step("review")
    assert scene.tab.signup.evaluate("element => element.start()") is False
    scene.tab.press("Create account")
    scene.tab.step("sending")
    assert scene.tab.signup.evaluate("element => element.start().then(shown => [shown, element.step])") == [
        False,
        "sending",
    ]


def test_a_double_click_goes_one_step_only(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.fill("User name", "eileen")
    scene.tab.fill("Password", "to the stars and back")
    scene.tab.page.get_by_role("checkbox").check()
    button = scene.tab.page.get_by_role("button", name="Continue").bounding_box()
    assert button is not None
    scene.tab.page.evaluate(
        "addEventListener('click', event => { globalThis.second = event.detail }, { capture: true })"
    )
    scene.tab.page.mouse.dblclick(button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
    scene.tab.step("ready")
    assert not scene.tab.signup.evaluate("element => element.camera.live")


def test_in_a_tab_in_the_background_the_camera_waits_until_it_is_looked_at(scene: Scene) -> None:
    scene.before(HIDDEN)
    scene.tab.go("/login")
    scene.tab.step("starting")
    assert not scene.tab.login.evaluate("element => element.camera.live")
    scene.tab.page.evaluate(SEEN)
    scene.tab.step("live")


def test_a_page_hears_that_the_session_was_renewed_and_that_it_ended(scene: Scene) -> None:
    for name in ("renewed", "logout"):
        scene.before(f"addEventListener('visage-{name}', ({{ detail }}) => {{ globalThis.{name} = detail }})")
    scene.see()
    scene.match(expires_in=2)
    scene.answer("/user/refresh", {**TOKENS, "access_token": "d.e.f", "expires_in": 2})
    scene.tab.go("/login")
    with scene.tab.page.expect_response("**/user/refresh"):
        scene.tab.step("welcome")
    scene.refuse("/user/refresh", 401, "token_invalid")
    expect(scene.tab.step("idle")).to_contain_text("Your session has ended.")
    assert scene.tab.page.evaluate("[renewed, logout]") == [
        {"access_token": "d.e.f", "expires_in": 2},
        {"reason": "ended"},
    ]


def test_names_of_every_script_are_names(scene: Scene) -> None:
    for name in ("नमस्ते", "مُحَمَّد", "José", "王小明"):
        scene.tab.go("/signup")
        fill_details(scene.tab, name)
        scene.tab.step("ready")


def test_a_password_that_was_shown_is_hidden_again_for_the_next_person(scene: Scene) -> None:
    scene.answer("/user/login", TOKENS)
    scene.answer("/user/me", {"user": USER, "amr": ["pwd"]})
    scene.tab.go("/login")
    scene.tab.press("Use password instead")
    scene.tab.fill("User name", "eileen")
    scene.tab.fill("Password", "to the stars and back")
    scene.tab.press("Show the password")
    scene.tab.press("Log in")
    scene.tab.step("welcome")
    assert scene.tab.page.locator("#visage-login-password").get_attribute("type") == "password"


def test_without_a_camera_a_user_can_say_that_they_are_somebody_else(scene: Scene) -> None:
    scene.before(EILEENS_DEVICE)
    scene.tab.go("/login")
    scene.tab.press("Use password instead")
    expect(scene.tab.page.get_by_label("User name")).to_have_value("eileen")
    scene.tab.press("Not you?")
    expect(scene.tab.page.get_by_label("User name")).to_have_value("")


SMALL = [pytest.param(375, 667, marks=pytest.mark.slow), pytest.param(844, 390, marks=pytest.mark.slow), (320, 568)]


@pytest.mark.parametrize(("width", "height"), SMALL)
@pytest.mark.parametrize("path", ["/login", "/signup"])
def test_people_see_themselves_and_the_hint_on_small_and_turned_phones(
    scene: Scene, path: str, width: int, height: int
) -> None:
    scene.tab.page.set_viewport_size({"width": width, "height": height})
    scene.tab.go(path)
    if path == "/signup":
        fill_details(scene.tab)
        scene.tab.press("Turn on the camera")
    scene.tab.hint("no_face")
    stage = scene.tab.page.locator(".stage").bounding_box()
    assert stage is not None
    assert stage["y"] >= -1
    assert stage["y"] + stage["height"] <= height + 1
