"""The service builds its vector index by itself."""

import threading
from pathlib import Path

import pytest

from db.engine import Database, create_database
from db.index import index_status
from service.index_keeper import IndexKeeper
from tests.db.gallery import enrol, unit_vectors
from tests.fakes import DIMENSION, MODEL_ID

ENOUGH = 300


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.index.MIN_ROWS", ENOUGH)


def consider(database: Database) -> None:
    """Lets the keeper look, and waits until it has."""
    IndexKeeper(database, MODEL_ID, DIMENSION).consider()
    for thread in threading.enumerate():
        if thread.name == "index-keeper":
            thread.join()


@pytest.mark.usefixtures("few_are_enough")
def test_it_builds_the_index_once_there_are_enough_people(scratch_database: Database) -> None:
    enrol(scratch_database, unit_vectors(ENOUGH, seed=1))
    consider(scratch_database)
    assert index_status(scratch_database, MODEL_ID).exists


@pytest.mark.usefixtures("few_are_enough")
def test_it_leaves_a_small_gallery_alone(scratch_database: Database) -> None:
    enrol(scratch_database, unit_vectors(ENOUGH - 1, seed=1))
    consider(scratch_database)
    assert not index_status(scratch_database, MODEL_ID).exists


def test_a_database_that_is_away_is_logged_and_no_trouble(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    consider(create_database(f"postgresql:///visage?host={tmp_path}"))
    assert "left as it is" in caplog.text
