"""What a visitor does, in Firefox and in WebKit."""

import pytest

from tests.browser.engines.camera_site import CameraSite
from tests.browser.engines.window import Window
from tests.browser.people import Person
from tests.browser.sign_up_flow import NAME, PASSWORD, fill_details, take_pictures
from tests.nginx import needs_nginx

pytestmark = [pytest.mark.slow, needs_nginx]


def log_in_by_password(window: Window) -> None:
    window.fill("User name", "eileen")
    window.fill("Password", PASSWORD)
    window.press("Log in")
    window.step("welcome")


def test_a_person_signs_up_and_logs_in_by_face(window: Window, site: CameraSite, collins: Person) -> None:
    window.go("/signup")
    window.keep_picture("signup")
    fill_details(window)
    window.step("ready")
    window.keep_picture("ready")
    take_pictures(window, site.film, collins)
    window.keep_picture("review")
    window.press("Create account")
    window.step("done")
    window.read(f"Welcome, {NAME}")
    window.keep_picture("done")
    site.film.show([collins.front])
    window.press("Try it: log in with your face")
    window.step("welcome")
    window.read("Logged in with your face")
    window.keep_picture("welcome")


@pytest.mark.usefixtures("eileen")
def test_a_stranger_is_refused_and_offered_the_password(window: Window, site: CameraSite, obama: Person) -> None:
    site.film.show([obama.front])
    window.go("/login")
    window.step("unknown")
    window.read("We did not recognise you")
    window.keep_picture("unknown")
    window.press("Use password instead")
    log_in_by_password(window)
    window.read(f"Welcome, {NAME}")


@pytest.mark.usefixtures("eileen")
def test_if_the_camera_is_refused_the_password_logs_in(window_without_permission: Window) -> None:
    window_without_permission.go("/login")
    window_without_permission.step("password")
    window_without_permission.read("This page may not use the camera yet.")
    window_without_permission.keep_picture("refused")
    log_in_by_password(window_without_permission)


@pytest.mark.usefixtures("eileen")
def test_without_a_camera_the_password_logs_in(window_without_camera: Window) -> None:
    window_without_camera.go("/login")
    window_without_camera.step("password")
    window_without_camera.read("No camera was found.")
    window_without_camera.keep_picture("missing")
    log_in_by_password(window_without_camera)


def test_without_a_camera_the_sign_up_says_what_to_do(window_without_camera: Window) -> None:
    window_without_camera.go("/signup")
    fill_details(window_without_camera)
    window_without_camera.press("Turn on the camera")
    window_without_camera.step("trouble")
    window_without_camera.read("No camera was found.")


@pytest.mark.usefixtures("eileen")
def test_the_account_page_shows_the_pictures_and_logs_out(window: Window) -> None:
    window.go("/login")
    window.press("Use password instead")
    log_in_by_password(window)
    window.go("/account")
    window.step("account")
    for number, pose in enumerate(["Front", "Left", "Right", "Up", "Down"], start=1):
        window.see(f"img[alt='Stored picture {number}: {pose}']")
    window.keep_picture("account")
    window.press("Log out")
    window.step("nobody")
    window.read("Nobody is logged in")
