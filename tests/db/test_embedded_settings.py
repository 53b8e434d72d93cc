"""The embedded server's settings depend on the machine."""

import contextlib
import os
import signal
import threading
import uuid
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from db.server.embedded_settings import SILENCE, settings_for, settings_here
from tests.db.embedded_server import ask, started
from tests.waiting import wait_until


@pytest.mark.parametrize(("memory", "buffers"), [(512, "128MB"), (4096, "512MB"), (1 << 20, "8192MB")])
def test_shared_buffers_follow_the_memory(memory: int, buffers: str) -> None:
    assert settings_for(memory, cores=2)["shared_buffers"] == buffers


@pytest.mark.parametrize(("cores", "workers"), [(1, "0"), (2, "0"), (4, "1"), (16, "7")])
def test_half_of_the_cores_are_left_to_logins(cores: int, workers: str) -> None:
    assert settings_for(4096, cores)["max_parallel_maintenance_workers"] == workers


def test_a_system_that_binds_no_process_to_cores_counts_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    assert settings_here()["max_parallel_maintenance_workers"] == "7"


def test_the_log_is_silent_whatever_the_configuration_file_says(tmp_path: Path) -> None:
    with started(tmp_path / "home") as server:
        pass
    with (server.data / "postgresql.conf").open("a") as file:
        file.write("log_statement = all\nlog_min_duration_statement = 0\nlog_min_error_statement = error\n")
    with started(tmp_path / "home") as server:
        assert {name: str(ask(server.url, f"SHOW {name}")) for name in SILENCE} == SILENCE
        canary = f"canary-{uuid.uuid4()}"
        with pytest.raises(DBAPIError):
            ask(server.url, f"SELECT '{canary}' / 0")
        with pytest.raises(DBAPIError):
            ask(server.url, f"SELECT pg_terminate_backend(pg_backend_pid()), '{canary}'")
        sleeper = threading.Thread(target=_sleep, args=(server.url, canary))
        sleeper.start()
        sleeping = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND pid <> pg_backend_pid()"
        wait_until(lambda: ask(server.url, f"SELECT EXISTS ({sleeping})"))
        os.kill(int(str(ask(server.url, sleeping))), signal.SIGKILL)
        sleeper.join()
        wait_until(lambda: "terminated by signal 9" in server.log.read_text())
        wait_until(lambda: _answers(server.url))  # a server that is told to stop while it recovers may take a minute
        assert canary not in server.log.read_text()


def _answers(url: str) -> bool:
    with contextlib.suppress(DBAPIError):
        return ask(url, "SELECT 1") == 1
    return False


def _sleep(url: str, canary: str) -> None:
    with contextlib.suppress(DBAPIError):
        ask(url, f"SELECT pg_sleep(10), '{canary}'")
