"""Checks every state of the pages with axe-core and saves pictures (`make screenshots` keeps all of them)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.axe import violations
from tests.browser.people import Person
from tests.browser.states import STATES
from tests.browser.states.scene import Scene
from tests.browser.tab import DESK, PHONE, OpenTab
from tests.camera_film import CameraFilm
from tests.web.translated import read_translations

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Look:
    """How a user sees the pages: a browser context's options, and the language."""

    options: dict[str, Any]
    language: str = "en"


LOOKS = {
    "desk-light": Look({"viewport": DESK, "color_scheme": "light"}),
    "phone-dark": Look({"viewport": PHONE, "color_scheme": "dark", "is_mobile": True, "has_touch": True}),
    "desk-dark": Look({"viewport": DESK, "color_scheme": "dark", "reduced_motion": "reduce"}),
    "phone-light": Look({"viewport": PHONE, "color_scheme": "light", "is_mobile": True, "has_touch": True}),
    "phone-arabic": Look({"viewport": PHONE, "color_scheme": "light"}, "ar"),
    "zoomed": Look({"viewport": {"width": DESK["width"] // 2, "height": DESK["height"] // 2}}),
}
"""A browser at 200 % zoom has half as many pixels for the layout (WCAG 2.2, 1.4.4)."""

FIRST_LOOKS = ("desk-light", "phone-dark")
QUICK_STATES = {
    "start",
    *(f"login-{state}" for state in ("hint-turn_left", "challenge-move_closer", "unknown", "password-wrong")),
    *(f"signup-{state}" for state in ("details-empty", "second-pose", "pictures-refused")),
    *(f"account-{state}" for state in ("password-asked", "pictures", "passkeys")),
    "login-passkey-too",
    *(f"authorize-{state}" for state in ("login", "consent", "wrong-request")),
}
"""States in ordinary test runs, in one look each; every state in every look takes a quarter of an hour."""


def combinations() -> Iterator[Any]:
    """Yields every state in every look; all but the quick states, which the first two looks share, are marked slow."""
    for number, state in enumerate(STATES):
        usual = FIRST_LOOKS[number % len(FIRST_LOOKS)]
        for look in LOOKS:
            quick = look == usual and state in QUICK_STATES
            yield pytest.param(state, look, marks=[] if quick else pytest.mark.slow)


@pytest.fixture(scope="module")
def arabic() -> Mapping[str, str]:
    """Returns the widget's Arabic texts by the English ones; if two are equal in English, the first."""
    sentences = read_translations().sentences
    return {english: sentences["ar"][key] for key, english in reversed(sentences["en"].items())}


@pytest.mark.parametrize(("state", "look"), list(combinations()))
def test_everybody_can_use_every_state(
    open_tab: OpenTab, film: CameraFilm, collins: Person, arabic: Mapping[str, str], look: str, state: str
) -> None:
    tab = open_tab(**LOOKS[look].options, locale=LOOKS[look].language)
    tab.words = arabic if LOOKS[look].language == "ar" else {}
    STATES[state](Scene(tab, film, collins))
    tab.keep_picture(f"{state}-{look}")
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
