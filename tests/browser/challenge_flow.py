"""Steps of a user who moves as a challenge asks for."""

from playwright.sync_api import Browser

from tests.browser.sign_up_flow import fill_details
from tests.browser.tab import Tab

TRIES = 5
"""Challenges that a user tries: a busy machine drops frames, which looks like a cut."""


def sit_down(url: str, browser: Browser, camera: str) -> Tab:
    """Opens a tab of a visitor whose camera is this script; see ``sitter_camera``."""
    tab = Tab.open(browser.new_context(), url)
    tab.expected = {422}
    tab.page.add_init_script(camera)
    return tab


def sign_up_by_moving(tab: Tab, username: str, display_name: str) -> None:
    """Signs up completely, to the welcome."""
    tab.go("/signup")
    fill_details(tab, username, display_name)
    tab.press("Turn on the camera")
    tab.step("review")
    _play(tab, "Create account", "done")


def log_in_by_moving(tab: Tab) -> None:
    """Logs in, to the welcome."""
    tab.go("/login")
    _play(tab, "Try again", "welcome")


def _play(tab: Tab, begin: str, goal: str) -> None:
    """Plays challenges until one is passed."""
    for _ in range(TRIES):
        button = tab.page.get_by_role("button", name=begin, exact=True)
        if button.is_visible():
            button.click()
        tab.step("challenge")
        tab.page.locator(f"[step={goal}], [step=error], [step=review]").wait_for()
        if tab.page.locator(f"[step={goal}]").count():
            break
    assert tab.complaints == []
    tab.step(goal)
