"""The number of connections in use, as the pool reports it."""

from sqlalchemy import text

from db.core.engine import Database


def test_every_connection_that_is_taken_is_counted_back(scratch_database: Database) -> None:
    told: list[int] = []
    scratch_database.watch_pool(told.append)
    with scratch_database.unit_of_work() as work:
        work.session.execute(text("SELECT 1"))
        assert sum(told) == 1
    assert sum(told) == 0


def test_a_connection_of_ones_own_is_lost_to_the_pool(scratch_database: Database) -> None:
    told: list[int] = []
    scratch_database.watch_pool(told.append)
    with scratch_database.autocommit() as connection:
        connection.execute(text("SELECT 1"))
    assert sum(told) == 0


def test_a_connection_that_breaks_is_in_use_no_more(scratch_database: Database) -> None:
    told: list[int] = []
    scratch_database.watch_pool(told.append)
    with scratch_database.engine.connect() as connection:
        connection.invalidate()
    assert sum(told) == 0
