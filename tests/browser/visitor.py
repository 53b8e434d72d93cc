"""What a test can do on a page in any browser."""

from collections.abc import Sequence
from typing import Any, Protocol

from embeddings.core.types import RGBImage

ELEMENTS = ":is(visage-login, visage-signup, visage-account, visage-reset, visage-authorize, visage-logout)"
"""The elements that have steps."""


class Film(Protocol):
    """What a camera shows."""

    def show(self, frames: Sequence[RGBImage]) -> None:
        """Replaces the film; each frame is (480, 640, 3) uint8 RGB."""


class Visitor(Protocol):
    """A visitor of the pages. Each method waits until its action is possible. Selectors see into shadow roots."""

    @property
    def complaints(self) -> list[str]:
        """Errors of the pages."""

    def go(self, path: str) -> None:
        """Opens one of the service's pages."""

    def press(self, name: str) -> None:
        """Clicks the button with this name."""

    def offers(self, name: str) -> bool:
        """Whether the page shows a button with this name now."""

    def fill(self, name: str, value: str) -> None:
        """Fills in the field with this label."""

    def fill_at(self, selector: str, value: str) -> None:
        """Fills in the field that matches a selector."""

    def agree(self) -> None:
        """Checks the only checkbox of the page."""

    def see(self, selector: str) -> None:
        """Waits until one element that matches a selector is visible."""

    def shows(self, selector: str) -> bool:
        """Whether an element that matches a selector is visible now."""

    def step(self, name: str) -> Any:
        """Waits until the element shows this step."""
