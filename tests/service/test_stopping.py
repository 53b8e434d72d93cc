"""A service that is told to stop finishes its current requests, and accepts no new ones."""

import signal
import socket
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text

from db.core.engine import Database
from db.search.templates import GALLERY_LOCK_KEY
from tests.running_service import RunningService
from tests.service.conftest import StartService
from tests.service.faults import PASSWORD, ask, kept_in
from tests.service.test_running_service import president_images

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def connect(service: RunningService) -> socket.socket:
    address = urlsplit(service.url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


def takes_connections(service: RunningService) -> bool:
    try:
        connect(service).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_sign_up_under_way_is_answered_and_kept_when_the_service_is_stopped(
    tmp_path: Path, start_service: StartService, scratch_url: str, scratch_database: Database
) -> None:
    service = start_service(tmp_path / "home", VISAGE_WORKERS="1", DATABASE_URL=scratch_url)
    answers: list[tuple[int, dict[str, Any]]] = []
    body = {"username": "president", "password": PASSWORD, "images": president_images(), "consent": True}
    client = threading.Thread(
        target=lambda: answers.append(ask(service, "POST", "/user/facial/store", body)), name="client"
    )
    silent = connect(service)  # browsers open such connections in advance
    with scratch_database.unit_of_work() as work, scratch_database.autocommit() as connection, silent:
        work.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": GALLERY_LOCK_KEY})
        client.start()
        service.wait_until(lambda: connection.execute(text(WAITING)).scalar_one() == 1)
        service.signal(signal.SIGTERM)
        service.wait_until(lambda: not takes_connections(service))
        assert silent.recv(1) == b""
        assert answers == []
    client.join()
    assert [status for status, _ in answers] == [201]
    assert service.wait() == 0
    (account,) = kept_in(scratch_database).values()
    assert account.is_whole()
    assert account.enrolled_at == answers[0][1]["facial_data"]["enrolled_at"]


def test_the_last_counts_of_every_process_are_in_the_history_after_a_stop(
    tmp_path: Path, start_service: StartService, scratch_url: str, scratch_database: Database
) -> None:
    service = start_service(tmp_path / "home", VISAGE_WORKERS="2", DATABASE_URL=scratch_url)
    for _ in range(8):
        status, _ = ask(service, "POST", "/user/login", {"username": "nobody", "password": PASSWORD})
        assert status == 401
    service.signal(signal.SIGTERM)
    assert service.wait() == 0
    with scratch_database.unit_of_work() as work:
        found = work.session.execute(text("SELECT series, sum(value) FROM service_history GROUP BY series"))
        totals: dict[str, float] = {row.series: row.sum for row in found}
    assert totals["password_logins/unknown_username"] == totals["errors/wrong_credentials"] == 8
    assert totals["people/sface"] == 0
