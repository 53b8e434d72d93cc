import numpy as np
import pytest

from benchmarks.common.statistics import Counts, accepted, cutoff_for


def test_a_score_equal_to_the_cutoff_is_accepted() -> None:
    assert accepted(np.array([0.4, 0.5, 0.6]), 0.5) == pytest.approx(2 / 3)


def test_the_accepted_share_of_no_scores_is_nan() -> None:
    assert np.isnan(accepted(np.array([]), 0.5))


def test_the_cutoff_lies_just_above_the_first_impostor_too_many() -> None:
    scores = np.linspace(0.0, 0.9, 10)
    cutoff = cutoff_for(scores, 0.2)
    assert accepted(scores, cutoff) == pytest.approx(0.2)
    assert scores[7] < cutoff < scores[7] + 1e-9


def test_a_rate_below_one_impostor_lets_none_in() -> None:
    scores = np.array([0.1, 0.7, 0.3])
    assert accepted(scores, cutoff_for(scores, 0.001)) == 0.0


def test_impostors_with_equal_scores_are_let_in_together_or_not_at_all() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.5, 0.1])
    assert accepted(scores, cutoff_for(scores, 0.5)) == pytest.approx(0.2)
    assert accepted(scores, cutoff_for(scores, 0.8)) == pytest.approx(0.8)


def test_everybody_within_the_rate_needs_no_cutoff() -> None:
    assert cutoff_for(np.array([0.1, 0.2]), 1.0) == -np.inf


def test_trials_are_counted_by_person() -> None:
    counts = Counts.of(np.array([0, 0, 2]), np.array([True, False, True]), people=3)
    assert counts.hits.tolist() == [1.0, 0.0, 1.0]
    assert counts.trials.tolist() == [2.0, 0.0, 1.0]
    assert (counts + counts).share().value == pytest.approx(2 / 3)


def test_the_share_of_no_trials_is_nan() -> None:
    assert np.isnan(Counts(np.zeros(2), np.zeros(2)).share().value)


def test_the_interval_by_person_holds_the_value_and_is_the_same_for_a_seed() -> None:
    counts = Counts.of(np.arange(20), np.array([True] * 18 + [False] * 2), people=20)
    share = counts.share(seed=7)
    assert share.value == pytest.approx(0.9)
    assert share.low <= share.value <= share.high
    assert share == counts.share(seed=7)


def test_the_interval_of_a_share_is_as_wide_as_the_binomial_one() -> None:
    # Standard error of a share p of n people: sqrt(p (1 - p) / n) = 0.05 for 0.5 and 100; 1.96 of them to each side.
    share = Counts.of(np.arange(100), np.arange(100) % 2 == 1, people=100).share()
    assert share.high - share.low == pytest.approx(2 * 1.96 * 0.05, rel=0.15)
