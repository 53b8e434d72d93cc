"""Databases on a real Citus cluster, for tests that need one.

``VISAGE_TEST_CITUS_URL`` names a database on the coordinator, with a superuser: one in which Citus and pgvector are
installed and the workers are added (see docs/scaling.md). All servers must accept connections from the tests and each
other without a password. Each test gets its own database on every server.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from db.core.engine import Database, driver_url
from db.server.migrate import upgrade
from tests.waiting import wait_until

VARIABLE = "VISAGE_TEST_CITUS_URL"

ROLE = "visage_tests"
"""The owner of the databases. Like the service's role, it is not a superuser."""

needs_cluster = pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"{VARIABLE} names no Citus cluster to test on")


@contextmanager
def cluster_database() -> Iterator[str]:
    """Yields the URL of a migrated database on the coordinator, whose tables are not distributed yet."""
    name = f"visage_test_{secrets.token_hex(4)}"
    url = driver_url(os.environ[VARIABLE], VARIABLE)
    nodes = _nodes(url)
    _run(url, f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    for node in nodes:
        _run(node, f"CREATE DATABASE {name} OWNER {ROLE}")
        _run(node.set(database=name), "CREATE EXTENSION citus", "CREATE EXTENSION vector")
    coordinator, *workers = nodes
    _run(
        coordinator.set(database=name),
        f"SELECT citus_set_coordinator_host('{coordinator.host}', {coordinator.port})",
        *(f"SELECT citus_add_node('{worker.host}', {worker.port})" for worker in workers),
    )
    mine = url.set(database=name, username=ROLE).render_as_string(hide_password=False)
    try:
        upgrade(mine)
        yield mine
    finally:
        for node in nodes:
            wait_until(partial(_is_dropped, node, name))


def lose_worker(database: Database) -> None:
    """Replaces a worker's address in this database by one where no server is."""
    url = database.engine.url.set(username=driver_url(os.environ[VARIABLE], VARIABLE).username)
    _run(url, "UPDATE pg_dist_node SET nodeport = 1 WHERE groupid = (SELECT max(groupid) FROM pg_dist_node)")


def _nodes(url: URL) -> list[URL]:
    """Returns the servers of the cluster, the coordinator first."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT nodename, nodeport FROM pg_dist_node ORDER BY groupid")).all()
    engine.dispose()
    return [url.set(host=row.nodename, port=row.nodeport) for row in rows]


def _is_dropped(node: URL, name: str) -> bool:
    """Drops a database; returns False if Citus is connected to it, whose daemon reconnects at once."""
    try:
        _run(node, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    except OperationalError:
        return False
    return True


def _run(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()
