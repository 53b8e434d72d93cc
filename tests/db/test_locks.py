"""Only one process at a time holds a lock."""

import pytest

from db.core.engine import Database
from db.core.locks import try_lock

KEY = 0x74657374


def can_be_had(database: Database) -> bool:
    with database.autocommit() as connection, try_lock(connection, KEY) as mine:
        return mine


def test_a_lock_that_is_held_cannot_be_had(scratch_database: Database) -> None:
    with scratch_database.autocommit() as connection, try_lock(connection, KEY) as mine:
        assert mine
        assert not can_be_had(scratch_database)


def test_a_failed_attempt_does_not_release_the_lock(scratch_database: Database) -> None:
    with scratch_database.autocommit() as connection, try_lock(connection, KEY):
        can_be_had(scratch_database)
        assert not can_be_had(scratch_database)


def test_it_can_be_had_again_at_once_though_its_connection_goes_on(scratch_database: Database) -> None:
    with scratch_database.autocommit() as connection:
        with pytest.raises(RuntimeError, match="trouble"), try_lock(connection, KEY):
            raise RuntimeError("trouble")
        assert can_be_had(scratch_database)
