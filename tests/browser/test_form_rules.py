"""The forms refuse before sending exactly what the service refuses."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from service.domain.names import MIN_PASSWORD, NewPassword, Username
from tests.browser.tab import Tab

pytestmark = pytest.mark.slow

MAY_BE_USERNAME = "names => import('/web/widget/views/details-form.js').then(form => names.map(form.mayBeUsername))"
LONG_ENOUGH = "passwords => import('/web/widget/views/form.js').then(form => passwords.map(form.isLongEnough))"


def test_the_shortest_password_is_that_of_the_service(tab: Tab) -> None:
    tab.go("/")
    passwords = [character * length for character in "a\U0001f511" for length in (MIN_PASSWORD - 1, MIN_PASSWORD)]
    assert tab.page.evaluate(LONG_ENOUGH, passwords) == [False, True, False, True]


def taken(kind: Any, values: list[str]) -> list[bool]:
    """Returns which of these values the service accepts."""

    def is_taken(value: str) -> bool:
        try:
            TypeAdapter(kind).validate_python(value)
        except ValidationError:
            return False
        return True

    return [is_taken(value) for value in values]


def test_a_password_is_as_long_as_the_service_counts_it(tab: Tab) -> None:
    tab.go("/")
    passwords = ["a\u0308" * MIN_PASSWORD, "a\u0308" * (MIN_PASSWORD - 1)]
    assert tab.page.evaluate(LONG_ENOUGH, passwords) == taken(NewPassword, passwords) == [True, False]


def test_a_username_is_marked_as_wrong_if_the_service_refuses_it(tab: Tab) -> None:
    tab.go("/")
    refused = [
        "a",
        "a" * 65,
        "a b",
        "a/b",
        "ad\u034fa",
        "ad\ufe0fa",
        "ad\u1160a",
        "ad\u200da",
        "\u202eada",
        "ad\U000e0061a",
    ]
    fine = ["ada", "Νίκος", "straße", "jo\u0308rg", "ﬁona", "राम", "a.b_c@d+e-f", "李雷"]
    assert tab.page.evaluate(MAY_BE_USERNAME, refused + fine) == taken(Username, refused + fine)
    assert taken(Username, fine) == [True] * len(fine)
