"""A service that is told to stop finishes its current requests, and accepts no new ones."""

import signal
import socket
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text

from db.core.engine import create_database
from db.search.templates import GALLERY_LOCK_KEY
from db.server.embedded import EmbeddedPostgres
from tests.running_service import RunningService
from tests.service.conftest import StartService
from tests.service.faults import PASSWORD, ask, kept
from tests.service.test_running_service import president_images

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def takes_connections(service: RunningService) -> bool:
    address = urlsplit(service.url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_sign_up_under_way_is_answered_and_kept_when_the_service_is_stopped(
    tmp_path: Path, start_service: StartService
) -> None:
    service = start_service(tmp_path / "home", VISAGE_WORKERS="1")
    answers: list[tuple[int, dict[str, Any]]] = []
    body = {"username": "president", "password": PASSWORD, "images": president_images(), "consent": True}
    client = threading.Thread(
        target=lambda: answers.append(ask(service, "POST", "/user/facial/store", body)), name="client"
    )
    with EmbeddedPostgres(service.home).reached() as url:
        database = create_database(url)
        with database.unit_of_work() as work, database.autocommit() as connection:
            work.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": GALLERY_LOCK_KEY})
            client.start()
            service.wait_until(lambda: connection.execute(text(WAITING)).scalar_one() == 1)
            service.signal(signal.SIGTERM)
            service.wait_until(lambda: not takes_connections(service))
            assert answers == []
        database.dispose()
    client.join()
    assert [status for status, _ in answers] == [201]
    assert service.wait() == 0
    (account,) = kept(service.home).values()
    assert account.is_whole()
    assert account.enrolled_at == answers[0][1]["facial_data"]["enrolled_at"]


def test_the_last_counts_of_every_process_are_in_the_history_after_a_stop(
    tmp_path: Path, start_service: StartService
) -> None:
    service = start_service(tmp_path / "home", VISAGE_WORKERS="2")
    for _ in range(8):
        status, _ = ask(service, "POST", "/user/login", {"username": "nobody", "password": PASSWORD})
        assert status == 401
    service.signal(signal.SIGTERM)
    assert service.wait() == 0
    with EmbeddedPostgres(service.home).reached() as url:
        database = create_database(url)
        with database.unit_of_work() as work:
            found = work.session.execute(text("SELECT series, sum(value) FROM service_history GROUP BY series"))
            totals: dict[str, float] = {row.series: row.sum for row in found}
        database.dispose()
    assert totals["password_logins/unknown_username"] == totals["errors/wrong_credentials"] == 8
    assert totals["people/sface"] == 0
