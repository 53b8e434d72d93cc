"""What a person does on the sign-up page."""

from embeddings.types import RGBImage
from tests.browser.people import Person
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

ELEMENT = "visage-signup"
PASSWORD = "to the stars and back"


def fill_details(tab: Tab, username: str = "eileen", display_name: str = "Eileen Collins") -> None:
    """Fills the form in and goes on."""
    page = tab.page
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("What should we call you?").fill(display_name)
    page.get_by_label("I agree").check()
    tab.press("Continue")


def take_pictures(tab: Tab, film: CameraFilm, person: Person) -> None:
    """Turns the camera on and takes every pose it asks for, up to the look at them all."""
    film.show([person.front])
    tab.press("Turn on the camera")
    for pose, picture in person.poses.items():
        take_picture(tab, film, pose, [picture])
    tab.step("review")


def take_picture(tab: Tab, film: CameraFilm, pose: str, frames: list[RGBImage]) -> None:
    """Takes one pose, once the camera shows these frames."""
    shutter = tab.page.get_by_role("button", name=f"Take picture: {pose}", exact=True, disabled=False)
    shutter.wait_for()
    film.show(frames)
    tab.wait_for_frames(ELEMENT)
    shutter.click()


def sign_up(tab: Tab, film: CameraFilm, person: Person, username: str = "eileen") -> None:
    """The whole way, to the welcome."""
    tab.go("/signup")
    fill_details(tab, username)
    take_pictures(tab, film, person)
    tab.press("Create account")
    tab.step("done")
