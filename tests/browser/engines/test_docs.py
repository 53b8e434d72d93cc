"""The page of the API in Firefox and WebKit."""

import json

import pytest

from tests.browser.engines.conftest import OpenWindow
from tests.browser.engines.window import Window
from tests.browser.tab import PHONE

pytestmark = pytest.mark.slow


def click(window: Window, selector: str) -> None:
    """Clicks by a script: the viewer still scrolls to what it has opened, so a pointer may miss."""
    window.see(selector)
    window.driver.value_of(f"void document.querySelector({json.dumps(selector)}).click()")


def test_the_page_fits_a_phone(open_window: OpenWindow, service_url: str) -> None:
    window = open_window(service_url, size=PHONE)
    window.go("/docs")
    window.see(".opblock")
    assert window.fits()
    window.fill("Search", "live")
    window.read("1 operation")
    for selector in (".opblock-summary-control", ".try-out__btn", ".execute"):
        click(window, selector)
    window.see(".live-responses-table")
    window.keep_picture("docs-phone")
    assert window.fits()
    click(window, ".tools .authorize")
    window.see(".dialog-ux")
    assert window.fits()
