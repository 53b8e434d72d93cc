"""The few actions of a browser that the tests need."""

from collections.abc import Sequence
from typing import Any, Protocol

Json = dict[str, Any]


class DriverError(Exception):
    """The browser could not do what it was asked for, for example because the page changed meanwhile."""


class Driver(Protocol):
    """A browser with one page, and without cookies of earlier visits. Expressions are JavaScript."""

    def open(self, url: str) -> None:
        """Opens an address, and waits until the page is loaded."""

    def value_of(self, expression: str) -> Any:
        """Returns what ``JSON.stringify`` makes of the value of an expression; None for undefined."""

    def click(self, element: str) -> None:
        """Clicks the element that an expression returns, with the pointer."""

    def type(self, element: str, text: str) -> None:
        """Types into the element that an expression returns, with the keyboard."""

    def messages(self) -> Sequence[str]:
        """Returns the errors and warnings of the browser's console, without those of the network, since the start."""

    def screenshot(self) -> bytes:
        """Returns what the window shows, as PNG."""


def click(origin: Json) -> Json:
    """Returns the actions of a pointer that clicks an element, as both protocols of WebDriver take them."""
    actions = [
        {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return {"type": "pointer", "id": "mouse", "actions": actions}


def typing(text: str) -> Json:
    """Returns the actions of a keyboard that types a text, likewise."""
    keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
    return {"type": "key", "id": "keyboard", "actions": keys}
