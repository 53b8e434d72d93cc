"""Embedded servers for the tests of the embedded server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.server.embedded import EmbeddedPostgres
from tests.db.embedded_server import SETTINGS, started


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that was never started. Its parent folders are closed to other users, as pytest makes them."""
    server = EmbeddedPostgres(tmp_path / "home", SETTINGS)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server for tests that only read."""
    with started(tmp_path_factory.mktemp("running")) as server:
        yield server
