import json

import pytest
from playwright.sync_api import expect

from embeddings.decode.decode import decode_base64
from tests.browser.account_flow import give_password, log_in_by_face, log_in_by_password, pictures, refusal
from tests.browser.people import Person
from tests.browser.sign_up_flow import take_pictures
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

pytestmark = pytest.mark.slow

SOURCES = "images => images.map(image => image.src)"
WIDTHS = "images => Promise.all(images.map(image => image.decode().then(() => image.naturalWidth)))"


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
    expect(tab.account.get_by_role("definition").filter(has_text="With your face")).to_be_visible()
    expect(pictures(tab)).to_have_count(0)
    tab.press("Show my pictures")
    give_password(tab)
    expect(pictures(tab)).to_have_count(5)
    expect(tab.account.get_by_role("definition").filter(has_text="With your password")).to_be_visible()


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
    expect(pictures(tab)).to_have_count(5)
    before = pictures(tab).evaluate_all(SOURCES)
    tab.press("Take new pictures")
    tab.page.get_by_label("I agree").check()
    tab.press("Continue")
    take_pictures(tab, film, eileen)
    tab.press("Use these pictures")
    expect(tab.account).to_contain_text("Your new pictures are stored.")
    expect(pictures(tab)).to_have_count(5)
    assert set(pictures(tab).evaluate_all(SOURCES)).isdisjoint(before)


@pytest.mark.usefixtures("eileen")
def test_while_the_pictures_are_on_their_way_nothing_is_offered_that_would_not_be_done(tab: Tab) -> None:
    tab.page.route("**/user/facial", lambda route: None)
    log_in_by_password(tab)
    busy = tab.account.locator("[aria-busy=true]:not([hidden])")
    expect(busy).to_contain_text("Pictures of your face")
    expect(busy.get_by_role("button")).to_have_count(0)


@pytest.mark.usefixtures("eileen")
def test_pictures_that_cannot_be_had_can_be_asked_for_again(tab: Tab) -> None:
    tab.expected = {503}
    unavailable = refusal("storage_unavailable", 503)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**unavailable), times=1)
    log_in_by_password(tab)
    expect(tab.account.get_by_role("alert")).to_contain_text("cannot keep your pictures right now")
    tab.press("Show my pictures")
    expect(pictures(tab)).to_have_count(5)


@pytest.mark.parametrize(
    ("code", "status"), [("password_login_required", 403), pytest.param("token_expired", 401, marks=pytest.mark.slow)]
)
def test_slow_new_pictures_are_sent_after_the_password_is_entered_again(
    tab: Tab, film: CameraFilm, eileen: Person, code: str, status: int
) -> None:
    tab.expected = {status}
    late = refusal(code, status)
    log_in_by_password(tab)
    tab.press("Take new pictures")
    tab.page.get_by_label("I agree").check()
    tab.press("Continue")
    take_pictures(tab, film, eileen)
    tab.page.route("**/user/facial/store", lambda route: route.fulfill(**late), times=1)
    tab.press("Use these pictures")
    give_password(tab)
    tab.press("Use these pictures")
    expect(tab.account).to_contain_text("Your new pictures are stored.")


@pytest.mark.usefixtures("eileen", "film")
def test_cancelling_new_pictures_keeps_the_old_ones(tab: Tab) -> None:
    log_in_by_password(tab)
    tab.press("Take new pictures")
    tab.step("enrolling")
    tab.press("Back to my account")
    tab.step("account")
    expect(pictures(tab)).to_have_count(5)
