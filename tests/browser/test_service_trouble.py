import json

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import PASSWORD, fill_details, take_pictures
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm


def answer(status: int, code: str, **headers: str) -> dict[str, object]:
    """Returns an error of the service, as ``Route.fulfill`` takes it."""
    body = {"error": {"code": code, "message": code, "details": {"retryable": True}}, "request_id": "1"}
    return {"status": status, "body": json.dumps(body), "headers": {"Content-Type": "application/json", **headers}}


@pytest.mark.slow
def test_an_unreachable_service_is_reported_and_another_try_works(
    tab: Tab, film: CameraFilm, service_url: str, collins: Person
) -> None:
    enrol(service_url, "eileen", PASSWORD, collins)
    film.show([collins.front])
    tab.page.route("**/user/facial/recognize", lambda route: route.abort())
    tab.go("/login")
    expect(tab.step("error")).to_contain_text("The service cannot be reached.")
    tab.complaints.remove("error: Failed to load resource: net::ERR_FAILED")
    tab.page.unroute("**/user/facial/recognize")
    tab.press("Try again")
    expect(tab.step("welcome")).to_contain_text("Welcome, eileen")


def test_a_busy_service_says_when_to_try_again(tab: Tab, film: CameraFilm, collins: Person) -> None:
    tab.expected = {503}
    film.show([collins.front])
    busy = answer(503, "database_unavailable", **{"Retry-After": "2"})
    tab.page.route("**/user/facial/recognize", lambda route: route.fulfill(**busy))
    tab.go("/login")
    expect(tab.step("error").get_by_role("button", name="Try again in")).to_be_disabled()
    expect(tab.page.get_by_role("button", name="Try again", exact=True)).to_be_enabled()


@pytest.mark.slow
def test_a_rate_limit_says_when_to_try_again(tab: Tab, film: CameraFilm, collins: Person) -> None:
    tab.expected = {429}
    film.show([collins.front])
    limited = answer(429, "too_many_requests", **{"Retry-After": "2"})
    tab.page.route("**/user/facial/recognize", lambda route: route.fulfill(**limited))
    tab.go("/login")
    expect(tab.step("error")).to_contain_text("That was tried too often.")
    expect(tab.page.get_by_role("button", name="Try again in")).to_be_disabled()
    expect(tab.page.get_by_role("button", name="Try again", exact=True)).to_be_enabled()


@pytest.mark.slow
def test_guidance_that_is_limited_leaves_the_picture_to_the_person_at_once(
    tab: Tab, film: CameraFilm, collins: Person
) -> None:
    tab.expected = {429}
    film.show([collins.front])
    limited = answer(429, "too_many_requests", **{"Retry-After": "60"})
    tab.page.route("**/user/facial/inspect", lambda route: route.fulfill(**limited))
    tab.go("/login")
    tab.hint("silent")
    tab.press("Take the picture")
    tab.step("unknown")


@pytest.mark.slow
@pytest.mark.parametrize("answered", [answer(500, "internal"), {"status": 502, "body": "<h1>Bad gateway</h1>"}])
def test_a_sign_up_that_fails_keeps_the_pictures_for_another_try(
    tab: Tab, film: CameraFilm, collins: Person, answered: dict[str, object]
) -> None:
    tab.expected = {500, 502}
    tab.page.route("**/user/facial/store", lambda route: route.fulfill(**answered))
    tab.go("/signup")
    fill_details(tab)
    take_pictures(tab, film, collins)
    tab.press("Create account")
    expect(tab.signup).to_contain_text("Something went wrong on our side. Try again in a moment.")
    tab.page.unroute("**/user/facial/store")
    tab.press("Create account")
    tab.step("done")


def test_a_page_may_answer_in_the_services_place(tab: Tab, film: CameraFilm, collins: Person) -> None:
    film.show([collins.front])
    tab.page.add_init_script(
        "customElements.whenDefined('visage-login').then(() => {"
        "  document.querySelector('visage-login').api = {"
        "    inspect: async () => ({ faces: 1, hints: [], ready: true, pose: { yaw: 0, pitch: 0 },"
        "      box: { left: 0.3, top: 0.2, right: 0.6, bottom: 0.6 } }),"
        "    recognize: async () => ({ status: 'matched', user: { username: 'u', display_name: 'Someone' },"
        "      access_token: 't', expires_in: 60 }),"
        "    me: async () => ({ user: { username: 'u' }, amr: ['face'] }) } })"
    )
    tab.go("/login")
    expect(tab.step("welcome")).to_contain_text("Welcome, Someone")
