import json
from typing import Any

import pytest
from playwright.sync_api import expect

from embeddings.decode import decode_base64
from tests.browser.account_flow import (
    accepted,
    dialog,
    give_password,
    log_in_by_face,
    log_in_by_password,
    pictures,
    recognized,
)
from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import PASSWORD, take_pictures
from tests.browser.tab import OpenTab, Tab
from tests.camera_film import CameraFilm

NAME = "Eileen Collins"
NEW_PASSWORD = "a second flight to Mir"
REMEMBERED_SESSION = "localStorage.getItem('visage-session')"
SOURCES = "images => images.map(image => image.src)"
WIDTHS = "images => Promise.all(images.map(image => image.decode().then(() => image.naturalWidth)))"


@pytest.fixture
def eileen(service_url: str, collins: Person) -> Person:
    """Somebody who has signed up with five pictures."""
    enrol(service_url, "eileen", PASSWORD, collins, NAME)
    return collins


def refusal(code: str, status: int) -> dict[str, Any]:
    """An error of the service, as ``Route.fulfill`` takes it."""
    body = {"error": {"code": code, "message": code, "details": {}}, "request_id": "1"}
    return {"status": status, "body": json.dumps(body), "headers": {"Content-Type": "application/json"}}


def test_who_is_not_logged_in_is_led_to_the_login(tab: Tab) -> None:
    tab.go("/account")
    expect(tab.step("nobody")).to_contain_text("Nobody is logged in")
    expect(tab.account.get_by_role("link", name="Log in")).to_have_attribute("href", "/login")


@pytest.mark.usefixtures("eileen")
def test_the_page_says_who_is_logged_in_and_how(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(tab.account.get_by_role("heading", name=NAME)).to_be_visible()
    expect(tab.account.get_by_role("definition").nth(0)).to_have_text("eileen")
    expect(tab.account.get_by_role("definition").nth(1)).to_have_text("None given")
    expect(tab.account.get_by_role("definition").nth(2)).to_contain_text("With your password")


@pytest.mark.usefixtures("eileen")
def test_after_a_login_by_password_the_stored_pictures_are_shown_with_their_poses(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    names = pictures(tab).evaluate_all("images => images.map(image => image.alt)")
    assert names == [
        f"Stored picture {number}: {pose}"
        for number, pose in enumerate(["Front", "Left", "Right", "Up", "Down"], start=1)
    ]
    assert pictures(tab).evaluate_all(WIDTHS) == [640] * 5
    expect(tab.account).to_contain_text("Version 20")


def test_after_a_login_by_face_the_pictures_wait_for_the_password(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    expect(tab.account.get_by_role("definition").nth(2)).to_contain_text("With your face")
    expect(pictures(tab)).to_have_count(0)
    tab.press("Show my pictures")
    give_password(tab)
    expect(pictures(tab)).to_have_count(5)
    expect(tab.account.get_by_role("definition").nth(2)).to_contain_text("With your password")


def test_a_wrong_password_is_said_to_be_wrong_and_asked_for_again(tab: Tab, eileen: Person) -> None:
    tab.expected = {401}
    log_in_by_face(tab, eileen)
    tab.press("Show my pictures")
    give_password(tab, "not the password")
    expect(dialog(tab)).to_contain_text("That is not the password of this account.")
    expect(dialog(tab).get_by_label("Password", exact=True)).to_be_focused()
    give_password(tab)
    expect(pictures(tab)).to_have_count(5)


def test_who_does_not_give_the_password_is_where_they_were(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    tab.press("Show my pictures")
    expect(dialog(tab).get_by_label("Password", exact=True)).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(dialog(tab)).to_have_count(0)
    expect(tab.page.get_by_role("button", name="Show my pictures")).to_be_focused()
    expect(tab.account.get_by_role("alert")).to_have_count(0)


@pytest.mark.usefixtures("eileen")
def test_the_password_is_asked_for_when_the_service_says_so(tab: Tab) -> None:
    tab.expected = {403}
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    too_old = refusal("password_login_required", 403)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**too_old), times=1)
    with tab.page.expect_download():
        tab.press("Download a copy")
        give_password(tab)


@pytest.mark.usefixtures("eileen")
def test_a_copy_has_everything_that_is_kept_of_a_face(tab: Tab) -> None:
    log_in_by_password(tab)
    with tab.page.expect_download() as download:
        tab.press("Download a copy")
    assert download.value.suggested_filename.startswith("visage-eileen-20")
    copy = json.loads(download.value.path().read_text())
    names = [capture["image"] for capture in copy["facial_data"]["captures"]]
    assert [image["name"] for image in copy["images"]] == names
    first = decode_base64(copy["images"][0]["base64"], 640 * 480)
    assert first.pixels.shape == (480, 640, 3)
    expect(tab.account).to_contain_text("Your copy is in visage-eileen-20")


def test_new_pictures_take_the_place_of_the_old_ones(tab: Tab, film: CameraFilm, eileen: Person) -> None:
    log_in_by_password(tab)
    before = pictures(tab).evaluate_all(SOURCES)
    tab.press("Take new pictures")
    tab.page.get_by_label("I agree").check()
    tab.press("Continue")
    take_pictures(tab, film, eileen)
    tab.press("Use these pictures")
    expect(tab.account).to_contain_text("Your new pictures are stored.")
    expect(pictures(tab)).to_have_count(5)
    assert set(pictures(tab).evaluate_all(SOURCES)).isdisjoint(before)


@pytest.mark.usefixtures("eileen", "film")
def test_who_does_not_want_new_pictures_keeps_the_old_ones(tab: Tab) -> None:
    log_in_by_password(tab)
    tab.press("Take new pictures")
    tab.step("enrolling")
    tab.press("Back to my account")
    tab.step("account")
    expect(pictures(tab)).to_have_count(5)


@pytest.mark.usefixtures("eileen")
def test_a_new_password_takes_the_place_of_the_old_one(tab: Tab) -> None:
    tab.expected = {401}
    log_in_by_password(tab)
    tab.page.get_by_label("New password").fill(NEW_PASSWORD)
    tab.press("Change password")
    expect(tab.account).to_contain_text("Your password is changed.")
    expect(tab.page.get_by_label("New password")).to_have_value("")
    assert not accepted(tab, PASSWORD)
    assert accepted(tab, NEW_PASSWORD)


@pytest.mark.usefixtures("eileen")
def test_a_new_password_logs_other_devices_out(tab: Tab, open_tab: OpenTab) -> None:
    other = open_tab()
    other.expected = {401}
    log_in_by_password(other)
    log_in_by_password(tab)
    tab.page.get_by_label("New password").fill(NEW_PASSWORD)
    tab.press("Change password")
    expect(tab.account).to_contain_text("Your password is changed.")
    other.page.reload()
    other.step("nobody")
    tab.page.reload()
    tab.step("account")


@pytest.mark.usefixtures("eileen")
def test_a_short_new_password_is_refused_before_anything_is_sent(tab: Tab) -> None:
    log_in_by_password(tab)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.method))
    tab.page.get_by_label("New password").fill("nine char")
    tab.press("Change password")
    expect(tab.page.get_by_text("At least 10 characters, please.")).to_be_visible()
    expect(tab.page.get_by_label("New password")).to_be_focused()
    assert "PUT" not in asked


def test_an_erased_face_is_not_known_any_more(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    tab.press("Erase my face")
    expect(dialog(tab).get_by_role("button", name="Cancel")).to_be_focused()
    dialog(tab).get_by_role("button", name="Erase my face").click()
    give_password(tab)
    expect(tab.account).to_contain_text("Your face is erased.")
    expect(tab.account).to_contain_text("No pictures of your face are kept.")
    assert not recognized(tab, eileen)
    assert accepted(tab, PASSWORD)


@pytest.mark.usefixtures("eileen")
def test_a_face_is_not_erased_by_a_slip(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    tab.press("Erase my face")
    dialog(tab).get_by_role("button", name="Cancel").click()
    expect(dialog(tab)).to_have_count(0)
    tab.page.reload()
    expect(pictures(tab)).to_have_count(5)


def erase_account(tab: Tab, typed: str) -> None:
    tab.press("Erase my account")
    dialog(tab).get_by_label("Type eileen to confirm").fill(typed)
    dialog(tab).get_by_role("button", name="Erase my account").click()


def test_an_erased_account_is_gone_with_its_session(tab: Tab, eileen: Person) -> None:
    tab.expected = {401}
    log_in_by_face(tab, eileen)
    erase_account(tab, "eileen")
    give_password(tab)
    expect(tab.step("goodbye")).to_contain_text(f"Goodbye, {NAME}")
    assert tab.page.evaluate(REMEMBERED_SESSION) is None
    assert not accepted(tab, PASSWORD)
    assert not recognized(tab, eileen)
    tab.page.reload()
    tab.step("nobody")


@pytest.mark.usefixtures("eileen")
def test_an_account_is_only_erased_by_its_name(tab: Tab) -> None:
    log_in_by_password(tab)
    erase_account(tab, "barack")
    expect(dialog(tab)).to_contain_text("That is not eileen.")
    expect(dialog(tab).get_by_label("Type eileen to confirm")).to_be_focused()
    assert accepted(tab, PASSWORD)


@pytest.mark.usefixtures("eileen")
def test_who_logs_out_is_out(tab: Tab) -> None:
    log_in_by_password(tab)
    with tab.page.expect_response("**/user/logout"):
        tab.press("Log out")
    expect(tab.step("nobody")).to_contain_text("You are logged out.")
    tab.page.reload()
    tab.step("nobody")


@pytest.mark.usefixtures("eileen")
def test_a_session_that_has_ended_meanwhile_is_said_to_have_ended(tab: Tab) -> None:
    tab.expected = {401}
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    tab.page.context.clear_cookies()
    ended = refusal("token_invalid", 401)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**ended))
    tab.press("Download a copy")
    expect(tab.step("nobody")).to_contain_text("Your session has ended.")


@pytest.mark.usefixtures("eileen")
def test_an_access_token_that_ran_out_is_renewed_unseen(tab: Tab) -> None:
    tab.expected = {401}
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    expired = refusal("token_expired", 401)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**expired), times=1)
    with tab.page.expect_download():
        tab.press("Download a copy")


@pytest.mark.usefixtures("eileen")
def test_an_unreachable_service_is_said_calmly_and_another_try_works(tab: Tab) -> None:
    tab.tolerated.add("Failed to load resource: net::ERR_FAILED")
    log_in_by_password(tab)
    tab.page.route("**/user/refresh", lambda route: route.abort())
    tab.page.reload()
    expect(tab.step("trouble").get_by_role("alert")).to_contain_text("The service cannot be reached.")
    tab.page.unroute("**/user/refresh")
    tab.press("Try again")
    tab.step("account")


@pytest.mark.usefixtures("eileen")
def test_nothing_secret_is_kept_where_scripts_of_a_later_page_could_read_it(tab: Tab) -> None:
    log_in_by_password(tab)
    kept = tab.page.evaluate("[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]")
    assert kept == ['{"visage-session":"1"}', "{}", ""]


def test_the_keyboard_is_enough(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    tab.page.get_by_role("button", name="Show my pictures").press("Enter")
    tab.page.keyboard.type(PASSWORD)
    tab.page.keyboard.press("Enter")
    expect(pictures(tab)).to_have_count(5)
    expect(tab.account.get_by_role("heading", name="Pictures of your face")).to_be_focused()
    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_role("button", name="Take new pictures")).to_be_focused()


@pytest.mark.usefixtures("eileen")
def test_a_password_manager_finds_the_forms(tab: Tab) -> None:
    hints = "form => [...form.querySelectorAll('input')].map(input => input.autocomplete)"
    log_in_by_password(tab)
    assert tab.page.locator("visage-account > form").evaluate(hints) == ["username", "new-password"]
    too_old = refusal("password_login_required", 403)
    tab.expected = {403}
    tab.page.route("**/user/facial", lambda route: route.fulfill(**too_old), times=1)
    tab.press("Download a copy")
    assert dialog(tab).locator("form").evaluate(hints) == ["username", "current-password"]


@pytest.mark.usefixtures("eileen")
@pytest.mark.parametrize("language", ["de", "ar", "hi", "ja"])
def test_the_account_fits_a_small_phone_in_every_language(open_tab: OpenTab, language: str) -> None:
    tab = open_tab(viewport={"width": 320, "height": 640}, locale=language, color_scheme="dark")
    log_in_by_password(tab)
    tab.account.locator(".pictures img").nth(4).wait_for()
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 320
