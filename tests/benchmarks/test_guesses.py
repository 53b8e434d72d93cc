"""The comparison of alternating calls."""

import pytest

from benchmarks.speed import guesses
from benchmarks.speed.guesses import as_markdown, compared, in_turn


def test_calls_are_made_in_turn_and_compared_round_by_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "ROUNDS", 3)
    monkeypatch.setattr(guesses, "WARM_UP", 1)
    made: list[str] = []
    runs = in_turn({"with": lambda: made.append("with"), "without": lambda: made.append("without")})
    assert made == ["with", "without"] * 4
    assert len(runs) == 3
    assert "| login | with: " in as_markdown({"login": compared(runs)})


def test_the_difference_is_that_of_rounds_and_not_of_medians() -> None:
    runs = [{"one": 1.0, "other": 2.0}, {"one": 10.0, "other": 11.0}, {"one": 3.0, "other": 9.0}]
    assert compared(runs)["difference"]["median_ms"] == 1.0
