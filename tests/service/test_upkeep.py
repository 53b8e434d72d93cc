"""The service maintains its index, its impostor level and its sessions by itself."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from benchmarks.common.gallery import seed_gallery
from db.core.engine import Database, create_database
from db.core.errors import DatabaseUnavailableError
from db.core.models import RefreshToken
from db.queries import impostor_levels, refresh_tokens
from db.queries.refresh_tokens import NewToken
from db.search.index_status import index_status
from db.sharding.distribution import distribute
from embeddings.core.models import card
from service.accounts.sessions import Sessions
from service.accounts.tokens import AccessTokens
from service.audit.audit import Audit
from service.domain.levels import Level
from service.gallery.impostors import MIN_PEOPLE
from service.gallery.upkeep import Upkeep
from service.gallery.vector_index import VectorIndex, index_form
from service.keys.signing_keys import SigningKeys
from service.settings.model import Settings
from tests.db import fake_citus
from tests.db.gallery import MODEL, enrol, unit_vectors
from tests.db.people import add_person
from tests.service.changing_models import service_of

ENOUGH = 300
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.search.index.MIN_ROWS", ENOUGH)


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    lifetime = timedelta(minutes=1)
    keys = SigningKeys(tmp_path / "keys", lifetime)
    return Sessions(AccessTokens(keys, "visage", "visage", lifetime), timedelta(seconds=-1), Audit())


def consider(database: Database, sessions: Sessions) -> None:
    """Starts the upkeep, and waits until it has ended."""
    index = VectorIndex(database, card(MODEL), "ivfflat")
    Upkeep(database, card(MODEL), index, [sessions.forget_expired]).request_run()
    wait_for_upkeep()


def wait_for_upkeep() -> None:
    for thread in threading.enumerate():
        if thread.name == "upkeep":
            thread.join()


@pytest.mark.usefixtures("few_are_enough")
def test_it_builds_the_index_once_there_are_enough_people(scratch_database: Database, sessions: Sessions) -> None:
    enrol(scratch_database, unit_vectors(ENOUGH, seed=1))
    consider(scratch_database, sessions)
    assert index_status(scratch_database, MODEL).exists


@pytest.mark.usefixtures("few_are_enough")
def test_it_leaves_the_index_of_a_distributed_gallery_alone(
    scratch_url: str, scratch_database: Database, sessions: Sessions
) -> None:
    fake_citus.install(scratch_url)
    enrol(scratch_database, unit_vectors(ENOUGH, seed=1))
    list(distribute(scratch_database, MODEL, index_form(card(MODEL), "ivfflat"), [0.9]))
    consider(scratch_database, sessions)
    assert not index_status(scratch_database, MODEL).exists


@pytest.mark.slow
def test_the_whole_upkeep_runs_with_distributed_templates(
    cluster: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    seed_gallery(cluster, card(MODEL), MIN_PEOPLE)
    list(distribute(cluster, MODEL, index_form(card(MODEL), "ivfflat"), [0.9], shards=2))
    with cluster.unit_of_work() as work:
        expired = NewToken(b"\xff" * 32, UUID(int=1), "pwd", "", LONG_AGO, LONG_AGO)
        refresh_tokens.add(work.session, expired, LONG_AGO)
    service_of(settings, cluster, MODEL).upkeep.request_run()
    wait_for_upkeep()
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
    with cluster.unit_of_work() as work:
        assert MODEL in impostor_levels.read(work.session, [MODEL])
        assert work.session.execute(select(func.count()).select_from(RefreshToken)).scalar_one() == 0


@pytest.mark.usefixtures("few_are_enough")
def test_it_leaves_a_small_gallery_alone(scratch_database: Database, sessions: Sessions) -> None:
    enrol(scratch_database, unit_vectors(ENOUGH - 1, seed=1))
    consider(scratch_database, sessions)
    assert not index_status(scratch_database, MODEL).exists


@pytest.mark.parametrize(("people", "learnt"), [(MIN_PEOPLE, True), (MIN_PEOPLE - 1, False)])
def test_it_learns_how_alike_people_are_once_there_are_enough(
    scratch_database: Database, sessions: Sessions, people: int, learnt: bool
) -> None:
    seed_gallery(scratch_database, card(MODEL), people)
    consider(scratch_database, sessions)
    with scratch_database.unit_of_work() as work:
        assert (MODEL in impostor_levels.read(work.session, [MODEL])) is learnt


def test_calls_during_an_upkeep_lead_to_one_further_run(
    scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_again, looks = threading.Event(), []

    def look(*_: object) -> None:
        looks.append(len(looks))
        assert asked_again.wait(10)

    monkeypatch.setattr("service.gallery.upkeep.maintain", look)
    upkeep = Upkeep(scratch_database, card(MODEL), VectorIndex(scratch_database, card(MODEL), "ivfflat"), [])
    for _ in range(3):
        upkeep.request_run()
    asked_again.set()
    for thread in threading.enumerate():
        if thread.name == "upkeep":
            thread.join()
    assert looks == [0, 1]


def test_it_clears_expired_sessions_away(scratch_database: Database, sessions: Sessions) -> None:
    with scratch_database.unit_of_work() as work:
        sessions.start(work, add_person(work.session, "ada").id, Level.PASSWORD)
    consider(scratch_database, sessions)
    with scratch_database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(RefreshToken)) == 0


def test_a_failed_task_does_not_prevent_the_others(
    scratch_database: Database, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseUnavailableError("too slow")

    with scratch_database.unit_of_work() as work:
        sessions.start(work, add_person(work.session, "ada").id, Level.PASSWORD)
    monkeypatch.setattr("service.gallery.upkeep.maintain", fail)
    consider(scratch_database, sessions)
    assert "too slow" in caplog.text
    with scratch_database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(RefreshToken)) == 0


def test_a_database_that_is_away_is_logged_and_the_upkeep_postponed(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, sessions: Sessions
) -> None:
    consider(create_database(f"postgresql:///visage?host={tmp_path}"), sessions)
    assert "postponed" in caplog.text
