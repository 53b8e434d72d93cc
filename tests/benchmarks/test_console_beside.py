"""The comparison of logins with and without the console."""

import pytest

from benchmarks.speed.console_beside import as_markdown, difference, figures_of

ALONE = [[20.0, 21.0, 22.0], [30.0, 31.0, 32.0]]
BESIDE = [[21.0, 22.0, 23.0], [31.0, 32.0, 33.0]]


def test_the_difference_is_of_pairs() -> None:
    found = difference(ALONE, BESIDE, 0.5)
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0))


def test_the_interval_shows_how_pairs_vary() -> None:
    found = difference([[20.0]] * 4, [[20.0], [20.0], [22.0], [22.0]], float("nan"))
    assert found.value == pytest.approx(1.0)
    assert found.low < 1.0 < found.high


def test_the_table_has_both_and_their_difference() -> None:
    text = as_markdown(figures_of({"alone": ALONE, "beside": BESIDE, "reads": [40.0]}))
    assert "+1.00 [+1.00, +1.00]" in text
    assert "| median | 26.00 | 27.00 |" in text
