"""Steps of a user on the sign-up page."""

from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Locator

from embeddings.core.types import RGBImage
from tests.browser.people import Person
from tests.browser.tab import Tab
from tests.browser.visitor import Film, Visitor
from tests.camera_film import CameraFilm

ELEMENT = "visage-signup"
NAME = "Eileen Collins"
PASSWORD = "to the stars and back"


def fill_details(visitor: Visitor, username: str = "eileen", display_name: str = NAME) -> None:
    """Fills in the form and continues."""
    visitor.fill("User name", username)
    visitor.fill("Password", PASSWORD)
    visitor.fill_at("#visage-signup-display-name", display_name)
    visitor.agree()
    visitor.press("Continue")


def take_pictures(visitor: Visitor, film: Film, person: Person, react: Callable[[], object] = lambda: None) -> None:
    """Turns the camera on and does what the page asks for, up to the review; the pictures are taken automatically.

    Args:
        react: waits as long as the person takes to turn their head; tests need not wait.
    """
    film.show([person.front])
    visitor.press("Turn on the camera")
    for taken, asked in pairwise(person.poses):
        visitor.see(f".marks li.done[data-pose={taken}]")
        react()
        film.show([person.poses[asked]])
    visitor.step("review")


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


def sign_up(visitor: Visitor, film: Film, person: Person, username: str = "eileen") -> None:
    """Signs up completely, to the welcome."""
    visitor.go("/signup")
    fill_details(visitor, username)
    take_pictures(visitor, film, person)
    visitor.press("Create account")
    visitor.step("done")
