"""The fixtures of the database, and what every kind of test may ask for."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from db.core.engine import Database, create_database
from tests.citus_cluster import cluster_database, needs_cluster
from tests.db import fake_citus
from tests.postgres import Server, database_copy

SERVER = pytest.StashKey[Server]()
URL = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Tells a worker of pytest-xdist where the server is that the controller starts."""
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[URL] = worker_input["postgres_url"]


def pytest_configure_node(node: Any) -> None:
    """Runs in the controller for each worker it is about to start."""
    node.workerinput["postgres_url"] = _server_url(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the server, in the process that started it."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()


def _server_url(config: pytest.Config) -> str:
    """The URL of the run's server, which starts with the first that asks."""
    if URL not in config.stash:
        config.stash[SERVER] = Server()
        config.stash[URL] = config.stash[SERVER].start()
    return config.stash[URL]


@pytest.fixture(scope="session")
def worker_database(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Database]:
    """This worker's migrated database, as other processes see it: what is committed here stays. Ask for `database`."""
    with database_copy(_server_url(request.config), f"worker_{worker_id}") as url:
        database = create_database(url)
        yield database
        database.dispose()


@pytest.fixture
def database(worker_database: Database) -> Iterator[Database]:
    """A database whose every commit is undone when the test ends. For one thread at a time."""
    with worker_database.engine.connect() as connection, connection.begin() as transaction:
        yield Database.bound_to(connection)
        transaction.rollback()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """The session of a transaction under way on the database that forgets; it is never committed."""
    with database.session() as session:
        yield session


@pytest.fixture
def scratch_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """The URL of a migrated database for one test alone."""
    with database_copy(_server_url(request.config), f"scratch_{worker_id}") as url:
        yield url


@pytest.fixture
def scratch_database(scratch_url: str) -> Iterator[Database]:
    """A migrated database for one test alone, for work that commits for good, in threads or outside transactions."""
    database = create_database(scratch_url, pool_size=8)
    yield database
    database.dispose()


@pytest.fixture
def stand_in(scratch_database: Database, scratch_url: str) -> Database:
    """A database in which Citus seems to be."""
    fake_citus.install(scratch_url)
    scratch_database.dispose()
    return scratch_database


@pytest.fixture(params=["stand-in", pytest.param("citus", marks=needs_cluster)])
def cluster(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The stand-in, and the real one where there is one."""
    if request.param == "stand-in":
        yield request.getfixturevalue("stand_in")
        return
    with cluster_database() as url:
        database = create_database(url)
        yield database
        database.dispose()


@pytest.fixture(scope="module")
def module_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """The URL of a migrated database for the tests of one file."""
    with database_copy(_server_url(request.config), f"module_{worker_id}") as url:
        yield url


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """The URL of a database for one test alone in which no migration has run."""
    with database_copy(_server_url(request.config), f"empty_{worker_id}", template="template1") as url:
        yield url


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little, unless a test file's own fixture of this name leaves them as they are."""
    hasher = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("service.accounts.passwords.PasswordHasher", hasher)
