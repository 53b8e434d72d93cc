"""The doctor's report on the budget and its basis."""

import re

import pytest

from benchmarks.common.gallery import seed_gallery
from db.core.engine import Database
from db.queries import disputes, users
from db.queries.disputes import Claim
from db.queries.impostor_levels import Level, store
from db.search import templates
from embeddings.core.models import CARDS, ModelCard, card
from embeddings.scores.references import reference
from service.doctor.finding import Finding
from service.doctor.gallery import examine
from service.domain.budget import Budget
from service.domain.impostor_model import ImpostorModel
from service.gallery.impostors import MIN_PEOPLE, re_estimate
from tests.fakes import MODEL_ID, person_vector

BUDGET = Budget(fpir=0.01, fmr=0.0001)
DEFAULT, EARLIER = CARDS[0], card("facenet-casia-webface")
KNOWN = reference(MODEL_ID)
UNTAUGHT = ImpostorModel(KNOWN)


def findings(database: Database, *cards: ModelCard, budget: Budget = BUDGET) -> dict[str, list[Finding]]:
    """Returns the report by the names of its lines; a line without a name belongs to the line before it."""
    found: dict[str, list[Finding]] = {}
    name = ""
    for finding in examine(database, list(cards or (DEFAULT,)), budget):
        name = finding.name or name
        found.setdefault(name, []).append(finding)
    return found


def teach(database: Database, value: float, suspected_pairs: int = 0) -> None:
    """Stores a level as if it had been estimated."""
    with database.unit_of_work() as work:
        store(work.session, MODEL_ID, Level(100, 100, suspected_pairs, value, value - 0.01, value + 0.01))


def test_budget_cutoff_and_reference_are_reported_before_anybody_is_enrolled(database: Database) -> None:
    report = findings(database)
    assert "FPIR 0.01" in report["budget"][0].text
    assert report["templates"][0].text.startswith("0 ")
    assert f"{BUDGET.decision(UNTAUGHT, 0, 0.0).cutoff:.3f} for a search" in report["cut-off"][0].text
    assert str(MIN_PEOPLE) in report["own gallery"][0].text
    assert not any(finding.trouble for lines in report.values() for finding in lines)


def test_measured_groups_and_those_not_measured_are_reported(database: Database) -> None:
    report = findings(database)
    source, *groups = report["reference"]
    assert KNOWN.source in source.text
    assert [line.text.partition(" (")[0] for line in groups] == [one.name.partition(" (")[0] for one in KNOWN.groups]
    assert all("times as often" in line.text for line in groups)
    assert "children" in report["not measured"][0].text


def test_the_estimate_of_the_gallery_is_reported(database: Database) -> None:
    seed_gallery(database, DEFAULT, 30)
    re_estimate(database, MODEL_ID, 30)
    report = findings(database)
    assert report["own gallery"][0].text.startswith("30 people")
    assert "by the reference alone" in report["gallery limit"][1].text


def test_a_gallery_beyond_what_the_scores_support_is_marked(database: Database) -> None:
    strict = Budget(fpir=1e-5, fmr=1e-5)
    seed_gallery(database, DEFAULT, strict.largest_honest_gallery(UNTAUGHT) + 1)
    (honest,) = findings(database, budget=strict)["gallery limit"]
    assert honest.trouble
    assert "extrapolated" in honest.text


def test_accounts_that_look_like_one_person_are_marked(database: Database) -> None:
    seed_gallery(database, DEFAULT, MIN_PEOPLE)
    teach(database, KNOWN.level.value, suspected_pairs=3)
    _, suspected = findings(database)["own gallery"]
    assert suspected.trouble
    assert "3 pairs" in suspected.text


def test_an_estimate_of_people_who_have_gone_is_not_reported(database: Database) -> None:
    seed_gallery(database, DEFAULT, MIN_PEOPLE - 1)
    teach(database, KNOWN.level.value)
    (own,) = findings(database)["own gallery"]
    assert f"fewer than {MIN_PEOPLE} users" in own.text


def test_people_too_alike_for_the_budget_are_reported(database: Database) -> None:
    seed_gallery(database, DEFAULT, MIN_PEOPLE)
    teach(database, KNOWN.level.value)
    assert not any("too alike" in line.text for line in findings(database)["gallery limit"])
    teach(database, KNOWN.level.value + 0.5)
    alike = findings(database)["gallery limit"][-1]
    assert alike.trouble
    assert "too alike" in alike.text


def test_an_earlier_model_is_marked_and_its_templates_count(database: Database) -> None:
    with database.unit_of_work() as work:
        for person, model in ((1, EARLIER), (2, DEFAULT)):
            name = f"person-{person}"
            user = users.add_user(work.session, username=name, display_name=name, password_hash="*")
            templates.put(work.session, user.id, model.model_id, person_vector(person, model.dimension))
    report = findings(database, DEFAULT, EARLIER)
    assert report["templates"][0].text.startswith("2 ")
    assert [finding.trouble for finding in report["model"]] == [False, False, True]
    assert "visage reembed" in report["model"][2].text
    assert report["cut-off"][0].text.startswith(f"{BUDGET.decision(UNTAUGHT, 2, 0.0).cutoff:.3f}")


@pytest.mark.parametrize("fpir", [0.1, 0.001])
def test_the_lower_end_of_the_fpir_is_within_the_budget(database: Database, fpir: float) -> None:
    text = findings(database, budget=Budget(fpir=fpir, fmr=1e-4))["expected FPIR"][0].text
    low, high = (float(word) for word in re.findall(r"([\d.]+) %", text)[:2])
    assert low <= 100 * fpir
    assert low <= high


def test_open_disputes_are_reported(database: Database) -> None:
    with database.unit_of_work() as work:
        user = users.add_user(work.session, username="ada", display_name="Ada", password_hash="*")
        disputes.add(work.session, user.id, Claim(MODEL_ID, 0.9, 0.8, False, None, None))
    (waiting,) = findings(database)["disputes"]
    assert waiting.trouble
    assert waiting.text.startswith("1 ")
