"""The verdict on a search with templates of two models, and the cut-off for a larger gallery."""

from uuid import UUID

import pytest

from db.core import gallery_size
from db.core.engine import Database
from db.search.templates import Candidate
from embeddings.core.models import CARDS
from service.domain.budget import Budget
from service.domain.decision import Decision, Outcome
from service.gallery.gallery import Gallery, ModelInUse, Snapshot
from tests.db.gallery import enrol, unit_vectors

NEW, OLD = "new-model", "old-model"
DECISION = Decision(cutoff=0.6, verify_cutoff=0.5, margin=0.05)
GALLERY = Snapshot(NEW, {model_id: ModelInUse(model_id, 2, None, (), DECISION) for model_id in (NEW, OLD)})
ADA, BOB = UUID(int=1), UUID(int=2)


def candidate(model_id: str, who: UUID, similarity: float, superseded: bool = False) -> Candidate:
    return Candidate(model_id, who, "", "", similarity, superseded)


def test_a_person_with_only_an_old_template_is_matched_by_it() -> None:
    verdict = GALLERY.identify([candidate(OLD, ADA, 0.8), candidate(NEW, BOB, 0.1)])
    assert verdict.candidate is not None
    assert verdict.candidate.user_id == ADA


def test_a_person_with_both_is_matched_by_the_new_one() -> None:
    verdict = GALLERY.identify([candidate(NEW, ADA, 0.7), candidate(OLD, ADA, 0.9, superseded=True)])
    assert verdict.candidate is not None
    assert verdict.candidate.model_id == NEW


def test_a_superseded_template_matches_nobody() -> None:
    found = [candidate(NEW, ADA, 0.59), candidate(OLD, ADA, 0.9, superseded=True)]
    assert GALLERY.identify(found).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("ahead", [0.01, 0.2])
def test_the_runner_up_to_a_superseded_template_is_not_matched(ahead: float) -> None:
    found = [candidate(OLD, ADA, 0.7 + ahead, superseded=True), candidate(OLD, BOB, 0.7)]
    assert GALLERY.identify(found).outcome is not Outcome.MATCHED


def test_a_superseded_template_close_behind_makes_a_match_ambiguous() -> None:
    found = [candidate(OLD, BOB, 0.7), candidate(OLD, ADA, 0.69, superseded=True)]
    assert GALLERY.identify(found).outcome is Outcome.AMBIGUOUS


def test_an_older_template_as_close_as_the_match_makes_it_ambiguous() -> None:
    found = [candidate(NEW, ADA, 0.86), candidate(OLD, BOB, 0.9), candidate(OLD, ADA, 0.88, superseded=True)]
    assert GALLERY.identify(found).outcome is Outcome.AMBIGUOUS


def test_superseded_templates_that_are_close_leave_the_decision_to_the_newer_model() -> None:
    old = [candidate(OLD, ADA, 0.9, superseded=True), candidate(OLD, BOB, 0.89, superseded=True)]
    verdict = GALLERY.identify([candidate(NEW, ADA, 0.8), candidate(NEW, BOB, 0.4), *old])
    assert verdict.candidate is not None
    assert verdict.candidate.user_id == ADA


def test_two_models_that_disagree_match_nobody() -> None:
    found = [candidate(NEW, ADA, 0.8), candidate(OLD, BOB, 0.8)]
    assert GALLERY.identify(found).outcome is Outcome.AMBIGUOUS


def test_the_cutoff_for_more_people_is_higher_and_for_fewer_people_the_present_one(scratch_database: Database) -> None:
    gallery = Gallery(scratch_database, [CARDS[0]], Budget(0.001, 0.0001))
    enrolled = gallery.snapshot().models[CARDS[0].model_id].decision.cutoff
    assert gallery.cutoffs_for(0) == {CARDS[0].model_id: enrolled}
    assert gallery.cutoffs_for(10_000)[CARDS[0].model_id] > enrolled


def test_in_a_large_gallery_of_two_models_each_template_counts_once(
    scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_size, "EXACT_COUNT", 100)  # above, the server's estimate is of all models
    budget, cards = Budget(0.001, 0.0001), CARDS[:2]
    for card in cards:
        enrol(scratch_database, unit_vectors(150, seed=1, dimension=card.dimension), card.model_id)
    snapshot = Gallery(scratch_database, cards, budget).snapshot()
    assert 300 <= snapshot.templates < 600  # the statistics can lag behind an ANALYZE, and then count 450
    for card in cards:
        model = snapshot.models[card.model_id]
        assert model.decision == budget.decision(model.impostors, snapshot.templates, card.margin)
