"""Steps of a user who moves as a challenge asks for."""

from playwright.sync_api import Browser

from tests.browser.sign_up_flow import fill_details
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

TRIES = 5
"""Challenges that a user tries: a busy machine drops frames, which looks like a cut."""


def sit_down(url: str, browser: Browser, camera: str) -> Tab:
    """Opens a tab of a visitor whose camera is this script; see ``sitter_camera``."""
    tab = Tab.open(browser.new_context(), url)
    tab.expected = {422}
    tab.page.add_init_script(camera)
    return tab


def sign_up_by_moving(visitor: Visitor, username: str, display_name: str) -> None:
    """Signs up completely, to the welcome."""
    visitor.go("/signup")
    fill_details(visitor, username, display_name)
    visitor.press("Turn on the camera")
    visitor.step("review")
    _play(visitor, "Create account", "done")


def log_in_by_moving(visitor: Visitor) -> None:
    """Logs in, to the welcome."""
    visitor.go("/login")
    _play(visitor, "Try again", "welcome")


def _play(visitor: Visitor, begin: str, goal: str) -> None:
    """Plays challenges until one is passed."""
    for _ in range(TRIES):
        if visitor.offers(begin):
            visitor.press(begin)
        visitor.step("challenge")
        visitor.see(f"[step={goal}], [step=error], [step=review]")
        if visitor.shows(f"[step={goal}]"):
            break
    assert visitor.complaints == []
    visitor.step(goal)
