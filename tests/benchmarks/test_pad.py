from typing import Any

import pytest

from benchmarks.pad.footage import BONA_FIDE
from benchmarks.pad.rates import Row, wilson
from benchmarks.pad.report import as_markdown
from benchmarks.pad.trials import Trial, count
from embeddings.liveness import Flaw

PRINT = "printed photo, still"


@pytest.fixture
def trials() -> list[Trial]:
    return [
        Trial(PRINT, "ada", [Flaw.PROMPT_NOT_PERFORMED, Flaw.FLAT], 1.0),
        Trial(PRINT, "bob", [Flaw.FLAT], 2.0),
        Trial(PRINT, "bob", [], 3.0),
        Trial(PRINT, "bob", [Flaw.FLAT], 4.0),
        Trial(BONA_FIDE, "ada", [], 5.0),
        Trial(BONA_FIDE, "bob", [Flaw.FACE_LOST], 6.0),
    ]


def test_the_interval_of_no_hit_ends_above_zero() -> None:
    low, high = wilson(0, 64)
    assert low == pytest.approx(0.0, abs=1e-12)
    assert high == pytest.approx(0.0566, abs=1e-4)


def test_wilsons_interval_is_that_of_the_literature() -> None:
    assert wilson(15, 20) == pytest.approx((0.5313, 0.8881), abs=1e-4)


def test_the_interval_without_an_attempt_is_0_to_1() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_row_counts_attempts_people_and_which_check_was_alone(trials: list[Trial]) -> None:
    row = Row()
    for trial in trials[:4]:
        row.add(trial.person, trial.flaws)
    figures = row.as_dict()
    assert (figures["attempts"], figures["people"], figures["accepted"]) == (4, 2, 1)
    assert figures["flaws"] == {"prompt_not_performed": 1, "flat": 3}
    assert figures["alone"] == {"flat": 2}


def test_people_come_first(trials: list[Trial]) -> None:
    assert list(count(trials)["labels"]) == [BONA_FIDE, PRINT]


def test_counting_no_sessions_is_an_error() -> None:
    with pytest.raises(ValueError, match="no session"):
        count([])


@pytest.fixture
def figures(trials: list[Trial]) -> dict[str, Any]:
    return {"drawn": True, **count(trials)}


def test_the_report_has_both_error_rates_with_their_sizes(figures: dict[str, Any]) -> None:
    report = as_markdown(figures)
    assert "| people (bona fide) | 2 | 2 | 50.0 % [" in report
    assert f"| {PRINT} | 4 | 2 | 25.0 % [" in report


def test_the_report_has_the_share_of_attacks_that_each_check_stopped(figures: dict[str, Any]) -> None:
    assert f"| {PRINT} |  | 25% (0%) | 75% (50%) |" in as_markdown(figures)


def test_the_report_says_whether_presentations_are_drawn(figures: dict[str, Any]) -> None:
    assert "not the world" in as_markdown(figures)
    assert "not the world" not in as_markdown({**figures, "drawn": False})
