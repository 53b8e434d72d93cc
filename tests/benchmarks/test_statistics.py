import numpy as np
import pytest

from benchmarks.statistics import (
    NEVER,
    Comparisons,
    Integers,
    accepted,
    accepted_at,
    by_person,
    cutoff_for,
    missed_at,
)


def comparisons(*rows: tuple[float, int, int]) -> Comparisons:
    scores, first, second = zip(*rows, strict=True)
    return Comparisons(np.array(scores, dtype=np.float64), np.array(first), np.array(second))


def test_a_score_equal_to_the_cutoff_is_accepted() -> None:
    assert accepted(np.array([0.4, 0.5, 0.6]), 0.5) == pytest.approx(2 / 3)


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


def test_an_impostor_that_counts_twice_uses_up_the_rate_twice() -> None:
    scores = np.array([0.9, 0.8, 0.1, 0.0])
    assert accepted(scores, cutoff_for(scores, 0.5)) == pytest.approx(0.5)
    weights = np.array([2.0, 1.0, 1.0, 0.0])
    assert accepted(scores, cutoff_for(scores, 0.5, weights), weights) == pytest.approx(0.5)
    assert cutoff_for(scores, 0.5, weights) > 0.8


def test_misses_are_counted_at_the_cutoff_of_the_impostors() -> None:
    genuine = comparisons((0.9, 0, 0), (0.6, 0, 0), (0.3, 1, 1), (0.2, 1, 1))
    impostor = comparisons((0.5, 0, 1), (0.1, 1, 0), (0.0, 0, 1), (-0.1, 1, 0))
    assert missed_at(genuine, impostor, 0.0) == pytest.approx(0.5)
    assert missed_at(genuine, impostor, 0.25) == pytest.approx(0.0)


def test_a_search_that_finds_somebody_else_is_a_miss_at_every_cutoff() -> None:
    genuine = comparisons((0.9, 0, 0), (NEVER, 0, 1))
    assert missed_at(genuine, comparisons((0.0, 1, 0)), 1.0) == pytest.approx(0.5)


def test_the_share_at_a_fixed_cutoff_follows_who_was_drawn() -> None:
    genuine = comparisons((0.9, 0, 0), (0.1, 1, 1))
    assert accepted_at(genuine, 0.5) == pytest.approx(0.5)
    assert accepted_at(genuine, 0.5, np.array([2, 0])) == pytest.approx(1.0)


def test_pairs_count_once_for_each_pair_of_copies_and_copies_are_no_strangers() -> None:
    rows = comparisons((0.9, 0, 0), (0.5, 0, 1), (0.1, 1, 2))
    assert rows.weights(np.array([2, 3, 0])).tolist() == [2.0, 6.0, 0.0]


def test_the_interval_by_person_holds_the_value_and_is_the_same_for_a_seed() -> None:
    right = np.array([1.0] * 18 + [0.0] * 2)

    def share(drawn: Integers | None) -> float:
        return float(np.average(right, weights=drawn))

    estimate = by_person(share, people=20, seed=7)
    assert estimate.value == pytest.approx(0.9)
    assert estimate.low <= estimate.value <= estimate.high
    assert estimate == by_person(share, people=20, seed=7)


def test_the_interval_of_a_share_is_as_wide_as_the_binomial_one() -> None:
    # Standard error of a share p of n people: sqrt(p (1 - p) / n) = 0.05 for 0.5 and 100; 1.96 of them each way.
    right = np.arange(100) % 2

    def share(drawn: Integers | None) -> float:
        return float(np.average(right, weights=drawn))

    estimate = by_person(share, people=100)
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * 0.05, rel=0.15)
