"""If a rebuild is killed at a random moment, searches still work, nobody is lost, and the next upkeep repairs it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.search.index import Action, ensure_index
from db.search.index_use import index_name
from db.server.embedded import EmbeddedPostgres
from db.server.embedded_cluster import running_pid
from db.server.migrate import upgrade
from tests.db.embedded_server import kill, pid_of, started
from tests.db.gallery import MODEL, enrol, genuine_queries, unit_vectors
from tests.db.indexes import FORM, SIMILARITIES, found_first, vector_indexes
from tests.waiting import wait_until

PEOPLE, SEARCHES = 2_000, 5
KILLS = 6
LONGEST = 1.5
"""Maximum seconds until a rebuild is killed; it takes less than one."""


@contextmanager
def rebuilding(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Yields a process that rebuilds the index repeatedly."""
    command = [sys.executable, "-m", "tests.db.rebuilding_process", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def is_mended(database: Database) -> bool:
    """Whether the index is intact once the other process has released it."""
    return ensure_index(database, MODEL, FORM, SIMILARITIES) is not Action.BUSY


@pytest.mark.slow
def test_a_killed_rebuild_disturbs_no_search_and_leaves_nothing(scratch_url: str, scratch_database: Database) -> None:
    people = unit_vectors(PEOPLE, seed=1)
    enrol(scratch_database, people)
    ensure_index(scratch_database, MODEL, FORM, SIMILARITIES)
    queries = genuine_queries(people[:SEARCHES], seed=2, cosine=0.95)
    moments = random.Random(20261124)  # noqa: S311
    for _ in range(KILLS):
        with rebuilding(scratch_url) as process:
            end = time.monotonic() + moments.uniform(0, LONGEST)
            while time.monotonic() < end:
                assert found_first(scratch_database, queries) == 1.0
            kill(process.pid)
        assert found_first(scratch_database, queries) == 1.0
    wait_until(lambda: is_mended(scratch_database))
    assert vector_indexes(scratch_database) == [index_name(MODEL)]
    assert found_first(scratch_database, queries) == 1.0


@pytest.mark.slow
def test_a_database_killed_in_a_rebuild_loses_nobody(tmp_path: Path) -> None:
    people = unit_vectors(PEOPLE, seed=1)
    queries = genuine_queries(people[:SEARCHES], seed=2, cosine=0.95)
    moments = random.Random(20261124)  # noqa: S311
    with started(tmp_path / "home") as server:
        upgrade(server.url)
        database = create_database(server.url)
        enrol(database, people)
        ensure_index(database, MODEL, FORM, SIMILARITIES)
        for _ in range(KILLS // 2):
            with rebuilding(server.url) as process:
                crash_after(server, process, moments.uniform(0, LONGEST))
            assert server.ensure_running()
            database.dispose()
            assert found_first(database, queries) == 1.0
            assert count(database) == PEOPLE
        wait_until(lambda: is_mended(database))
        assert vector_indexes(database) == [index_name(MODEL)]
        database.dispose()


def crash_after(server: EmbeddedPostgres, process: "subprocess.Popen[str]", seconds: float) -> None:
    """Stops the server immediately, as a crash would, when the process has run for so long."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(pid_of(server), signal.SIGQUIT)
        wait_until(lambda: running_pid(server.data) is None)


def count(database: Database) -> int:
    with database.autocommit() as connection:
        return int(
            connection.execute(text("SELECT count(*) FROM face_templates JOIN users ON id = user_id")).scalar_one()
        )
