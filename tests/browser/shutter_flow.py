"""Steps of a visitor who moves by themselves: what guidance does not take, the shutter takes."""

from contextlib import suppress

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.sign_up_flow import fill_details, shutter_for
from tests.browser.tab import Tab

PATIENCE_MS = (8_000, 1_000, 4_000, 2_000, 6_000, 3_000)
"""By try: milliseconds that guidance has for a picture of a sign-up, until the visitor presses the shutter. They differ
because a film begins anew with the camera, and in some pictures the head is turned too far, or as in another one."""

LOGIN_TRIES = 6
"""Pictures that a visitor takes: in some the head is turned too far."""


def sign_up_by_shutter(tab: Tab, username: str) -> str:
    """Signs up, and takes again what the service refuses; returns the last step: ``done``, ``review``, ..."""
    tab.go("/signup")
    fill_details(tab, username, username.capitalize())
    tab.press("Turn on the camera")
    _take_missing_pictures(tab, PATIENCE_MS[0])
    for patience_ms in PATIENCE_MS[1:]:
        tab.press("Create account")
        tab.page.locator("[step=done], [step=review]").wait_for()
        if tab.page.locator("[step=done]").count():
            return "done"
        _take_again(tab, patience_ms)
    return tab.signup.get_attribute("step") or ""


def _take_missing_pictures(tab: Tab, patience_ms: int) -> None:
    review = tab.page.locator("[step=review]")
    current = tab.signup.locator(".marks li.current")
    while current.or_(review).first.wait_for() or not review.count():
        pose = current.get_attribute("data-pose")
        taken = tab.signup.locator(f".marks li.done[data-pose={pose}]").or_(review)
        try:
            taken.first.wait_for(timeout=patience_ms)
        except PlaywrightTimeout:
            _click(shutter_for(tab, f"{pose}"))
            taken.first.wait_for()


def _take_again(tab: Tab, patience_ms: int) -> None:
    """Takes the marked pictures again, or all of them if none is marked."""
    marked = tab.signup.locator("li.bad")
    if not marked.count():
        tab.press("This does not look right")
        tab.press("Take all pictures again")
    while marked.count():
        marked.first.get_by_role("button").click()
        _take_missing_pictures(tab, patience_ms)


def log_in_by_shutter(tab: Tab) -> str:
    """Logs in, and tries again while the picture is refused; returns the last step: ``welcome``, ``error``, ..."""
    tab.go("/login")
    step = ""
    for _ in range(LOGIN_TRIES):
        again = tab.page.get_by_role("button", name="Try again")
        if again.is_visible():
            again.click()
        shutter = tab.page.get_by_role("button", name="Take the picture", disabled=False)
        result = tab.page.locator("[step=welcome], [step=error], [step=unknown], [step=hint]")
        shutter.or_(result).first.wait_for()
        _click(shutter)
        result.first.wait_for()
        step = result.first.get_attribute("step") or ""
        if step != "hint":
            break
    return step


def _click(shutter: Locator) -> None:
    """Takes the picture, unless guidance has taken it meanwhile."""
    if shutter.is_visible():
        with suppress(PlaywrightTimeout):
            shutter.click(timeout=2_000)
