"""Steps of a user whose application sends them to the provider's login page."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.browser.challenge_flow import TRIES
from tests.browser.tab import Tab

ARRIVED = "pre"
"""What all pages of the applications contain, and none of the provider's does."""

AGAIN = "visage-login:is([step=error], [step=unknown])"


def begin(tab: Tab, url: str, **parameters: str) -> None:
    """Asks an application to log the user in, with these parameters of its request."""
    tab.page.goto(f"{url}/login?{urlencode(parameters)}")


def required(*levels: str) -> str:
    """Returns the parameter ``claims`` of a request that insists on one of these levels."""
    return json.dumps({"id_token": {"acr": {"essential": True, "values": levels}}})


def log_in(tab: Tab) -> None:
    """Looks into the camera on the login page, and moves as it asks, up to the application."""
    tab.step("login")
    for _ in range(TRIES):
        tab.see(f"{ARRIVED}, {AGAIN}")
        if tab.shows(ARRIVED):
            break
        tab.press("Try again")
    arrive(tab)


def arrive(tab: Tab) -> None:
    """Waits until the browser is at the application."""
    tab.see(ARRIVED)


def said(tab: Tab) -> Any:
    """Returns the JSON that the application shows."""
    return json.loads(tab.page.locator(ARRIVED).inner_text())
