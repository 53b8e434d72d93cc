"""The transaction of a unit of work, and what happens when it fails."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.core.unit_of_work import UnitOfWork
from db.queries import users
from tests.db.people import add_person

FAILING_COMMIT = (
    "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'deferred'; END $$",
    "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION fail()",
)


class RefusedError(Exception):
    """An error of a service."""


def refuse(database: Database, work: Callable[[UnitOfWork], object]) -> None:
    """Does some work in a transaction that then fails."""

    def fail() -> None:
        with database.unit_of_work() as unit:
            work(unit)
            raise RefusedError

    with pytest.raises(RefusedError):
        fail()


def listen(unit: UnitOfWork) -> list[str]:
    """Returns a list to which the callbacks of a transaction append."""
    calls: list[str] = []
    unit.on_commit(lambda: calls.append("committed"))
    unit.on_rollback(lambda: calls.append("rolled back"))
    return calls


def names(database: Database) -> set[str]:
    with database.unit_of_work() as unit:
        return set(unit.session.execute(text("SELECT username FROM users")).scalars())


def test_work_is_committed_at_the_end(database: Database) -> None:
    with database.unit_of_work() as unit:
        add_person(unit.session, "ada")
    assert names(database) == {"ada"}


def test_work_that_fails_is_undone(database: Database) -> None:
    refuse(database, lambda unit: add_person(unit.session, "ada"))
    assert names(database) == set()


def test_only_the_callbacks_of_the_outcome_are_called(database: Database) -> None:
    with database.unit_of_work() as unit:
        committed = listen(unit)
    assert committed == ["committed"]
    rolled_back: list[list[str]] = []
    refuse(database, lambda unit: rolled_back.append(listen(unit)))
    assert rolled_back == [["rolled back"]]


def test_callbacks_come_after_the_commit(scratch_database: Database) -> None:
    seen: list[set[str]] = []
    with scratch_database.unit_of_work() as unit:
        add_person(unit.session, "ada")
        unit.on_commit(lambda: seen.append(names(scratch_database)))
    assert seen == [{"ada"}]


def test_a_callback_that_fails_keeps_neither_the_next_nor_the_error_away(database: Database) -> None:
    calls: list[list[str]] = []

    def work(unit: UnitOfWork) -> None:
        unit.on_rollback([].pop)
        calls.append(listen(unit))

    refuse(database, work)
    assert calls == [["rolled back"]]


def test_a_commit_that_fails_is_a_rollback(scratch_database: Database) -> None:
    calls: list[list[str]] = []

    def sign_up() -> None:
        with scratch_database.unit_of_work() as unit:
            calls.append(listen(unit))
            for statement in FAILING_COMMIT:
                unit.session.execute(text(statement))
            add_person(unit.session)

    with pytest.raises(DBAPIError, match="deferred"):
        sign_up()
    assert calls == [["rolled back"]]


def test_work_to_do_even_on_rollback_survives_an_error(database: Database) -> None:
    def work(unit: UnitOfWork) -> None:
        add_person(unit.session, "ada")
        unit.do_even_on_rollback(lambda session: add_person(session, "grace"))

    refuse(database, work)
    assert names(database) == {"grace"}


def test_work_to_do_even_on_rollback_is_done_once_after_success(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.do_even_on_rollback(lambda session: add_person(session, "grace"))
    assert names(database) == {"grace"}


def test_a_transaction_without_statements_takes_no_connection(scratch_database: Database) -> None:
    with scratch_database.unit_of_work():
        assert scratch_database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_users_read_stay_readable_after_the_commit(database: Database) -> None:
    with database.unit_of_work() as unit:
        add_person(unit.session, "ada")
    with database.unit_of_work() as unit:
        user = users.find_by_username(unit.session, "ada")
    assert user is not None
    assert user.display_name == "Ada"


def test_a_connection_lost_at_the_commit_leaves_the_outcome_open(scratch_database: Database) -> None:
    calls: list[str] = []

    def lose_the_connection() -> None:
        with scratch_database.unit_of_work() as unit:
            unit.on_commit(lambda: calls.append("committed"))
            unit.on_rollback(lambda: calls.append("rolled back"))
            add_person(unit.session, "ada")
            process = unit.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with scratch_database.autocommit() as other:
                other.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})

    with pytest.raises(DatabaseUnavailableError):
        lose_the_connection()
    assert calls == []
