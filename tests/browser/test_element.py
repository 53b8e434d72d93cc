"""The elements in an embedding page: properties, methods, events and overridable parts (docs/widget.md)."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.states.scene import USER, Scene
from tests.browser.tab import ASKED, CAMERA_FAILS, TWO_CAMERAS, Tab
from tests.camera_film import CameraFilm

PREVENT = "addEventListener('visage-%s', event => event.preventDefault())"
HEAR = "globalThis.heard = []; addEventListener('visage-%s', ({ detail }) => heard.push(detail))"
TIME_FLIES = "const now = performance.now.bind(performance); performance.now = () => 20 * now()"

PROPERTIES = [
    ("visage-login", "endpoint", "/service", "endpoint"),
    ("visage-login", "theme", "dark", "theme"),
    ("visage-login", "auto", False, "auto"),
    ("visage-login", "signupUrl", "/join", "signup-url"),
    ("visage-login", "ways", ["password", "face"], "ways"),
    ("visage-login", "acr", "urn:visage:face:challenge", "acr"),
    ("visage-login", "username", "eileen", "username"),
    ("visage-login", "resumeSession", False, "resume-session"),
    ("visage-signup", "poses", ["front", "left", "up"], "poses"),
    ("visage-signup", "loginUrl", "/enter", "login-url"),
]
"""Element, property, a value that is not the default, and the attribute that reflects it."""


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    return Scene(tab, film, collins)


@pytest.fixture
def matching(scene: Scene) -> Scene:
    """A service that recognises every face."""
    scene.match()
    return scene


def heard(scene: Scene) -> list[dict[str, Any]]:
    """Returns the details of the events that the page received."""
    details: list[dict[str, Any]] = scene.tab.page.evaluate("heard")
    return details


@pytest.mark.slow
def test_a_property_that_a_framework_takes_back_is_as_it_was(scene: Scene) -> None:
    scene.tab.go("/login")
    scene.tab.step("live")
    for element, name, value, attribute in PROPERTIES:
        before, given, after, left = scene.tab.page.evaluate(
            "([tag, name, value, attribute]) => import('/web/dist/visage.js').then(() => {"
            "  const element = document.createElement(tag); const seen = [element[name]];"
            "  for (const next of [value, undefined]) { element[name] = next; seen.push(element[name]) }"
            "  return [...seen, element.hasAttribute(attribute)] })",
            [element, name, value, attribute],
        )
        assert (given, after, left) == (value, before, False), name


def test_a_token_that_is_taken_back_leaves_an_ordinary_sign_up(scene: Scene) -> None:
    scene.tab.go("/signup")
    username = scene.tab.page.get_by_label("User name")
    scene.tab.signup.evaluate("element => { element.accessToken = 'a.b.c' }")
    expect(username).to_have_count(0)
    scene.tab.signup.evaluate("element => { element.accessToken = undefined }")
    expect(username).to_be_visible()


def test_a_page_ends_the_session_with_the_service(matching: Scene) -> None:
    matching.tab.go("/login")
    matching.tab.step("welcome")
    with matching.tab.page.expect_request("**/user/logout"):
        matching.tab.login.evaluate("element => element.logOut()")
    matching.tab.step("idle")
    assert matching.tab.page.evaluate("localStorage.getItem('visage-session')") is None


@pytest.mark.slow
def test_a_page_hears_each_hint_once(scene: Scene) -> None:
    scene.before(HEAR % "hint")
    scene.see("face_too_small")
    scene.tab.go("/login")
    scene.tab.hint("face_too_small")
    assert heard(scene) == [{"hint": "face_too_small", "message": "Move closer"}]


@pytest.mark.slow
def test_a_page_may_drop_a_picture_before_it_is_sent(scene: Scene) -> None:
    sent: list[str] = []
    scene.tab.page.on("request", lambda request: sent.append(request.url.rpartition("/")[2]))
    scene.before(PREVENT % "capture")
    scene.tab.go("/login")
    scene.tab.step("idle")
    assert "recognize" not in sent
    assert not scene.tab.login.evaluate("element => element.camera.live")


def test_a_page_may_welcome_people_itself(matching: Scene) -> None:
    matching.before(HEAR % "success")
    matching.before(PREVENT % "success")
    matching.tab.go("/login")
    matching.tab.step("matched")
    assert heard(matching) == [{"user": USER, "access_token": "a.b.c", "expires_in": 900, "method": "face"}]


def test_a_page_may_offer_another_way_than_our_password_form(scene: Scene) -> None:
    scene.before(HEAR % "fallback")
    scene.before(PREVENT % "fallback")
    scene.before(CAMERA_FAILS % "NotFoundError")
    scene.tab.go("/login")
    scene.tab.step("idle")
    assert heard(scene) == [{"reason": "camera_missing"}]


@pytest.mark.slow
def test_a_page_may_show_an_error_itself(scene: Scene) -> None:
    scene.before(HEAR % "error")
    scene.before(PREVENT % "error")
    scene.refuse("/user/facial/recognize", 500, "internal")
    scene.tab.go("/login")
    scene.tab.step("idle")
    assert heard(scene) == [{"code": "internal", "details": {}, "request_id": "1"}]


@pytest.mark.slow
def test_starting_resolves_once_the_camera_shows_and_stopping_switches_it_off(scene: Scene) -> None:
    scene.see("no_face")
    scene.tab.go("/login")
    scene.tab.step("live")
    start = "element => element.start().then(shown => [shown, element.camera.live])"
    stop = "element => element.stop().then(() => [element.step, element.camera.live])"
    assert scene.tab.login.evaluate(start) == [True, True]
    assert scene.tab.login.evaluate(stop) == ["idle", False]


@pytest.mark.slow
def test_starting_without_a_camera_resolves_to_that(scene: Scene) -> None:
    scene.before(CAMERA_FAILS % "NotFoundError")
    scene.tab.go("/login")
    scene.tab.step("password")
    assert scene.tab.login.evaluate("element => element.start()") is False


@pytest.mark.slow
def test_a_sign_up_does_not_start_the_camera_before_the_form_is_filled_in(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.step("details")
    assert scene.tab.signup.evaluate("element => element.start()") is False
    expect(scene.tab.page.get_by_label("User name")).to_be_focused()


@pytest.mark.slow
def test_requests_travel_as_the_page_wants(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.step("details")
    calls = scene.tab.signup.evaluate(
        "element => new Promise(resolve => {"
        "  element.transport = async ({ method, url }) => {"
        "    resolve([method, url]); return { status: 200, retryAfter: null, body: '{}' } };"
        "  element.endpoint = 'https://login.example.org/' })"
    )
    assert calls == ["GET", "https://login.example.org/user/facial/options"]


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "surface"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(24, 35, 33)")])
def test_a_page_chooses_the_theme(scene: Scene, theme: str, surface: str) -> None:
    scene.tab.go("/signup")
    scene.tab.step("details")
    colour = scene.tab.signup.evaluate(
        "(element, theme) => { element.theme = theme;"
        "  return getComputedStyle(element.shadowRoot.querySelector('.card')).backgroundColor }",
        theme,
    )
    assert colour == surface


@pytest.mark.slow
def test_a_page_may_put_its_own_colours_and_styles_on_it(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.step("details")
    style = "visage-signup { --visage-surface: #123456 } visage-signup::part(title) { text-transform: uppercase }"
    scene.tab.page.evaluate(
        "style => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style);"
        "  document.adoptedStyleSheets.push(sheet) }",
        style,
    )
    read = "element => getComputedStyle(element.shadowRoot.querySelector('{}')).{}"
    assert scene.tab.signup.evaluate(read.format(".card", "backgroundColor")) == "rgb(18, 52, 86)"
    assert scene.tab.signup.evaluate(read.format("h2", "textTransform")) == "uppercase"


@pytest.mark.slow
def test_the_camera_is_switched_off_if_nobody_is_there_for_long(scene: Scene) -> None:
    scene.before(TIME_FLIES)
    scene.see("no_face")
    scene.tab.go("/login")
    expect(scene.tab.step("idle")).to_contain_text("Nobody was there, so the camera is off.")
    assert not scene.tab.login.evaluate("element => element.camera.live")


@pytest.mark.slow
def test_the_choice_of_the_shutter_is_remembered(scene: Scene) -> None:
    scene.see("no_face")
    scene.tab.go("/login")
    scene.tab.press("Auto")
    scene.see()
    scene.tab.page.reload()
    scene.tab.hint("hold_still")
    expect(scene.tab.page.get_by_role("button", name="Auto")).to_have_attribute("aria-pressed", "false")
    scene.tab.press("Take the picture")
    scene.tab.step("unknown")


@pytest.mark.slow
def test_the_chosen_camera_is_asked_for_again(scene: Scene) -> None:
    scene.before(TWO_CAMERAS)
    scene.before(ASKED)
    scene.see("no_face")
    scene.tab.go("/login")
    scene.tab.page.get_by_label("Camera", exact=True).select_option("Desk camera")
    scene.tab.hint("no_face")
    scene.tab.page.reload()
    scene.tab.hint("no_face")
    wish = scene.tab.page.evaluate("asked[0]")
    assert wish["deviceId"] == {"exact": "other"}


@pytest.mark.slow
def test_a_service_that_says_nothing_leaves_the_shutter(scene: Scene) -> None:
    scene.hang("/user/facial/inspect")
    scene.tab.go("/login")
    scene.tab.hint("silent")
    scene.tab.press("Take the picture")
    scene.tab.step("unknown")


@pytest.mark.slow
def test_one_question_is_asked_at_a_time(scene: Scene) -> None:
    asked: list[str] = []
    scene.tab.page.on("request", lambda request: asked.append(request.url) if "inspect" in request.url else None)
    scene.hang("/user/facial/inspect")
    scene.tab.go("/login")
    scene.tab.hint("silent")
    assert len(asked) == 1


@pytest.mark.slow
def test_guidance_that_comes_back_is_taken_up_again(scene: Scene) -> None:
    scene.cut("/user/facial/inspect")
    scene.tab.go("/login")
    scene.tab.hint("silent")
    scene.see()
    scene.tab.step("unknown")


@pytest.mark.slow
def test_a_turned_device_shows_the_picture_in_its_new_shape(scene: Scene) -> None:
    scene.see("no_face")
    scene.tab.go("/login")
    scene.tab.hint("no_face")
    scene.tab.page.set_viewport_size({"width": 844, "height": 390})
    stage = scene.tab.login.locator(".stage").bounding_box()
    assert stage is not None
    assert stage["height"] <= 390
    assert stage["x"] >= 0
    assert stage["x"] + stage["width"] <= 844


@pytest.mark.slow
def test_a_camera_that_freezes_counts_as_taken_by_another_app(scene: Scene) -> None:
    scene.see("no_face")
    scene.tab.page.clock.install()
    scene.tab.go("/login")
    scene.tab.hint("no_face")
    scene.tab.login.evaluate("element => { element.camera.video.requestVideoFrameCallback = () => 0 }")
    for _ in range(7):
        scene.tab.page.clock.run_for(1000)
    expect(scene.tab.step("password").get_by_role("alert")).to_contain_text("The camera is in use.")


@pytest.mark.slow
def test_a_browser_that_wants_a_tap_first_gets_a_button(scene: Scene) -> None:
    scene.before("HTMLMediaElement.prototype.play = async () => { throw new DOMException('tap', 'NotAllowedError') }")
    scene.tab.go("/login")
    scene.tab.step("idle")
    expect(scene.tab.page.get_by_role("button", name="Turn on the camera")).to_be_enabled()
