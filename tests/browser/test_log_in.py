import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import NAME, PASSWORD, sign_up
from tests.browser.tab import OpenTab, Tab
from tests.camera_film import CameraFilm, empty_room
from tests.db.embedded_server import ask
from tests.running_service import RunningService


def log_in_by_password(tab: Tab, password: str = PASSWORD) -> None:
    tab.press("Use password instead")
    tab.page.get_by_label("User name").fill("eileen")
    tab.page.get_by_label("Password", exact=True).fill(password)
    tab.press("Log in")


def test_a_person_signs_up_logs_out_and_logs_in_by_face(tab: Tab, film: CameraFilm, collins: Person) -> None:
    sign_up(tab, film, collins)
    film.show([collins.front])
    tab.press("Try it: log in with your face")
    welcome = tab.step("welcome")
    expect(welcome).to_contain_text(f"Welcome, {NAME}")
    expect(welcome).to_contain_text("Logged in with your face")
    expect(welcome).to_contain_text(re.compile(r"Session lasts until\s*\d{1,2}:\d\d"))


@pytest.mark.slow
def test_a_photograph_of_another_day_logs_the_same_person_in(
    tab: Tab, film: CameraFilm, service_url: str, obama: Person, obama_another_day: Person
) -> None:
    enrol(service_url, "barack", PASSWORD, obama)
    film.show([obama_another_day.front])
    tab.go("/login")
    expect(tab.step("welcome")).to_contain_text("Welcome, barack")


@pytest.mark.usefixtures("eileen")
def test_a_stranger_is_refused_and_offered_the_password(tab: Tab, film: CameraFilm, obama: Person) -> None:
    film.show([obama.front])
    tab.go("/login")
    unknown = tab.step("unknown")
    expect(unknown).to_contain_text("We did not recognise you")
    expect(unknown).not_to_contain_text(NAME)
    tab.press("Use password instead")
    expect(tab.page.get_by_label("User name")).to_be_focused()


@pytest.mark.slow
def test_after_a_stranger_an_enrolled_user_can_try_again(
    tab: Tab, film: CameraFilm, eileen: Person, obama: Person
) -> None:
    film.show([obama.front])
    tab.go("/login")
    tab.step("unknown")
    film.show([eileen.front])
    tab.press("Try again")
    expect(tab.step("welcome")).to_contain_text(f"Welcome, {NAME}")


@pytest.mark.slow
def test_in_an_empty_room_the_page_waits_for_somebody(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    film.show([empty_room()])
    tab.go("/login")
    expect(tab.login.get_by_role("status")).to_have_text("Bring your face into the oval")
    film.show([eileen.front])
    expect(tab.step("welcome")).to_contain_text(f"Welcome, {NAME}")


@pytest.mark.slow
def test_a_picture_taken_by_hand_without_a_face_gets_a_reason_and_another_try(tab: Tab, film: CameraFilm) -> None:
    tab.expected = {422}
    film.show([empty_room()])
    tab.go("/login")
    tab.page.get_by_role("button", name="Take the picture", disabled=False).click()
    expect(tab.step("hint")).to_contain_text("No face in the picture.")
    expect(tab.page.get_by_role("button", name="Try again")).to_be_enabled()


def test_the_camera_is_off_once_the_picture_is_taken(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    film.show([eileen.front])
    tab.page.add_init_script(
        "const ask = MediaDevices.prototype.getUserMedia;"
        "MediaDevices.prototype.getUserMedia = async function (wishes) {"
        "  globalThis.seen = await ask.call(this, wishes); return globalThis.seen }"
    )
    tab.go("/login")
    tab.step("welcome")
    assert tab.page.evaluate("seen.getTracks().map(track => track.readyState)") == ["ended"]


@pytest.mark.usefixtures("eileen", "film")
def test_a_person_logs_in_by_password(tab: Tab) -> None:
    tab.go("/login")
    log_in_by_password(tab)
    welcome = tab.step("welcome")
    expect(welcome).to_contain_text(f"Welcome, {NAME}")
    expect(welcome).to_contain_text("Logged in with your password")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "film")
def test_a_user_whose_face_is_of_an_earlier_model_is_asked_for_new_pictures(tab: Tab, service: RunningService) -> None:
    earlier = "model_id = 'facenet-casia-webface', embedding = array_fill(0.0442::real, ARRAY[512])::vector"
    ask(service.environment["DATABASE_URL"], f"UPDATE face_templates SET {earlier}")  # noqa: S608
    tab.go("/login")
    log_in_by_password(tab)
    expect(tab.step("welcome")).to_contain_text("Time for new pictures")


@pytest.mark.usefixtures("eileen", "film")
def test_a_wrong_password_is_reported(tab: Tab) -> None:
    tab.expected = {401}
    tab.go("/login")
    log_in_by_password(tab, "not the password")
    expect(tab.page.get_by_role("alert")).to_have_text("User name and password do not match.")
    expect(tab.page.get_by_label("Password", exact=True)).to_be_focused()


@pytest.mark.slow
def test_not_you_leads_to_the_password_form(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    film.show([eileen.front])
    tab.go("/login")
    tab.step("welcome")
    with tab.page.expect_response("**/user/logout") as logout:
        tab.press("Not you?")
    assert logout.value.status == 204
    tab.step("password")


@pytest.mark.slow
def test_after_logging_out_a_reload_does_not_log_in_by_itself(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    film.show([eileen.front])
    tab.go("/login")
    tab.step("welcome")
    with tab.page.expect_response("**/user/logout"):
        tab.press("Log out")
    expect(tab.login).to_contain_text("You are logged out.")
    film.show([empty_room()])
    tab.page.reload()
    tab.step("live")


def test_a_session_outlives_a_reload(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    film.show([eileen.front])
    tab.go("/login")
    tab.step("welcome")
    film.show([empty_room()])
    tab.page.reload()
    expect(tab.step("welcome")).to_contain_text(f"Welcome, {NAME}")


def test_no_token_is_kept_where_scripts_of_a_later_page_could_read_it(
    tab: Tab, film: CameraFilm, eileen: Person
) -> None:
    film.show([eileen.front])
    tab.go("/login")
    tab.step("welcome")
    kept = tab.page.evaluate("[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]")
    assert kept == ['{"visage-session":"1"}', "{}", ""]


def test_the_page_hears_of_a_login(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    film.show([eileen.front])
    tab.page.add_init_script(
        "addEventListener('visage-success', ({ detail }) => { globalThis.heard = detail }, { once: true })"
    )
    tab.go("/login")
    tab.step("welcome")
    heard = tab.page.evaluate("heard")
    assert heard["user"]["username"] == "eileen"
    assert heard["access_token"].count(".") == 2
    assert heard["expires_in"] > 0


@pytest.mark.slow
@pytest.mark.usefixtures("film")
def test_with_auto_off_the_camera_waits_for_a_click(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.go("/signup")
    tab.page.evaluate(
        "import('/web/widget/visage.js').then(() => {"
        "  const login = document.createElement('visage-login'); login.auto = false;"
        "  document.querySelector('visage-signup').replaceWith(login) })"
    )
    tab.step("idle")
    assert not tab.login.evaluate("element => element.camera.live")
    tab.press("Turn on the camera")
    tab.step("live")


@pytest.mark.slow
def test_a_remembered_person_is_only_compared_with_themselves(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    film.show([eileen.front])
    tab.go("/login")
    tab.step("welcome")
    tab.page.get_by_label("Remember me on this device").check()
    tab.press("Log out")
    with tab.page.expect_request("**/user/facial/recognize") as sent:
        tab.press("Turn on the camera")
    assert sent.value.post_data_json["username"] == "eileen"
    expect(tab.step("welcome").get_by_label("Remember me on this device")).to_be_checked()


@pytest.mark.slow
def test_a_user_who_is_not_the_remembered_person_says_so(
    tab: Tab, film: CameraFilm, eileen: Person, obama: Person
) -> None:
    film.show([eileen.front])
    tab.go("/login")
    tab.step("welcome")
    tab.page.get_by_label("Remember me on this device").check()
    tab.press("Log out")
    film.show([obama.front])
    tab.press("Turn on the camera")
    expect(tab.step("unknown")).to_contain_text(f"This device remembers {NAME}")
    with tab.page.expect_request("**/user/facial/recognize") as sent:
        tab.press("Not you?")
    assert "username" not in sent.value.post_data_json
    tab.step("unknown")
