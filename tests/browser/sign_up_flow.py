"""Steps of a user on the sign-up page."""

from itertools import pairwise

from playwright.sync_api import Locator

from embeddings.core.types import RGBImage
from tests.browser.people import Person
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

ELEMENT = "visage-signup"
NAME = "Eileen Collins"
PASSWORD = "to the stars and back"


def fill_details(tab: Tab, username: str = "eileen", display_name: str = NAME) -> None:
    """Fills in the form and continues."""
    tab.fill("User name", username)
    tab.fill("Password", PASSWORD)
    tab.page.locator("#visage-signup-display-name").fill(display_name)
    tab.page.get_by_role("checkbox").check()
    tab.press("Continue")


def take_pictures(tab: Tab, film: CameraFilm, person: Person, reaction_ms: float = 0) -> None:
    """Turns the camera on and does what the page asks for, up to the review; the pictures are taken automatically.

    Args:
        reaction_ms: how long the person takes to turn their head; tests need not wait for it.
    """
    film.show([person.front])
    tab.press("Turn on the camera")
    for taken, asked in pairwise(person.poses):
        tab.signup.locator(f".marks li.done[data-pose={taken}]").wait_for()
        tab.page.wait_for_timeout(reaction_ms)
        film.show([person.poses[asked]])
    tab.step("review")


def take_by_hand(tab: Tab) -> None:
    """Switches to taking pictures with the shutter."""
    tab.press("Auto")


def take_picture(tab: Tab, film: CameraFilm, pose: str, frames: list[RGBImage]) -> None:
    """Takes one pose with the shutter, once the camera shows these frames."""
    film.show(frames)
    shutter = shutter_for(tab, pose)
    shutter.wait_for()
    tab.wait_for_frames(ELEMENT)
    shutter.click()


def shutter_for(tab: Tab, pose: str) -> Locator:
    """Returns the shutter, once it takes this pose."""
    return tab.page.get_by_role("button", name=f"Take picture: {pose}", disabled=False)


def sign_up(tab: Tab, film: CameraFilm, person: Person, username: str = "eileen") -> None:
    """Signs up completely, to the welcome."""
    tab.go("/signup")
    fill_details(tab, username)
    take_pictures(tab, film, person)
    tab.press("Create account")
    tab.step("done")
