"""The decision rule: similar enough, and far enough ahead of the next."""

from uuid import uuid4

from db.search.templates import Candidate
from service.domain.decision import Decision, Outcome, Verdict, agreed

DECISION = Decision(cutoff=0.6, verify_cutoff=0.5, margin=0.05)


def candidate(similarity: float) -> Candidate:
    return Candidate("a-model", uuid4(), "somebody", "Somebody", similarity)


def test_the_nearest_person_above_the_cutoff_is_matched() -> None:
    best = candidate(0.8)
    verdict = DECISION.identify([best, candidate(0.3)])
    assert (verdict.outcome, verdict.candidate) == (Outcome.MATCHED, best)


def test_nobody_above_the_cutoff_is_unknown() -> None:
    assert DECISION.identify([candidate(0.59)]).outcome is Outcome.UNKNOWN
    assert DECISION.identify([]).outcome is Outcome.UNKNOWN


def test_two_people_within_the_margin_are_ambiguous_and_neither_is_named() -> None:
    verdict = DECISION.identify([candidate(0.8), candidate(0.77)])
    assert (verdict.outcome, verdict.candidate) == (Outcome.AMBIGUOUS, None)


def test_a_comparison_with_one_person_has_its_own_cutoff_and_no_margin() -> None:
    assert DECISION.verify(candidate(0.51)).outcome is Outcome.MATCHED
    assert DECISION.verify(candidate(0.49)).outcome is Outcome.UNKNOWN


def test_a_similarity_of_nan_matches_nobody() -> None:
    assert DECISION.identify([candidate(float("nan"))]).outcome is not Outcome.MATCHED


def matched(person: Candidate) -> Verdict:
    return Verdict(Outcome.MATCHED, person)


def test_a_match_by_one_model_is_enough() -> None:
    person = candidate(0.8)
    assert agreed([Verdict(Outcome.UNKNOWN), matched(person)]) == matched(person)


def test_a_match_by_one_model_does_not_make_up_for_another_ones_doubt() -> None:
    assert agreed([matched(candidate(0.8)), Verdict(Outcome.AMBIGUOUS)]) == Verdict(Outcome.AMBIGUOUS)


def test_two_models_that_match_different_people_name_neither() -> None:
    assert agreed([matched(candidate(0.8)), matched(candidate(0.9))]) == Verdict(Outcome.AMBIGUOUS)


def test_an_ambiguous_verdict_of_one_model_makes_the_result_ambiguous() -> None:
    assert agreed([Verdict(Outcome.UNKNOWN), Verdict(Outcome.AMBIGUOUS)]).outcome is Outcome.AMBIGUOUS
    assert agreed([Verdict(Outcome.UNKNOWN)]).outcome is Outcome.UNKNOWN
