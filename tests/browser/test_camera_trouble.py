import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import PASSWORD, fill_details, shutter_for
from tests.browser.tab import CAMERA_FAILS, INSECURE, PHONE, OpenTab, Tab
from tests.camera_film import CameraFilm, empty_room

pytestmark = pytest.mark.slow

REMOVE = """
element => {
  const [track] = element.camera.video.srcObject.getTracks()
  element.remove()
  return track.readyState
}
"""
HIDE = """
hidden => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}
"""


@pytest.fixture(params=["refused", "missing", "in use", "insecure"])
def trouble(request: pytest.FixtureRequest, open_tab: OpenTab) -> tuple[Tab, str]:
    """A tab whose camera doesn't work, and what the page should say about it."""
    if request.param == "refused":
        return open_tab(camera=False), "This page may not use the camera yet."
    if request.param == "missing":
        return open_tab(browser=request.getfixturevalue("browser_without_camera")), "No camera was found."
    tab = open_tab()
    tab.page.add_init_script(CAMERA_FAILS % "NotReadableError" if request.param == "in use" else INSECURE)
    busy = request.param == "in use"
    return tab, "The camera is in use." if busy else "The camera only works on a secure address."


def test_without_a_camera_the_login_offers_the_password(trouble: tuple[Tab, str]) -> None:
    tab, message = trouble
    tab.go("/login")
    expect(tab.step("password").get_by_role("alert")).to_contain_text(message)
    expect(tab.page.get_by_label("Password", exact=True)).to_be_visible()


def test_without_a_camera_the_sign_up_says_what_to_do(trouble: tuple[Tab, str]) -> None:
    tab, message = trouble
    tab.go("/signup")
    fill_details(tab)
    tab.press("Turn on the camera")
    expect(tab.step("trouble").get_by_role("alert")).to_contain_text(message)
    expect(tab.signup.get_by_role("button", name="Try again")).to_be_enabled()
    expect(tab.signup.get_by_role("link", name="Log in instead")).to_be_visible()


def test_the_password_works_where_the_camera_is_refused(open_tab: OpenTab, service_url: str, collins: Person) -> None:
    enrol(service_url, "eileen", PASSWORD, collins)
    tab = open_tab(camera=False, viewport=PHONE)
    tab.go("/login")
    tab.step("password")
    tab.page.get_by_label("User name").fill("eileen")
    tab.page.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.press("Log in")
    expect(tab.step("welcome")).to_contain_text("Welcome, eileen")


def test_once_allowed_the_camera_works_without_a_reload(
    open_tab: OpenTab, film: CameraFilm, service_url: str, collins: Person
) -> None:
    enrol(service_url, "eileen", PASSWORD, collins)
    film.show([collins.front])
    tab = open_tab(camera=False)
    tab.go("/login")
    tab.step("password")
    tab.page.context.grant_permissions(["camera"])
    tab.press("Use the camera instead")
    expect(tab.step("welcome")).to_contain_text("Welcome, eileen")


def test_a_camera_that_goes_away_is_noticed(tab: Tab, film: CameraFilm, collins: Person) -> None:
    film.show([empty_room()])
    tab.go("/signup")
    fill_details(tab)
    tab.press("Turn on the camera")
    shutter_for(tab, "front").wait_for()
    tab.page.context.clear_permissions()
    expect(tab.step("trouble").get_by_role("alert")).to_contain_text("The camera was switched off.")


def test_the_camera_is_off_while_the_page_is_hidden(tab: Tab, film: CameraFilm, collins: Person) -> None:
    film.show([empty_room()])
    tab.go("/signup")
    fill_details(tab)
    tab.press("Turn on the camera")
    shutter = shutter_for(tab, "front")
    shutter.wait_for()
    tab.page.evaluate(HIDE, True)
    assert not tab.signup.evaluate("element => element.camera.live")
    tab.page.evaluate(HIDE, False)
    shutter.wait_for()
    assert tab.signup.evaluate("element => element.camera.live")


def test_the_camera_is_off_as_soon_as_the_page_is_left(tab: Tab, film: CameraFilm) -> None:
    film.show([empty_room()])
    tab.go("/login")
    tab.hint("no_face")
    tab.page.evaluate("() => { dispatchEvent(new Event('pagehide')) }")
    assert not tab.login.evaluate("element => element.camera.live")
    tab.page.evaluate("() => { dispatchEvent(new Event('pageshow')) }")
    tab.hint("no_face")


def test_the_camera_is_off_once_the_element_is_gone(tab: Tab, film: CameraFilm, collins: Person) -> None:
    film.show([empty_room()])
    tab.go("/signup")
    fill_details(tab)
    tab.press("Turn on the camera")
    shutter_for(tab, "front").wait_for()
    assert tab.signup.evaluate(REMOVE) == "ended"
