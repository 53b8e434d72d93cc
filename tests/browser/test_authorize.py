"""The page of an authorization request, with a service whose answers are written beforehand."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.browser.people import Person
from tests.browser.states.authorize import (
    ASKED,
    DECISION,
    INTERACTION,
    NOT_REGISTERED,
    QUERY,
    SESSION,
    ask,
    ask_for_consent,
    ask_for_login,
    refuse,
)
from tests.browser.states.login import EILEENS_DEVICE
from tests.browser.states.scene import Scene
from tests.browser.tab import CAMERA_FAILS, OUT_OF_THE_CACHE, OpenTab, Tab
from tests.browser.test_keyboard import press, tab_to
from tests.camera_film import CameraFilm

pytestmark = pytest.mark.slow

LOGGED_IN = "localStorage.setItem('visage-session', '1')"
CHALLENGE = "urn:visage:face:challenge"
RECOGNIZE = "**/user/facial/recognize"


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    return Scene(tab, film, collins)


def sent(scene: Scene, path: str, act: Callable[[], None]) -> Request:
    """The request for a path that follows an act."""
    with scene.tab.page.expect_request(f"**{path}") as request:
        act()
    return request.value


def requested(scene: Scene) -> list[str]:
    """The paths of all requests from now on."""
    paths: list[str] = []
    scene.tab.page.on("request", lambda request: paths.append(request.url.removeprefix(scene.tab.url)))
    return paths


def test_a_login_is_continued_at_the_application(scene: Scene) -> None:
    scene.match()
    scene.answer(SESSION, {"status": "signed_on"})
    request = sent(scene, SESSION, lambda: ask(scene))
    assert request.headers["authorization"] == "Bearer a.b.c"
    scene.tab.page.wait_for_url(f"{scene.tab.url}/{ASKED['resume']}")


def test_a_session_of_the_browser_does_not_count_as_the_login(scene: Scene) -> None:
    scene.before(LOGGED_IN)
    scene.see("no_face")
    paths = requested(scene)
    ask_for_login(scene)
    assert "/user/refresh" not in paths


def test_the_user_goes_back_without_a_login(scene: Scene) -> None:
    scene.see("no_face")
    scene.answer(DECISION, {"location": "/login?denied"})
    ask_for_login(scene)
    request = sent(scene, DECISION, lambda: scene.tab.press("Back to Grafana"))
    assert request.post_data_json == {"query": QUERY, "decision": "deny"}
    scene.tab.page.wait_for_url("**/login?denied")


@pytest.mark.parametrize(("name", "decision"), [("Allow", "allow"), ("Refuse", "deny")])
def test_a_decision_is_sent_and_leads_on(scene: Scene, name: str, decision: str) -> None:
    scene.answer(DECISION, {"location": f"/login?{decision}"})
    ask_for_consent(scene)
    request = sent(scene, DECISION, lambda: scene.tab.press(name))
    assert request.post_data_json == {"query": QUERY, "decision": decision}
    scene.tab.page.wait_for_url(f"**/login?{decision}")


def test_consent_names_what_the_application_learns_and_nothing_else(scene: Scene) -> None:
    ask_for_consent(scene, scopes=["openid", "email"])
    expect(scene.tab.authorize.get_by_role("listitem")).to_have_text(["know that it is you", "see your email address"])


def test_consent_is_given_by_keyboard(scene: Scene) -> None:
    scene.answer(DECISION, {"location": "/login?allowed"})
    ask_for_consent(scene)
    tab_to(scene.tab, "Allow")
    press(scene.tab, "Enter")
    scene.tab.page.wait_for_url("**/login?allowed")


def test_without_a_question_the_browser_goes_on(scene: Scene) -> None:
    ask(scene, step="done", resume="login?done")
    scene.tab.page.wait_for_url("**/login?done")


def test_a_request_of_an_unknown_client_has_no_link_back(scene: Scene) -> None:
    refuse(scene, "invalid_request", NOT_REGISTERED)
    expect(scene.tab.authorize).to_contain_text("an address that is not registered")
    expect(scene.tab.authorize).to_contain_text(f"invalid_request: {NOT_REGISTERED}")
    expect(scene.tab.page.get_by_role("link")).to_have_count(0)


def test_a_wrong_request_leads_back_by_a_link(scene: Scene) -> None:
    refuse(scene, "invalid_scope", "openid is missing", "https://app.example.org/?error=invalid_scope")
    link = scene.tab.page.get_by_role("link", name="Back to the application")
    expect(link).to_have_attribute("href", "https://app.example.org/?error=invalid_scope")


def test_nothing_leads_away_from_a_login_in_this_tab(scene: Scene) -> None:
    scene.see("no_face")
    ask_for_login(scene)
    scene.tab.press("Use password instead")
    scene.tab.page.locator("visage-login[step=password]").wait_for()
    assert scene.tab.page.get_by_role("link").evaluate_all("links => links.map(link => link.target)") == ["_blank"]


def test_a_service_that_is_busy_is_asked_again(scene: Scene) -> None:
    scene.refuse(INTERACTION, 503, "busy")
    scene.tab.expected.add(400)
    scene.tab.go(f"/authorize{QUERY}")
    expect(scene.tab.step("trouble")).to_contain_text("Try again in a moment.")
    scene.answer(INTERACTION, ASKED)
    scene.tab.press("Try again")
    scene.tab.step("login")


def test_a_login_that_could_not_be_continued_is_continued_with_another_try(scene: Scene) -> None:
    scene.match()
    scene.cut(SESSION)
    ask(scene)
    scene.tab.step("trouble")
    scene.answer(SESSION, {"status": "signed_on"})
    request = sent(scene, SESSION, lambda: scene.tab.press("Try again"))
    assert request.headers["authorization"] == "Bearer a.b.c"


def test_a_login_that_has_ended_meanwhile_begins_anew(scene: Scene) -> None:
    scene.match()
    scene.refuse(SESSION, 401, "token_invalid")
    ask(scene)
    scene.tab.step("trouble")
    scene.see("no_face")
    scene.tab.press("Try again")
    scene.tab.authorize.locator("visage-login[step=live]").wait_for()


def test_an_application_that_is_removed_meanwhile_is_called_unknown(scene: Scene) -> None:
    scene.answer(DECISION, {"location": None})
    ask_for_consent(scene)
    scene.answer(INTERACTION, {"error": "invalid_client"})
    scene.tab.press("Allow")
    expect(scene.tab.step("refused")).to_contain_text("is not known to this service")


def test_the_page_asks_again_when_it_comes_out_of_the_browsers_cache(scene: Scene) -> None:
    scene.answer(DECISION, {"location": "#app"})
    ask_for_consent(scene)
    scene.tab.press("Allow")
    scene.tab.step("leaving")
    scene.answer(INTERACTION, ASKED)
    scene.tab.page.evaluate(OUT_OF_THE_CACHE)
    scene.tab.step("login")


def test_the_camera_is_off_after_the_user_has_gone_back(scene: Scene) -> None:
    scene.see("no_face")
    scene.hang(DECISION)
    ask_for_login(scene)
    scene.tab.press("Back to Grafana")
    scene.tab.authorize.locator("visage-login[step=idle]").wait_for()
    assert not scene.tab.login.evaluate("element => element.camera.live")


@pytest.mark.parametrize(("liveness", "is_challenged"), [("passive", True), ("off", False)])
def test_a_challenge_is_played_if_the_application_wants_one_and_the_service_has_it(
    scene: Scene, liveness: str, is_challenged: bool
) -> None:
    scene.ask_for("turn_left")
    scene.see_movements()
    scene.answer("/user/facial/options", {"liveness": liveness, "signup": "open"})
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        ask(scene, acr=CHALLENGE)
    assert ("nonce" in request.value.post_data_json) == is_challenged


def test_a_challenge_that_the_service_cannot_judge_stays_a_challenge(scene: Scene) -> None:
    scene.ask_for("turn_left")
    scene.see_movements()
    scene.answer("/user/facial/options", {"liveness": "passive", "signup": "open"})
    scene.refuse("/user/facial/recognize", 422, "liveness_uncertain", {"reasons": ["not_live"]})
    ask_for_login(scene, "error", acr=CHALLENGE)
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        scene.tab.login.locator("[part='button primary']").click()
    assert "nonce" in request.value.post_data_json


def test_a_passkey_that_the_application_wants_follows_the_face(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.match()
    paths = requested(scene)
    ask_for_login(scene, "passkey", acr="urn:visage:face+passkey", ways=["face"])
    expect(scene.tab.login.get_by_role("alert")).to_contain_text("No passkey was used.")
    assert not scene.tab.offers("Use password instead")
    assert SESSION not in paths


def test_a_passkey_alone_is_offered_where_it_suffices(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.see("no_face")
    ask_for_login(scene, ways=["face", "passkey"])
    scene.tab.press("Use a passkey")
    scene.tab.authorize.locator("visage-login[step=passkey]").wait_for()


def test_a_passkey_alone_is_not_offered_where_it_does_not_suffice(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.see("no_face")
    ask_for_login(scene, ways=["face", "password"])
    scene.tab.page.wait_for_load_state("networkidle")
    assert not scene.tab.offers("Use a passkey")


def test_only_the_ways_that_suffice_are_offered(scene: Scene) -> None:
    scene.see("no_face")
    ask_for_login(scene, ways=["face"])
    assert not scene.tab.offers("Use password instead")


def test_without_a_password_camera_trouble_can_be_tried_again(scene: Scene) -> None:
    scene.before(CAMERA_FAILS % "NotReadableError")
    ask_for_login(scene, "error", ways=["face"])
    expect(scene.tab.login.get_by_role("alert")).to_be_visible()
    assert scene.tab.offers("Try again")


def test_the_expected_user_has_only_to_enter_the_password(scene: Scene) -> None:
    scene.answer("/user/login", {"access_token": "a.b.c", "expires_in": 900, "user": {"id": "1", "username": "ada"}})
    ask_for_login(scene, "password", ways=["password"], hint="ada")
    assert not scene.tab.offers("Use the camera instead")
    scene.tab.fill("Password", "to the stars and back")
    scene.answer(SESSION, {"status": "signed_on"})
    request = sent(scene, SESSION, lambda: scene.tab.press("Log in"))
    assert request.headers["authorization"] == "Bearer a.b.c"


@pytest.mark.parametrize(("hint", "compared_with"), [("barack", None), ("eileen", "eileen"), (None, "eileen")])
def test_the_person_of_this_device_is_compared_unless_another_is_expected(
    scene: Scene, hint: str | None, compared_with: str | None
) -> None:
    scene.before(EILEENS_DEVICE)
    with scene.tab.page.expect_request(RECOGNIZE) as request:
        ask(scene, hint=hint)
    assert request.value.post_data_json.get("username") == compared_with


def test_a_password_manager_finds_the_form(scene: Scene) -> None:
    ask_for_login(scene, "password", ways=["password"])
    hints = "[...document.querySelectorAll('visage-login > form input')].map(input => input.autocomplete)"
    assert scene.tab.page.evaluate(hints) == ["username", "current-password"]


@pytest.mark.parametrize(
    ("chosen", "language", "words"), [(None, "de", "Bei Grafana anmelden"), ("fr", "fr", "Connectez-vous à Grafana")]
)
def test_the_page_speaks_the_language_of_the_application_unless_the_visitor_has_chosen(
    scene: Scene, chosen: str | None, language: str, words: str
) -> None:
    if chosen:
        scene.before(f"localStorage.setItem('visage-language', '{chosen}')")
    scene.see("no_face")
    ask(scene, f"{QUERY}&ui_locales=fi+de-AT+en")
    expect(scene.tab.authorize.get_by_role("heading", level=1)).to_have_text(words)
    expect(scene.tab.page.locator("html")).to_have_attribute("lang", language)


def test_a_request_is_asked_for_with_all_that_the_application_sent(open_tab: OpenTab, film: CameraFilm) -> None:
    tab = open_tab()
    tab.expected = {400}
    asked: list[Any] = []
    tab.page.on("request", lambda request: asked.append(request.url) if "interaction" in request.url else None)
    tab.go("/authorize?client_id=a%26b&state=%2B+%20")
    tab.step("refused")
    assert asked == [f"{tab.url}/openid/interaction?client_id=a%26b&state=%2B+%20"]
