"""``visage audit``: shows an operator what is recorded, and lets go of what is old."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.core.batches import in_batches
from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries import audit_events, users
from service.audit.audit import Recorded, recorded
from service.domain.operator_errors import AccountNotFoundError, AuditTooYoungError

LEAST_AGE = timedelta(days=30)
"""Of events that may be deleted: time to notice what was done, and to look into it."""


def events(database: Database, person: str | None, since: datetime | None) -> Iterator[Recorded]:
    """What is recorded, the oldest first; read part by part, as a reader of the lines may rest for hours.

    Args:
        database: migrated.
        person: a username, or an id, which may be that of an erased account; None is everybody.
        since: an aware time; None is all.

    Raises:
        AccountNotFoundError: nobody has this username.
        DatabaseError: the database went away, or is not migrated.
    """
    with database.unit_of_work() as work:
        user_id = None if person is None else _id_of(work, person)
    following = in_batches(
        database,
        lambda work, after: audit_events.read(work.session, user_id, since, after or 0),
        key=lambda event: event.id,
    )
    for batch in following:
        yield from map(recorded, batch)


def prune(database: Database, before: datetime) -> int:
    """Deletes the events before an aware time, which the database records; how many.

    Raises:
        AuditTooYoungError: that is less than ``LEAST_AGE`` ago, or to come.
        DatabaseError: the database went away, or is not migrated.
    """
    latest = datetime.now(UTC) - LEAST_AGE
    if before > latest:
        raise AuditTooYoungError(latest)
    with database.unit_of_work() as work:
        return audit_events.prune(work.session, before)


def _id_of(work: UnitOfWork, person: str) -> UUID:
    try:
        return UUID(person)
    except ValueError:
        user = users.find_by_username(work.session, person)
    if user is None:
        raise AccountNotFoundError(person)
    return user.id
