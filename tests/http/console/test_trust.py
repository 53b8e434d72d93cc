"""The console's view Trust: its figures are the doctor's, and its plots those of the history."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from benchmarks.common.gallery import seed_gallery
from db.core.console_models import HistoryValue
from db.core.engine import Database
from db.queries import users
from db.search import templates
from embeddings.core.models import CARDS, card
from embeddings.scores.references import reference
from service.app import create_app
from service.doctor.finding import Finding
from service.doctor.gallery import examine
from service.domain.counted import percent
from service.gallery import gallery
from service.gallery.impostors import re_estimate
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import MODEL_ID, FakeEngine, person_vector
from tests.http.conftest import code_of
from tests.http.console.operator import Operator
from tests.http.described import CheckingClient
from tests.http.test_audit import recorded

EARLIER = card("facenet-casia-webface")


@pytest.fixture(autouse=True)
def fresh_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the gallery count its people each time."""
    monkeypatch.setattr(gallery, "MAX_AGE_SECONDS", -1.0)


def shown(console: Operator, query: str = "") -> dict[str, Any]:
    answer = console.get(f"/trust{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def words(database: Database, settings: Settings) -> dict[str, list[str]]:
    """The doctor's lines by name; a line without a name belongs to the line before it."""
    found: dict[str, list[str]] = {}
    name = ""
    finding: Finding
    for finding in examine(database, [CARDS[0]], settings.budget):
        name = finding.name or name
        found.setdefault(name, []).append(finding.text)
    return found


def count(database: Database, series: str, value: float, age: timedelta = timedelta()) -> None:
    """Adds a row of an hour to the history."""
    start = (datetime.now(UTC) - age).replace(minute=0, second=0, microsecond=0)
    with database.unit_of_work() as work:
        work.session.add(HistoryValue(period="hour", start=start, series=series, value=value))


class TestFigures:
    @pytest.mark.parametrize("people", [0, 40])
    def test_they_are_those_of_the_doctor(
        self, console: Operator, database: Database, settings: Settings, people: int
    ) -> None:
        if people:
            seed_gallery(database, CARDS[0], people, first=1000)
            re_estimate(database, MODEL_ID, people)
        (model,), told = shown(console)["models"], words(database, settings)
        assert told["cut-off"] == [f"{model['cutoff']:.3f} for a search, {model['verify_cutoff']:.3f} for one person"]
        low, high = model["fpir"]["low"], model["fpir"]["high"]
        assert told["expected FPIR"][0].startswith(f"{percent(low)} to {percent(high)} of strangers")
        assert told["expected FNIR"][0].startswith(percent(model["fnir"]))
        assert f"reliable for up to {model['honest_people']:,} user" in told["gallery limit"][0]
        assert f"{model['comparisons']:,} impostor scores" in told["reference"][0]
        assert [one["name"] for one in model["groups"]] == [line.rpartition(" (")[0] for line in told["reference"][1:]]
        assert model["not_measured"] == told["not measured"][0]
        if people:
            assert told["own gallery"][0].startswith(f"{model['own']['people']} people")
            assert told["gallery limit"][1] == f"up to {model['honest_by_reference']:,} users by the reference alone"
        else:
            assert model["own"] is None
            assert model["honest_by_reference"] is None

    def test_the_budget_is_that_of_the_settings(self, console: Operator, settings: Settings) -> None:
        answer = shown(console)
        assert answer["budget"] == {"fpir": settings.budget.fpir, "fmr": settings.budget.fmr}
        assert answer["templates"] == 1

    def test_the_expected_rates_are_within_their_intervals(self, console: Operator) -> None:
        (model,) = shown(console)["models"]
        for rate in ("fpir", "fmr"):
            assert model[rate]["low"] <= model[f"{rate}_expected"] <= model[rate]["high"]

    def test_the_tail_falls_and_its_interval_includes_the_expected_rate(self, console: Operator) -> None:
        (model,) = shown(console)["models"]
        tail = model["tail"]
        assert tail["scores"] == sorted(tail["scores"])
        assert tail["scores"][0] < model["cutoff"] < tail["scores"][-1]
        assert tail["highest"][0] > 0.001
        rates = zip(tail["lowest"], tail["expected"], tail["highest"], strict=True)
        known = [rate for rate in rates if None not in rate]
        assert len(known) > 10
        assert all(low <= expected <= high for low, expected, high in known)
        assert known == sorted(known, reverse=True)

    def test_two_models_in_use_each_have_their_own(
        self, settings: Settings, database: Database, console: Operator
    ) -> None:
        with database.unit_of_work() as work:
            user = users.add_user(work.session, username="old", display_name="Old", password_hash="*")
            templates.put(work.session, user.id, EARLIER.model_id, person_vector(5, EARLIER.dimension))
        app = create_app(settings, build_services(settings, database, FakeEngine(), [EARLIER]))
        app.test_client_class = CheckingClient
        other = Operator(app, database, "otto", 91).open()
        answer = shown(other)
        assert [(one["model_id"], one["is_main"]) for one in answer["models"]] == [
            (MODEL_ID, True),
            (EARLIER.model_id, False),
        ]
        assert answer["templates"] == 3
        assert answer["models"][1]["comparisons"] == reference(EARLIER.model_id).impostors.comparisons


class TestScores:
    def test_logins_are_counted_by_bucket(self, console: Operator, database: Database) -> None:
        for bound, number in (("0.25", 3.0), ("0.3", 5.0), ("+Inf", 1.0)):
            count(database, f"similarity/gallery/{MODEL_ID}/{bound}", number)
        count(database, f"similarity/gallery/{MODEL_ID}/0.3", 2.0, timedelta(hours=5))
        count(database, f"similarity/person/{MODEL_ID}/0.2", 4.0)
        (model,) = shown(console, "?days=7")["models"]
        buckets = model["scores"]["gallery"]
        assert [one for one in buckets if one["count"]] == [
            {"low": 0.2, "high": 0.25, "count": 3},
            {"low": 0.25, "high": 0.3, "count": 7},
            {"low": 0.95, "high": 1.0, "count": 1},
        ]
        assert [one["low"] for one in buckets[1:]] == [one["high"] for one in buckets[:-1]]
        assert [one for one in model["scores"]["person"] if one["count"]] == [{"low": 0.15, "high": 0.2, "count": 4}]

    def test_older_logins_are_left_out(self, console: Operator, database: Database) -> None:
        count(database, f"similarity/gallery/{MODEL_ID}/0.3", 2.0, timedelta(days=20))
        assert shown(console, "?days=7")["models"][0]["scores"]["gallery"] == []
        assert shown(console, "?days=30")["models"][0]["scores"]["gallery"][10]["count"] == 2

    @pytest.mark.parametrize("days", ["8", "-7", "", "1e9", "7%00", "seven", "9" * 40])
    def test_other_periods_are_refused(self, console: Operator, days: str) -> None:
        answer = console.get(f"/trust?days={days}")
        assert answer.status_code == 400
        assert code_of(answer) == "invalid_request"


def test_no_embedding_and_no_username_is_shown(console: Operator, app: Flask) -> None:
    text = console.get("/trust").text
    assert "embedding" not in text
    assert "olga" not in text


def test_a_look_is_audited_once(console: Operator, database: Database) -> None:
    before = len(recorded(database))
    shown(console)
    assert recorded(database)[before:] == [("console_viewed", "trust", False)]
