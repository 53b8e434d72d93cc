"""The computed lag of a replica; tests/service/test_replica.py uses a real one."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from db.server.replication import Replayed, Written, replayed, written

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WRITTEN = Written(1000, NOON)
SECOND = timedelta(seconds=1)


def test_a_replica_that_has_everything_is_as_old_as_the_question() -> None:
    assert Replayed(1000, None).behind(WRITTEN, elapsed=SECOND) == SECOND


def test_a_replica_that_misses_something_is_as_old_as_its_last_commit() -> None:
    assert Replayed(999, NOON - 3 * SECOND).behind(WRITTEN, elapsed=SECOND) == 4 * SECOND


def test_a_replica_that_knows_of_no_commit_may_be_of_any_age() -> None:
    assert Replayed(999, None).behind(WRITTEN, elapsed=SECOND) is None


def test_a_primary_is_not_behind_itself(session: Session) -> None:
    at_first = written(session)
    assert replayed(session).position >= at_first.position > 0
