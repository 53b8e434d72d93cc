"""A budget gives a cut-off, which never becomes laxer for larger galleries."""

import pytest

from embeddings.core.models import SFACE
from embeddings.scores.impostor_level import ImpostorLevel
from embeddings.scores.references import reference
from service.domain.budget import HONEST_FACTOR, Budget, fpir_of
from service.domain.impostor_model import ImpostorModel

BUDGET = Budget(fpir=0.001, fmr=0.0001)
KNOWN = reference(SFACE)
UNTAUGHT = ImpostorModel(KNOWN)
LIKE_THE_REFERENCE = ImpostorModel(KNOWN, KNOWN.level)


def level(shift: float) -> ImpostorLevel:
    value = KNOWN.level.value + shift
    return ImpostorLevel(value, value - 0.01, value + 0.01, 50)


def test_the_cutoff_tightens_as_the_gallery_grows() -> None:
    cutoffs = [BUDGET.decision(LIKE_THE_REFERENCE, people, 0.05).cutoff for people in (1, 10, 100, 1000, 10_000)]
    assert cutoffs == sorted(cutoffs)
    assert cutoffs[-1] - cutoffs[0] > 0.05


def test_a_comparison_with_one_person_knows_no_gallery() -> None:
    few, many = (BUDGET.decision(UNTAUGHT, people, 0.05) for people in (10, 10_000))
    assert few.verify_cutoff == many.verify_cutoff == pytest.approx(UNTAUGHT.cutoff(BUDGET.fmr))


@pytest.mark.parametrize("impostors", [UNTAUGHT, LIKE_THE_REFERENCE], ids=["untaught", "taught"])
@pytest.mark.parametrize("budget", [BUDGET, Budget(0.1, 0.0001), Budget(0.001, 0.01)])
def test_a_search_is_never_laxer_than_a_comparison_with_one_person(impostors: ImpostorModel, budget: Budget) -> None:
    for people in (0, 1, 4, 20, 10_000):
        decision = budget.decision(impostors, people, 0.05)
        assert decision.cutoff >= decision.verify_cutoff


def test_a_stricter_budget_is_a_higher_cutoff() -> None:
    strict = Budget(fpir=1e-4, fmr=1e-5).decision(UNTAUGHT, 100, 0.05)
    lax = Budget(fpir=1e-2, fmr=1e-3).decision(UNTAUGHT, 100, 0.05)
    assert strict.cutoff > lax.cutoff
    assert strict.verify_cutoff > lax.verify_cutoff


def test_a_harder_gallery_tightens_and_an_easier_one_does_not_loosen() -> None:
    alone = BUDGET.decision(LIKE_THE_REFERENCE, 100, 0.05).cutoff
    assert BUDGET.decision(ImpostorModel(KNOWN, level(0.1)), 100, 0.05).cutoff > alone + 0.1
    known = KNOWN.impostors.score_at(BUDGET.fmr_of_search(100))
    assert BUDGET.decision(ImpostorModel(KNOWN, level(-0.1)), 100, 0.05).cutoff == known


def test_the_rate_of_one_comparison_keeps_the_search_within_the_budget() -> None:
    assert fpir_of(BUDGET.fmr_of_search(5000), 5000) == pytest.approx(BUDGET.fpir)
    assert BUDGET.fmr_of_search(0) == BUDGET.fmr


def test_the_largest_honest_gallery_is_where_the_interval_is_still_narrow() -> None:
    largest = BUDGET.largest_honest_gallery(UNTAUGHT)
    _, highest = UNTAUGHT.rate_interval(UNTAUGHT.cutoff(BUDGET.fmr_of_search(largest)))
    assert fpir_of(highest, largest) <= HONEST_FACTOR * BUDGET.fpir
    assert largest < Budget(fpir=0.01, fmr=0.001).largest_honest_gallery(UNTAUGHT)


def test_by_the_reference_alone_the_default_budget_is_honest_for_a_thousand_people() -> None:
    assert BUDGET.largest_honest_gallery(UNTAUGHT) >= 1_000


def test_a_gallery_whose_people_cannot_be_told_apart_supports_no_budget() -> None:
    assert BUDGET.largest_honest_gallery(ImpostorModel(KNOWN, level(0.6))) == 0
