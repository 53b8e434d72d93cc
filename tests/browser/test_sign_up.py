from typing import cast

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import (
    PASSWORD,
    fill_details,
    shutter_for,
    sign_up,
    take_by_hand,
    take_picture,
    take_pictures,
)
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm, empty_room


def previews(tab: Tab) -> list[str]:
    """Returns the pictures that the page shows before it sends them, as data URLs."""
    images = tab.page.get_by_role("img", name="Your picture")
    return cast(list[str], images.evaluate_all("images => images.map(image => image.src)"))


def test_a_person_signs_up_with_five_guided_pictures(tab: Tab, film: CameraFilm, collins: Person) -> None:
    sign_up(tab, film, collins)
    expect(tab.signup).to_contain_text("Welcome, Eileen Collins")


def test_the_page_says_why_before_it_asks_for_the_camera(tab: Tab) -> None:
    tab.go("/signup")
    fill_details(tab)
    expect(tab.step("ready")).to_contain_text("your browser will ask to use the camera")
    assert not tab.signup.evaluate("element => element.camera.live")


@pytest.mark.slow
def test_all_pictures_are_shown_before_they_are_sent(tab: Tab, film: CameraFilm, collins: Person) -> None:
    sent: list[str] = []
    tab.page.on("request", lambda request: sent.append(request.url.rpartition("/")[2]))
    tab.go("/signup")
    fill_details(tab)
    take_pictures(tab, film, collins)
    assert len(set(previews(tab))) == 5
    assert "store" not in sent


@pytest.mark.slow
def test_one_picture_can_be_taken_again(tab: Tab, film: CameraFilm, collins: Person) -> None:
    tab.go("/signup")
    fill_details(tab)
    take_pictures(tab, film, collins)
    before = previews(tab)
    tab.press("Take again: Left")
    film.show([(collins.poses["left"] * 0.95).astype(np.uint8)])
    tab.step("review")
    after = previews(tab)
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True, True, True]


@pytest.mark.slow
def test_a_picture_that_was_to_be_taken_again_can_be_kept(tab: Tab, film: CameraFilm, collins: Person) -> None:
    tab.go("/signup")
    fill_details(tab)
    take_pictures(tab, film, collins)
    before = previews(tab)
    tab.press("Take again: Right")
    tab.press("Keep the old one")
    assert previews(tab) == before


def sign_up_without_a_face_on_the_left(tab: Tab, film: CameraFilm, person: Person) -> None:
    """Sends pictures, one of which the service refuses."""
    tab.expected = {422}
    tab.go("/signup")
    fill_details(tab)
    take_pictures(tab, film, person)
    tab.press("Take again: Left")
    take_by_hand(tab)
    take_picture(tab, film, "left", [empty_room()])
    tab.press("Create account")


@pytest.mark.slow
def test_the_picture_the_service_cannot_use_is_marked(tab: Tab, film: CameraFilm, collins: Person) -> None:
    sign_up_without_a_face_on_the_left(tab, film, collins)
    expect(tab.signup).to_contain_text("Not every picture worked")
    marked = tab.signup.locator("li.bad")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("No face in the picture")
    expect(tab.page.get_by_role("button", name="Create account")).to_be_disabled()


@pytest.mark.slow
def test_after_the_marked_picture_is_taken_again_the_sign_up_works(tab: Tab, film: CameraFilm, collins: Person) -> None:
    sign_up_without_a_face_on_the_left(tab, film, collins)
    tab.press("Take again: Left")
    take_picture(tab, film, "left", [collins.poses["left"]])
    tab.press("Create account")
    tab.step("done")


@pytest.mark.slow
def test_pictures_that_only_repeat_another_are_marked(tab: Tab, film: CameraFilm, collins: Person) -> None:
    tab.expected = {422}
    tab.go("/signup")
    fill_details(tab)
    film.show([empty_room()])
    tab.press("Turn on the camera")
    take_by_hand(tab)
    for pose in collins.poses:
        take_picture(tab, film, pose, [collins.front])
    tab.press("Create account")
    marked = tab.signup.locator("li.bad")
    expect(marked).to_have_count(4)
    expect(marked.first).to_contain_text("This is the same picture as another one.")


@pytest.mark.slow
def test_a_name_that_is_taken_can_be_changed_and_the_pictures_stay(
    tab: Tab, film: CameraFilm, service_url: str, collins: Person, obama: Person
) -> None:
    tab.expected = {409}
    enrol(service_url, "eileen", PASSWORD, obama)
    tab.go("/signup")
    fill_details(tab, "eileen")
    take_pictures(tab, film, collins)
    kept = previews(tab)
    tab.press("Create account")
    expect(tab.page.get_by_text("Somebody already uses this user name.")).to_be_visible()
    expect(tab.page.get_by_label("User name")).to_be_focused()
    expect(tab.page.get_by_label("User name")).to_have_attribute("aria-invalid", "true")
    tab.page.get_by_label("User name").fill("eileen.collins")
    tab.press("Continue")
    assert previews(tab) == kept
    tab.press("Create account")
    tab.step("done")


@pytest.mark.slow
def test_a_face_that_is_enrolled_already_is_sent_to_the_login(
    tab: Tab, film: CameraFilm, service_url: str, collins: Person
) -> None:
    tab.expected = {409}
    enrol(service_url, "eileen", PASSWORD, collins)
    tab.go("/signup")
    fill_details(tab, "somebody.else")
    take_pictures(tab, film, collins)
    tab.press("Create account")
    expect(tab.signup).to_contain_text("Your face already opens an account here.")
    tab.press("Log in instead")
    expect(tab.step("welcome")).to_contain_text("Welcome, eileen")


def test_nothing_is_sent_without_consent(tab: Tab) -> None:
    tab.go("/signup")
    tab.page.get_by_label("User name").fill("eileen")
    tab.page.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.press("Continue")
    expect(tab.page.get_by_text("We can only keep your pictures if you agree.")).to_be_visible()
    expect(tab.page.get_by_label("I agree")).to_be_focused()
    tab.step("details")


@pytest.mark.parametrize("password", ["", "nine char"])
def test_a_short_password_is_refused_before_anything_is_sent(tab: Tab, password: str) -> None:
    tab.go("/signup")
    tab.page.get_by_label("User name").fill("eileen")
    tab.page.get_by_label("Password", exact=True).fill(password)
    tab.page.get_by_label("I agree").check()
    tab.press("Continue")
    expect(tab.page.get_by_text("At least 10 characters, please.")).to_be_visible()


@pytest.mark.slow
def test_the_pictures_can_be_taken_by_keyboard(tab: Tab, film: CameraFilm, collins: Person) -> None:
    film.show([empty_room()])
    tab.go("/signup")
    fill_details(tab)
    tab.page.get_by_role("button", name="Turn on the camera").press("Enter")
    for pose in collins.poses:
        expect(shutter_for(tab, pose)).to_be_focused()
        tab.page.keyboard.press("Space")
    tab.step("review")


def test_a_page_may_ask_for_fewer_poses(tab: Tab) -> None:
    tab.go("/signup")
    tab.step("details")
    tab.signup.evaluate("element => { element.poses = ['front', 'left', 'right'] }")
    expect(tab.signup).to_contain_text("then 3 pictures of your face")


@pytest.mark.slow
def test_all_pictures_can_be_taken_again(tab: Tab, film: CameraFilm, collins: Person) -> None:
    tab.go("/signup")
    fill_details(tab)
    take_pictures(tab, film, collins)
    tab.press("This does not look right")
    tab.step("doubt")
    tab.press("Take all pictures again")
    tab.step("ready")
    take_pictures(tab, film, collins)


@pytest.mark.slow
def test_a_user_who_changes_their_mind_leaves_nothing_behind(tab: Tab, film: CameraFilm, collins: Person) -> None:
    tab.go("/signup")
    fill_details(tab)
    take_pictures(tab, film, collins)
    tab.press("This does not look right")
    tab.press("Discard everything and start over")
    tab.step("details")
    expect(tab.page.get_by_label("User name")).to_have_value("")
    expect(tab.page.get_by_label("I agree")).not_to_be_checked()
