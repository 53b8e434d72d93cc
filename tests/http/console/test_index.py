"""The console's view Index: what it tells, and the work that an operator starts."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from benchmarks.common.gallery import seed_gallery
from db.core.console_models import HistoryValue
from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.core.locks import try_lock
from db.core.unit_of_work import UnitOfWork
from db.queries import audit_events
from db.search import index as db_index
from db.search.index import LOCK_KEY, Action
from embeddings.core.models import CARDS
from service.app import create_app
from service.audit.audit import Audit, Event
from service.console import index_console
from service.gallery import gallery
from service.gallery.impostors import re_estimate
from service.gallery.vector_index import VectorIndex
from service.http.context import EXTENSION
from service.operator.index_report import describe
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import MODEL_ID, FakeEngine
from tests.http.conftest import code_of
from tests.http.console.operator import Operator
from tests.http.described import CheckingClient
from tests.waiting import wait_until

FEW = 100
"""The number of people from which on the tests' service builds an index."""


@pytest.fixture
def database(scratch_database: Database) -> Database:
    """A database that really commits: the index is built beside transactions."""
    return scratch_database


@pytest.fixture
def app(settings: Settings, database: Database, engine: FakeEngine) -> Flask:
    """The application on a gallery of people with ids from 1000."""
    seed_gallery(database, CARDS[0], FEW, facial_data=False, first=1000)
    app = create_app(settings, build_services(settings, database, engine))
    app.test_client_class = CheckingClient
    return app


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the gallery count its people each time, and be worth an index."""
    monkeypatch.setattr(gallery, "MAX_AGE_SECONDS", -1.0)
    monkeypatch.setattr(db_index, "MIN_ROWS", FEW)


def shown(console: Operator, query: str = "") -> dict[str, Any]:
    answer = console.get(f"/index{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def main_index(console: Operator) -> dict[str, Any]:
    found: dict[str, Any] = shown(console)["indexes"][0]
    return found


def events(database: Database, event: Event) -> list[tuple[str | None, Any]]:
    """Returns the outcome of each such event, and the operator."""
    with database.unit_of_work() as work:
        found = audit_events.read(work.session)
        return [(one.outcome, one.details.get("operator")) for one in found if one.event == event]


def refuse(monkeypatch: pytest.MonkeyPatch, outcome: str, *, times: int) -> list[str]:
    """Makes the audit unable to write events with this outcome this many times; returns the list of these tries."""
    record, tries = Audit.record, []

    def fail(self: Audit, work: UnitOfWork, event: Event, **more: Any) -> None:
        if more.get("outcome") == outcome and len(tries) < times:
            tries.append(outcome)
            raise DatabaseUnavailableError("the database does not answer")
        record(self, work, event, **more)

    monkeypatch.setattr(Audit, "record", fail)
    return tries


def is_idle(console: Operator) -> Callable[[], bool]:
    return lambda: not console.get("/index/work").json["is_under_way"]


class TestTelling:
    def test_without_an_index_it_says_so_and_from_when_on_there_will_be_one(
        self, console: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(db_index, "MIN_ROWS", FEW + 2)
        answer = shown(console)
        (index,) = answer["indexes"]
        assert index["people"] == FEW + 1
        assert index["name"] is None
        assert index["due"] is None
        assert answer["least_people"] == 1_000
        assert answer["work"] == {"is_under_way": False, "phase": None, "share": None, "state": None}

    def test_a_missing_index_is_due(self, console: Operator) -> None:
        assert main_index(console)["due"] == "missing"

    def test_it_says_what_the_command_says(self, app: Flask, console: Operator) -> None:
        index: VectorIndex = app.extensions[EXTENSION].index
        index.rebuild()
        found, words = main_index(console), "\n".join(describe(index.status()))
        assert f"{found['name']}, {found['size'] / 2**20:.1f} MiB" in words
        assert found["form"] in words
        assert f"lists           {found['lists']:,}\n" in words
        assert f"trained on      {found['trained_people']:,} people" in words
        measured = found["measured"]
        assert f"searches        {measured['effort']:,} lists probed" in words
        assert f"{measured['recall']:.2%} of {measured['searches']:,} searches" in words
        assert found["due"] is None

    def test_a_gallery_of_another_size_makes_work_due(self, app: Flask, database: Database, console: Operator) -> None:
        app.extensions[EXTENSION].index.rebuild()
        seed_gallery(database, CARDS[0], FEW // 2, facial_data=False, first=5000)
        assert main_index(console)["due"] == "other_size"
        seed_gallery(database, CARDS[0], 3 * FEW, facial_data=False, first=6000)
        assert main_index(console)["due"] == "outgrown"

    def test_crowding_is_shown_once_it_is_estimated(self, database: Database, console: Operator) -> None:
        assert main_index(console)["crowding"] is None
        seed_gallery(database, CARDS[0], 20, first=5000)
        re_estimate(database, MODEL_ID, FEW)
        crowding = main_index(console)["crowding"]
        assert crowding["people"] >= 10
        assert crowding["suspected_pairs"] == 0

    def test_its_history_is_listed_by_moment(self, database: Database, console: Operator) -> None:
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        series = {"index_recall": 0.99, "index_effort": 12.0, "index_bytes": 4096.0, f"people/{MODEL_ID}": 101.0}
        with database.unit_of_work() as work:
            work.session.add_all(
                HistoryValue(period="hour", start=start, series=name, value=value) for name, value in series.items()
            )
        (moment,) = shown(console, "?days=7")["indexes"][0]["history"]
        assert moment == {"start": start.isoformat(), "recall": 0.99, "effort": 12.0, "size": 4096.0, "people": 101.0}

    def test_another_period_is_refused(self, console: Operator) -> None:
        assert code_of(console.get("/index?days=31")) == "invalid_request"


class TestRebuilding:
    def test_it_goes_on_in_the_background_and_is_audited(self, database: Database, console: Operator) -> None:
        before = shown(console)["work"]["state"]
        answer = console.send("POST", "/index/rebuild")
        assert (answer.status_code, answer.json) == (202, {"outcome": "begun"})
        wait_until(lambda: len(events(database, Event.INDEX_REBUILT)) == 2)
        assert events(database, Event.INDEX_REBUILT) == [("begun", console.user_id), ("built", console.user_id)]
        wait_until(is_idle(console))
        answer = shown(console)
        assert answer["indexes"][0]["trained_people"] == FEW + 1
        assert answer["work"]["state"] != before

    def test_running_work_is_shown_and_a_second_one_is_refused(
        self, app: Flask, database: Database, console: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on = threading.Event()

        def build(*_: object) -> Action:
            assert go_on.wait(30)
            return Action.REBUILT

        monkeypatch.setattr(db_index, "_rebuild", build)
        assert console.send("POST", "/index/rebuild").status_code == 202
        assert shown(console)["work"]["is_under_way"]
        for path in ("/index/rebuild", "/index/measure"):
            answer = console.send("POST", path)
            assert answer.status_code == 409
            assert code_of(answer) == "index_busy"
        go_on.set()
        wait_until(is_idle(console))
        wait_until(lambda: len(events(database, Event.INDEX_REBUILT)) == 2)

    def test_work_of_another_process_is_shown(self, database: Database, console: Operator) -> None:
        with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
            assert mine
            assert shown(console)["work"]["is_under_way"]
            assert code_of(console.send("POST", "/index/rebuild")) == "index_busy"
        assert events(database, Event.INDEX_REBUILT) == []

    def test_a_failure_is_audited(self, database: Database, console: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> Action:
            raise RuntimeError("no memory")

        monkeypatch.setattr(db_index, "_rebuild", fail)
        assert console.send("POST", "/index/rebuild").status_code == 202
        wait_until(lambda: ("failed", console.user_id) in events(database, Event.INDEX_REBUILT))

    def test_an_end_is_recorded_once_the_database_is_back(
        self, database: Database, console: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(index_console, "PAUSES", (0.0, 0.0))
        tries = refuse(monkeypatch, "built", times=2)
        assert console.send("POST", "/index/rebuild").status_code == 202
        wait_until(lambda: len(events(database, Event.INDEX_REBUILT)) == 2)
        assert events(database, Event.INDEX_REBUILT) == [("begun", console.user_id), ("built", console.user_id)]
        assert len(tries) == 2

    def test_a_failure_is_recorded_once_the_database_is_back(
        self, database: Database, console: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> Action:
            raise DatabaseUnavailableError("the server restarts")

        monkeypatch.setattr(index_console, "PAUSES", (0.0, 0.0))
        monkeypatch.setattr(db_index, "_rebuild", fail)
        refuse(monkeypatch, "failed", times=2)
        assert console.send("POST", "/index/rebuild").status_code == 202
        wait_until(lambda: ("failed", console.user_id) in events(database, Event.INDEX_REBUILT))

    def test_without_an_event_nothing_begins(
        self, database: Database, console: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse(monkeypatch, "begun", times=1)
        assert console.send("POST", "/index/rebuild").status_code == 503
        assert main_index(console)["name"] is None
        assert events(database, Event.INDEX_REBUILT) == []

    def test_following_it_is_not_audited(self, database: Database, console: Operator) -> None:
        found = shown(console)
        for _ in range(3):
            assert console.get("/index/work").json == found["work"]
        assert [outcome for outcome, _ in events(database, Event.CONSOLE_VIEWED)] == ["index"]


class TestMeasuring:
    def test_it_goes_on_in_the_background_and_is_audited(
        self, app: Flask, database: Database, console: Operator
    ) -> None:
        app.extensions[EXTENSION].index.rebuild()
        assert console.send("POST", "/index/measure").json == {"outcome": "begun"}
        wait_until(lambda: len(events(database, Event.INDEX_MEASURED)) == 2)
        assert [outcome for outcome, _ in events(database, Event.INDEX_MEASURED)] == ["begun", "tuned"]

    def test_without_an_index_there_is_nothing_to_measure(self, database: Database, console: Operator) -> None:
        assert console.send("POST", "/index/measure").json == {"outcome": "too_few"}
        assert events(database, Event.INDEX_MEASURED) == []
