"""The fixtures of the database, and others that all kinds of tests use."""

import tempfile
from collections.abc import Iterator
from functools import cache, partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from db.core.engine import Database, create_database
from service.keys import signing
from service.keys.signing import RSA_BITS
from tests.citus_cluster import cluster_database, needs_cluster
from tests.db import fake_citus
from tests.postgres import Server, database_copy
from tests.surroundings import keep_bytecode, work_in_memory

RSA_KEYS = 3
"""So many that a rotation finds another key."""

SERVER = pytest.StashKey[Server]()
URL = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Prepares what all processes share, and tells a worker of pytest-xdist the URL of the controller's server."""
    keep_bytecode()
    work_in_memory()
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[URL] = worker_input["postgres_url"]


def pytest_configure_node(node: Any) -> None:
    """Runs in the controller, for each worker before its start."""
    node.workerinput["postgres_url"] = _server_url(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the server in the process that started it."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()


def _server_url(config: pytest.Config) -> str:
    """Returns the URL of the test run's server; the first call starts it."""
    if URL not in config.stash:
        config.stash[SERVER] = Server()
        config.stash[URL] = config.stash[SERVER].start()
    return config.stash[URL]


@pytest.fixture(autouse=True, scope="session")
def few_rsa_keys() -> Iterator[None]:
    """RSA keys from a small supply: every application of a test needs one, and to make and to read it takes 0.3 s."""
    supply = cycle([generate_private_key(65537, RSA_BITS) for _ in range(RSA_KEYS)])
    read = cache(signing.serialization.load_pem_private_key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "generate_private_key", lambda *_: next(supply))
        patch.setattr(signing.serialization, "load_pem_private_key", read)
        yield


@pytest.fixture(autouse=True, scope="session")
def routes_compiled_once() -> Iterator[None]:
    """Compiles the URL builder of each route once a worker: Werkzeug does it for each application, in 20 ms."""
    compile_builder = Rule._compile_builder
    made: dict[Any, Any] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compiled)
        yield


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short path, in which an embedded database finds room for its socket, whatever ``TMPDIR`` says."""
    with tempfile.TemporaryDirectory(prefix="visage-") as folder:
        Path(folder).chmod(0o711)  # the database server may run as another user
        yield Path(folder)


@pytest.fixture(scope="session")
def worker_database(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Database]:
    """The worker's migrated database; other processes see it: commits are permanent. Usually ask for `database`."""
    with database_copy(_server_url(request.config), f"worker_{worker_id}") as url:
        database = create_database(url)
        yield database
        database.dispose()


@pytest.fixture
def database(worker_database: Database) -> Iterator[Database]:
    """A database whose commits are all undone at the end of the test. For one thread at a time."""
    with worker_database.engine.connect() as connection, connection.begin() as transaction:
        yield Database.bound_to(connection)
        transaction.rollback()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """The session of an open transaction on `database`; it is never committed."""
    with database.session() as session:
        yield session


@pytest.fixture
def scratch_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """The URL of a migrated database for a single test."""
    with database_copy(_server_url(request.config), f"scratch_{worker_id}") as url:
        yield url


@pytest.fixture
def scratch_database(scratch_url: str) -> Iterator[Database]:
    """A migrated database for a single test that really commits, uses threads or works outside transactions."""
    database = create_database(scratch_url, pool_size=8)
    yield database
    database.dispose()


@pytest.fixture
def stand_in(scratch_database: Database, scratch_url: str) -> Database:
    """A database with the stand-in for Citus."""
    fake_citus.install(scratch_url)
    scratch_database.dispose()
    return scratch_database


@pytest.fixture(params=["stand-in", pytest.param("citus", marks=needs_cluster)])
def cluster(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The stand-in, and a real cluster if there is one."""
    if request.param == "stand-in":
        yield request.getfixturevalue("stand_in")
        return
    with cluster_database() as url:
        database = create_database(url)
        yield database
        database.dispose()


@pytest.fixture(scope="session")
def session_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """The URL of a migrated database for a service that many tests of the worker use."""
    with database_copy(_server_url(request.config), f"session_{worker_id}") as url:
        yield url


@pytest.fixture(scope="module")
def module_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """The URL of a migrated database for the tests of one file."""
    with database_copy(_server_url(request.config), f"module_{worker_id}") as url:
        yield url


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """The URL of a database without migrations, for a single test."""
    with database_copy(_server_url(request.config), f"empty_{worker_id}", template="template1") as url:
        yield url


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes hashes cheap, unless a test file overrides this fixture."""
    hasher = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("service.accounts.passwords.PasswordHasher", hasher)
