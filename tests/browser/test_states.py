"""Every state of the pages, looked at by axe-core and kept as a picture (`make screenshots` keeps all of them)."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.axe import violations
from tests.browser.people import Person
from tests.browser.states import STATES
from tests.browser.states.scene import Scene
from tests.browser.tab import DESK, PHONE, OpenTab
from tests.camera_film import CameraFilm


@dataclass(frozen=True)
class Look:
    """How somebody sees the pages: a browser context's options, and the language."""

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
"""A browser zoomed to 200 % lays out for half as many pixels (WCAG 2.2, 1.4.4)."""

ALWAYS = ("desk-light", "phone-dark")
LOOKS_OF_A_RUN = [look if look in ALWAYS else pytest.param(look, marks=pytest.mark.slow) for look in LOOKS]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("look", LOOKS_OF_A_RUN)
def test_everybody_can_use_every_state(
    open_tab: OpenTab, film: CameraFilm, collins: Person, look: str, state: str
) -> None:
    tab = open_tab(**LOOKS[look].options, locale=LOOKS[look].language)
    STATES[state](Scene(tab, film, collins))
    tab.keep_picture(f"{state}-{look}")
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
