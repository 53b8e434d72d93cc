"""Tails of impostor scores, on distributions whose tail is known."""

import numpy as np
import pytest

from benchmarks.accuracy.tail_fit import ImpostorScores, fit_tail
from embeddings.scores.score_tail import RATES, ScoreTail

NORMAL_AT = {1e-3: 3.090, 1e-4: 3.719, 1e-5: 4.265}
"""Standard normal quantiles (any table)."""


def impostor_scores(people: int, seed: int = 1, captures: int = 5) -> ImpostorScores:
    """Returns standard normal scores divided by ten."""
    captured = np.repeat(np.arange(people), captures)
    row, column = np.nonzero(captured[:, np.newaxis] != np.arange(people))
    return ImpostorScores(np.random.default_rng(seed).normal(0.0, 0.1, len(row)), captured[row], column)


TAIL = fit_tail(impostor_scores(60))


@pytest.mark.parametrize("rate", NORMAL_AT)
def test_a_normal_tail_is_found_again(rate: float) -> None:
    assert TAIL.score_at(rate) == pytest.approx(NORMAL_AT[rate] / 10, abs=0.02)


def test_rates_smaller_than_one_comparison_shows_are_extrapolated() -> None:
    assert TAIL.resolved == pytest.approx(1 / (60 * 5 * 59))
    assert TAIL.score_at(1e-6) > TAIL.score_at(1e-5) > TAIL.score_at(1e-4)


def test_the_interval_holds_the_estimate_and_widens_with_fewer_people() -> None:
    small = fit_tail(impostor_scores(12))
    for tail in (TAIL, small):
        score = tail.score_at(1e-4)
        assert tail.lowest_rate(score) < 1e-4 < tail.highest_rate(score)
    score = NORMAL_AT[1e-4] / 10
    assert small.highest_rate(score) > TAIL.highest_rate(score)


def test_a_tail_is_numbers_that_can_be_kept() -> None:
    assert ScoreTail.from_json(TAIL.as_json()) == TAIL
    assert len(TAIL.scores) == len(TAIL.low) == len(TAIL.high) == len(RATES)


def test_the_same_scores_give_the_same_tail() -> None:
    assert fit_tail(impostor_scores(60)) == TAIL


def test_too_few_scores_are_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        fit_tail(impostor_scores(3))
