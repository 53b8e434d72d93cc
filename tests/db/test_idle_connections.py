"""A connection that was used a moment ago is lent without a question to the server."""

import pytest
from sqlalchemy import text

from db.core import idle_connections
from db.core.engine import Database


@pytest.fixture
def questions(scratch_database: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each question to the server whether a connection lives."""
    asked: list[object] = []
    monkeypatch.setattr(scratch_database.engine.dialect, "do_ping", asked.append)
    scratch_database.ping()
    asked.clear()
    return asked


def test_a_recent_connection_is_not_asked(scratch_database: Database, questions: list[object]) -> None:
    scratch_database.ping()
    assert questions == []


def test_an_idle_connection_is_asked(
    scratch_database: Database, questions: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_connections, "RECENT_SECONDS", 0.0)
    scratch_database.ping()
    assert len(questions) == 1


def test_single_statements_commit_by_themselves(scratch_database: Database) -> None:
    with scratch_database.single_statements() as work:
        work.session.execute(text("CREATE TABLE kept ()"))
        with scratch_database.engine.connect() as other:
            assert other.scalar(text("SELECT to_regclass('kept') IS NOT NULL"))
    with scratch_database.unit_of_work() as work:  # the next user of the connection has a transaction again
        work.session.execute(text("CREATE TABLE unfinished ()"))
        with scratch_database.engine.connect() as other:
            assert not other.scalar(text("SELECT to_regclass('unfinished') IS NOT NULL"))
