"""What the operator is told of the budget and of what it rests on."""

from dataclasses import replace

import pytest

from benchmarks.gallery import seed_gallery
from db import disputes, templates, users
from db.disputes import Claim
from db.engine import Database
from db.impostor_tails import store
from embeddings.models import CARDS, ModelCard, card
from embeddings.references import reference
from service.budget import Budget
from service.doctor.finding import Finding
from service.doctor.gallery import examine
from service.impostors import MIN_PEOPLE, re_estimate
from tests.fakes import MODEL_ID, person_vector

BUDGET = Budget(fpir=0.01, fmr=0.0001)
FACENET, DEFAULT = card(MODEL_ID), CARDS[0]


def findings(database: Database, *cards: ModelCard, budget: Budget = BUDGET) -> dict[str, list[Finding]]:
    """The report by the names of its lines; a line without one belongs to the one before it."""
    found: dict[str, list[Finding]] = {}
    name = ""
    for finding in examine(database, list(cards or (FACENET,)), budget):
        name = finding.name or name
        found.setdefault(name, []).append(finding)
    return found


def test_budget_cutoff_and_grounds_are_told_before_anybody_is_enrolled(database: Database) -> None:
    report = findings(database)
    assert "FPIR 0.01" in report["budget"][0].text
    assert report["templates"][0].text.startswith("0 ")
    assert (
        f"{BUDGET.decision([reference(MODEL_ID).impostors], 0, 0.0).cutoff:.3f} for a search"
        in report["cut-off"][0].text
    )
    assert reference(MODEL_ID).source in report["reference"][0].text
    assert str(MIN_PEOPLE) in report["own gallery"][0].text
    assert not any(finding.trouble for lines in report.values() for finding in lines)


def test_what_was_learnt_of_the_gallery_is_told(database: Database) -> None:
    seed_gallery(database, FACENET, 30)
    re_estimate(database, MODEL_ID, 30)
    assert "of 30 people" in findings(database)["own gallery"][0].text


def test_a_gallery_beyond_what_the_scores_support_is_marked(database: Database) -> None:
    seed_gallery(database, FACENET, BUDGET.largest_honest_gallery([reference(MODEL_ID).impostors]) + 1)
    (honest,) = findings(database)["honest"]
    assert honest.trouble
    assert "extrapolation" in honest.text


def test_accounts_that_look_like_one_person_are_marked(database: Database) -> None:
    seed_gallery(database, FACENET, MIN_PEOPLE)
    with database.unit_of_work() as work:
        store(work.session, MODEL_ID, 100, 3, reference(MODEL_ID).impostors.as_json())
    _, suspected = findings(database)["own gallery"]
    assert suspected.trouble
    assert "3 pairs" in suspected.text


def test_what_was_learnt_of_people_who_have_gone_is_not_told(database: Database) -> None:
    seed_gallery(database, FACENET, MIN_PEOPLE - 1)
    with database.unit_of_work() as work:
        store(work.session, MODEL_ID, 100, 3, reference(MODEL_ID).impostors.as_json())
    (own,) = findings(database)["own gallery"]
    assert "not looked at yet" in own.text


def test_strangers_too_alike_for_the_budget_are_those_of_the_gallery(database: Database) -> None:
    seed_gallery(database, FACENET, MIN_PEOPLE)
    strict, known = Budget(fpir=1e-4, fmr=1e-4), reference(MODEL_ID)
    assert known.impostors.score_at(strict.fmr_of_search(MIN_PEOPLE)) > known.same_person
    (alone,) = findings(database, budget=strict)["honest"]
    harder = replace(known.impostors, scores=tuple(min(score + 0.1, 1.0) for score in known.impostors.scores))
    with database.unit_of_work() as work:
        store(work.session, MODEL_ID, MIN_PEOPLE, 0, harder.as_json())
    _, alike = findings(database, budget=strict)["honest"]
    assert "too alike" not in alone.text
    assert alike.trouble
    assert "too alike" in alike.text


def test_an_earlier_model_is_marked_and_its_templates_count(database: Database) -> None:
    with database.unit_of_work() as work:
        for person, model in ((1, FACENET), (2, DEFAULT)):
            name = f"person-{person}"
            user = users.add_user(work.session, username=name, display_name=name, password_hash="*")
            templates.put(work.session, user.id, model.model_id, person_vector(person, model.dimension))
    report = findings(database, DEFAULT, FACENET)
    assert report["templates"][0].text.startswith("2 ")
    assert [finding.trouble for finding in report["model"]] == [False, False, True]
    assert "visage reembed" in report["model"][2].text
    two = BUDGET.decision([reference(DEFAULT.model_id).impostors], 2, 0.0)
    assert report["cut-off"][0].text.startswith(f"{two.cutoff:.3f}")


@pytest.mark.parametrize("fpir", [0.1, 0.001])
def test_the_interval_of_the_fpir_holds_the_budget(database: Database, fpir: float) -> None:
    text = findings(database, budget=Budget(fpir=fpir, fmr=1e-4))["expected FPIR"][0].text
    low, high = (float(word) for word in text.partition("from ")[2].split(" (")[0].split(" to "))
    assert low <= fpir <= high


def test_disputes_that_wait_are_told(database: Database) -> None:
    with database.unit_of_work() as work:
        user = users.add_user(work.session, username="ada", display_name="Ada", password_hash="*")
        disputes.add(work.session, user.id, Claim(MODEL_ID, 0.9, 0.8, False, None, None))
    (waiting,) = findings(database)["disputes"]
    assert waiting.trouble
    assert waiting.text.startswith("1 ")
