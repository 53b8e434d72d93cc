"""Recognition on a streaming replica: which answers it may give, and what happens while it cannot."""

import json
import logging
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2
import pytest
from sqlalchemy import event, text

from db.core.engine import Database, create_database
from db.queries import users
from db.server.embedded import EmbeddedPostgres
from db.server.migrate import upgrade
from service.app import create_app
from service.audit.audit import Audit
from service.gallery import replica
from service.gallery.replica import Replica
from service.login.recognition import Recognizer
from service.runtime.breaker import RETRY_SECONDS
from service.services import Services, build_services
from service.settings.model import Settings
from tests.clocks import Clock
from tests.db.embedded_server import ask, started
from tests.db.standby import Standby, following
from tests.fakes import MODEL_ID, data_url, pictures
from tests.photographs import astronaut
from tests.query_log import QueryLog, query_log
from tests.service.changing_models import FakeEngineOf, another_day, re_enrol, recognised, sign_up
from tests.service.conftest import StartService
from tests.waiting import wait_until

ADA, GRACE = 1, 2
"""People of the fakes."""

IS_LOCKED = """
    SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'face_templates'::regclass
"""

FLUSH = "SELECT pg_logical_emit_message(false, 'test', '', flush => true)::text"
"""Sends the replica what the primary has written so far; a lock alone waits for the WAL writer, for 10 seconds."""


@dataclass
class House:
    """A service that searches on a replica."""

    services: Services
    replicas: Database
    standby: Standby
    clock: Clock

    def recognised(self, person: int) -> str | None:
        return recognised(self.services, another_day(person))

    def reads(self, person: int, username: str | None = None) -> tuple[QueryLog, QueryLog]:
        """Returns the statements of a login that read templates, on the primary and on the replica."""
        with query_log(self.services.database) as primary, query_log(self.replicas) as replicas:
            recognised(self.services, another_day(person), username)
        return QueryLog(primary.reading("face_templates")), QueryLog(replicas.reading("face_templates"))


@pytest.fixture(scope="module")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with started(tmp_path_factory.mktemp("primary")) as server:
        upgrade(server.url)
        yield server


@pytest.fixture(scope="module")
def standby(primary: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standby]:
    with following(primary, tmp_path_factory.mktemp("standby")) as server:
        yield server


@pytest.fixture
def house(
    primary: EmbeddedPostgres,
    standby: Standby,
    settings: Settings,
    idle_upkeep: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """A service with Ada enrolled and replicated; each test makes the replica lag as it needs."""
    monkeypatch.setattr(replica, "MAX_LAG", timedelta(days=1))
    database, clock = create_database(primary.url), Clock(1000.0)
    replicas = create_database(standby.url)
    with database.autocommit() as connection:
        connection.exec_driver_sql("TRUNCATE users CASCADE")
    engine = FakeEngineOf(MODEL_ID)
    services = build_services(settings, database, engine)
    vars(services)["recognizer"] = Recognizer(
        database=database,
        sessions=services.sessions,
        audit=Audit(),
        metrics=services.metrics,
        replica=Replica(replicas, database, clock),
    )
    house = House(services, replicas, standby, clock)
    sign_up(house.services, "ada", pictures(ADA))
    standby.catch_up()
    yield house
    standby.start()
    standby.resume()
    database.dispose()
    replicas.dispose()


def user_id(house: House, username: str) -> UUID:
    with house.services.database.unit_of_work() as work:
        user = users.find_by_username(work.session, username)
        assert user is not None
        return user.id


def test_the_replica_searches_and_the_primary_looks_up_one_person(house: House) -> None:
    on_primary, on_replica = house.reads(ADA)
    assert len(on_primary) == len(on_replica) == 1
    assert "LIMIT" in on_replica[0]
    assert "ORDER BY" not in on_primary[0]
    assert "users.id = " in on_primary[0]


def test_a_match_is_a_person_of_the_primary(house: House) -> None:
    assert house.recognised(ADA) == "ada"


def test_a_stranger_costs_the_primary_the_record_alone(house: House) -> None:
    house.recognised(ADA)
    with query_log(house.services.database) as log:
        assert house.recognised(GRACE) is None
    assert [statement.split(" (")[0] for statement in log] == ["INSERT INTO audit_events"]


def test_a_comparison_with_one_person_is_the_primarys(house: House) -> None:
    on_primary, on_replica = house.reads(ADA, username="ada")
    assert (len(on_primary), len(on_replica)) == (1, 0)


def test_a_new_user_is_found_once_the_replica_has_replayed_them(house: House) -> None:
    house.standby.pause()
    sign_up(house.services, "grace", pictures(GRACE))
    assert house.recognised(GRACE) is None
    house.standby.resume()
    house.standby.catch_up()
    assert house.recognised(GRACE) == "grace"


def test_an_erased_person_gets_no_token_from_a_replica_that_still_knows_them(house: House) -> None:
    house.standby.pause()
    with house.services.database.unit_of_work() as work:
        house.services.erasure.erase_account(work, user_id(house, "ada"))
    api = create_app(house.services.settings, house.services).test_client()
    with query_log(house.replicas) as on_replica:
        response = api.post("/user/facial/recognize", json={"image": another_day(ADA)})
    assert len(on_replica.reading("face_templates")) == 1
    assert response.json["status"] == "unknown"
    assert "Set-Cookie" not in response.headers


def test_an_erased_face_is_no_longer_recognised(house: House) -> None:
    house.standby.pause()
    with house.services.database.unit_of_work() as work:
        house.services.erasure.erase_face(work, user_id(house, "ada"))
    assert house.recognised(ADA) is None


def test_a_replaced_face_is_no_longer_recognised(house: House) -> None:
    house.standby.pause()
    with house.services.database.unit_of_work() as work:
        re_enrol(house.services, work, user_id(house, "ada"), pictures(GRACE))
    assert house.recognised(ADA) is None


def test_a_replica_that_is_far_behind_is_not_asked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "MAX_LAG", timedelta(0))
    house.standby.pause()
    sign_up(house.services, "grace", pictures(GRACE))
    assert house.recognised(GRACE) == "grace"


def test_the_primary_is_asked_while_the_replica_is_away(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "service.gallery.replica")
    house.standby.stop()
    for _ in range(2):
        on_primary, on_replica = house.reads(ADA)
        assert "LIMIT" in on_primary[0]
        assert on_replica == []
    house.standby.start()
    house.standby.catch_up()
    house.clock.now += RETRY_SECONDS
    assert len(house.reads(ADA)[1]) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def be_impatient(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
    """Makes the server cancel a search that takes longer than a moment."""
    if "face_templates" in statement:
        cursor.execute("SET LOCAL statement_timeout = 10")


def test_a_search_that_the_replica_cancels_goes_to_the_primary(house: House) -> None:
    with house.services.database.engine.connect() as connection:
        connection.execute(text("LOCK TABLE face_templates"))
        ask(house.standby.primary.url, FLUSH)
        wait_until(lambda: ask(house.standby.url, IS_LOCKED))
        house.standby.pause()  # the pause keeps the lock
        connection.rollback()
    event.listen(house.replicas.engine, "before_cursor_execute", be_impatient)
    on_primary, on_replica = house.reads(ADA)
    assert len(on_replica) == 1
    assert "LIMIT" in on_primary[0]


def test_a_running_service_searches_on_the_replica_that_the_settings_name(
    primary: EmbeddedPostgres, standby: Standby, tmp_path: Path, start_service: StartService
) -> None:
    addresses = {"DATABASE_URL": primary.url, "VISAGE_READ_DATABASE_URL": standby.url}
    service = start_service(tmp_path / "home", VISAGE_WORKERS="1", **addresses)
    _, jpeg = cv2.imencode(".jpg", astronaut()[..., ::-1])
    body = json.dumps({"image": data_url(jpeg.tobytes(), "image/jpeg")}).encode()
    request = urllib.request.Request(f"{service.url}/user/facial/recognize", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        assert json.load(response)["status"] == "unknown"
    searching = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'visage search' AND query <> ''"
    assert ask(standby.url, searching) == 1
    assert ask(primary.url, searching) == 0
