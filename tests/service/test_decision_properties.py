"""Properties of the decision for all scores, and of the cut-off for all budgets."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search.templates import Candidate
from embeddings.core.models import CARDS
from embeddings.scores.impostor_level import ImpostorLevel
from embeddings.scores.references import reference
from service.domain.budget import Budget, fpir_of
from service.domain.decision import Decision, Outcome, Verdict, agreed
from service.domain.impostor_model import ImpostorModel
from tests.properties import FEW, MANY, tried

KNOWN = reference(CARDS[0].model_id)

few_or_many = pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])

similarities = st.floats(-1, 1, width=32)
any_numbers = st.floats()
decisions = st.builds(Decision, cutoff=similarities, verify_cutoff=similarities, margin=st.floats(0, 0.5))
rates = st.floats(1e-7, 0.1)
levels = st.none() | st.builds(
    lambda value, spread: ImpostorLevel(value, value - spread, value + spread, 20), similarities, st.floats(0, 0.3)
)


def people(scores: Sequence[float]) -> list[Candidate]:
    """Returns one person for each similarity, in the given order."""
    return [Candidate("m", UUID(int=number), str(number), str(number), score) for number, score in enumerate(scores)]


def falling(scores: Sequence[float]) -> list[Candidate]:
    return sorted(people(scores), key=lambda candidate: -candidate.similarity)


@few_or_many
def test_a_match_is_at_or_above_the_cutoff_and_beyond_the_margin(examples: int) -> None:
    @tried(examples)
    @given(decisions, st.lists(any_numbers, max_size=5))
    def holds(decision: Decision, scores: list[float]) -> None:
        verdict = decision.identify(people(scores))
        if verdict.outcome is Outcome.MATCHED:
            assert scores[0] >= decision.cutoff
            assert len(scores) == 1 or scores[0] - scores[1] >= decision.margin
            assert verdict.candidate == people(scores)[0]
        else:
            assert verdict.candidate is None

    holds()


@few_or_many
def test_a_better_score_of_the_best_never_turns_a_match_down(examples: int) -> None:
    @tried(examples)
    @given(decisions, st.lists(similarities, min_size=1, max_size=5), st.floats(0, 1))
    def holds(decision: Decision, scores: list[float], more: float) -> None:
        first, *others = sorted(scores, reverse=True)
        if decision.identify(people([first, *others])).outcome is Outcome.MATCHED:
            assert decision.identify(people([first + more, *others])).outcome is Outcome.MATCHED
        if decision.verify(people([first])[0]).outcome is Outcome.MATCHED:
            assert decision.verify(people([first + more])[0]).outcome is Outcome.MATCHED

    holds()


@few_or_many
def test_the_order_in_which_people_are_found_changes_nothing(examples: int) -> None:
    @tried(examples)
    @given(decisions, st.lists(similarities, max_size=5, unique=True), st.randoms(use_true_random=False))
    def holds(decision: Decision, scores: list[float], chance: np.random.Generator) -> None:
        found = people(scores)
        shuffled = list(found)
        chance.shuffle(shuffled)
        expected, verdict = (
            decision.identify(sorted(one, key=lambda candidate: -candidate.similarity)) for one in (found, shuffled)
        )
        assert verdict == expected

    holds()


@few_or_many
def test_models_agree_whatever_their_order_and_only_on_one_person(examples: int) -> None:
    @tried(examples)
    @given(
        st.lists(
            st.one_of(
                st.sampled_from([Verdict(Outcome.UNKNOWN), Verdict(Outcome.AMBIGUOUS)]),
                st.integers(0, 2).map(lambda number: Verdict(Outcome.MATCHED, people([0.9] * 3)[number])),
            ),
            max_size=4,
        ),
        st.randoms(use_true_random=False),
    )
    def holds(verdicts: list[Verdict], chance: np.random.Generator) -> None:
        shuffled = list(verdicts)
        chance.shuffle(shuffled)
        assert agreed(shuffled) == agreed(verdicts)
        named = {verdict.candidate.user_id for verdict in verdicts if verdict.candidate}
        if agreed(verdicts).outcome is Outcome.MATCHED:
            assert len(named) == 1
            assert Verdict(Outcome.AMBIGUOUS) not in verdicts

    holds()


@few_or_many
def test_no_gallery_and_no_stricter_budget_lowers_the_cutoff(examples: int) -> None:
    @tried(examples)
    @given(rates, rates, st.floats(0.01, 1), st.integers(0, 10**7), st.integers(0, 10**7), levels)
    def holds(fpir: float, fmr: float, share: float, gallery: int, more: int, level: ImpostorLevel | None) -> None:
        budget, stricter = Budget(fpir, fmr), Budget(fpir * share, fmr * share)
        before, grown, strict = (
            one.decision(ImpostorModel(KNOWN, level), size, 0.05)
            for one, size in ((budget, gallery), (budget, gallery + more), (stricter, gallery))
        )
        assert before.cutoff >= KNOWN.impostors.score_at(budget.fmr_of_search(gallery))
        assert before.cutoff >= before.verify_cutoff
        assert grown.cutoff >= before.cutoff
        assert grown.verify_cutoff == before.verify_cutoff
        assert strict.cutoff >= before.cutoff
        assert strict.verify_cutoff >= before.verify_cutoff

    holds()


@few_or_many
def test_the_rate_of_one_comparison_adds_up_to_the_budget(examples: int) -> None:
    @tried(examples)
    @given(rates, st.integers(1, 10**6))
    def holds(fpir: float, gallery: int) -> None:
        assert fpir_of(Budget(fpir, 1.0).fmr_of_search(gallery), gallery) == pytest.approx(fpir, rel=1e-3)

    holds()
