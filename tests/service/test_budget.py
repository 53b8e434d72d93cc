"""A budget becomes a cut-off, which only ever tightens."""

import numpy as np
import pytest

from embeddings.score_tail import ImpostorScores, ScoreTail, fit_tail
from service.budget import HONEST_FACTOR, Budget, fpir_of

BUDGET = Budget(fpir=0.001, fmr=0.0001)


def tail(people: int = 40, mean: float = 0.1, seed: int = 1) -> ScoreTail:
    """Of normal scores with a standard deviation of 0.1, five captures a person."""
    generator = np.random.default_rng(seed)
    captured = np.repeat(np.arange(people), 5)
    row, column = np.nonzero(captured[:, np.newaxis] != np.arange(people))
    return fit_tail(ImpostorScores(generator.normal(mean, 0.1, len(row)), captured[row], column))


TAIL = tail()


def test_the_cutoff_tightens_as_the_gallery_grows() -> None:
    cutoffs = [BUDGET.decision([TAIL], people, 0.05).cutoff for people in (1, 10, 100, 1000, 10_000)]
    assert cutoffs == sorted(cutoffs)
    assert cutoffs[-1] - cutoffs[0] > 0.05


def test_a_comparison_with_one_person_knows_no_gallery() -> None:
    few, many = (BUDGET.decision([TAIL], people, 0.05) for people in (10, 10_000))
    assert few.verify_cutoff == many.verify_cutoff == pytest.approx(TAIL.score_at(BUDGET.fmr))


def test_a_stricter_budget_is_a_higher_cutoff() -> None:
    strict = Budget(fpir=1e-4, fmr=1e-5).decision([TAIL], 100, 0.05)
    lax = Budget(fpir=1e-2, fmr=1e-3).decision([TAIL], 100, 0.05)
    assert strict.cutoff > lax.cutoff
    assert strict.verify_cutoff > lax.verify_cutoff


def test_a_harder_gallery_tightens_and_an_easier_one_does_not_loosen() -> None:
    alone = BUDGET.decision([TAIL], 100, 0.05).cutoff
    assert BUDGET.decision([TAIL, tail(mean=0.3)], 100, 0.05).cutoff > alone + 0.1
    assert BUDGET.decision([TAIL, tail(mean=-0.1)], 100, 0.05).cutoff == alone


def test_the_rate_of_one_comparison_keeps_the_search_within_the_budget() -> None:
    assert fpir_of(BUDGET.fmr_of_search(5000), 5000) == pytest.approx(BUDGET.fpir)
    assert BUDGET.fmr_of_search(0) == pytest.approx(BUDGET.fpir)


def test_the_largest_honest_gallery_is_where_the_interval_is_still_narrow() -> None:
    largest = BUDGET.largest_honest_gallery([TAIL])
    _, upper = TAIL.rate_interval(TAIL.score_at(BUDGET.fmr_of_search(largest)))
    assert largest > 0
    assert fpir_of(upper, largest) <= HONEST_FACTOR * BUDGET.fpir
    assert largest < Budget(fpir=0.01, fmr=0.001).largest_honest_gallery([TAIL])


def test_a_gallery_raises_the_cutoff_no_further_than_the_ceiling_and_the_reference_does() -> None:
    harder = tail(mean=0.3)
    alone = BUDGET.decision([harder], 1000, 0.05).cutoff
    assert BUDGET.decision([TAIL, harder], 1000, 0.05, ceiling=alone - 0.1).cutoff == pytest.approx(alone - 0.1)
    assert BUDGET.decision([harder, TAIL], 1000, 0.05, ceiling=0.1).cutoff == alone


def test_scores_that_end_support_no_gallery() -> None:
    saturated = tail(mean=0.8)
    assert saturated.score_at(1e-6) == 1.0
    assert Budget(fpir=1e-5, fmr=1e-5).largest_honest_gallery([saturated]) == 0
