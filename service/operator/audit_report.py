"""``visage audit``: shows the recorded events to an operator, and deletes old ones."""

import re
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
"""The minimum age of events that may be deleted, so that there is time to notice and examine them."""


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
"""An id as the service writes it. ``UUID`` reads other forms too, which may be a username."""


def events(database: Database, person: str | None, since: datetime | None) -> Iterator[Recorded]:
    """Yields the recorded events, the oldest first; reads in batches, because the reader may pause for hours.

    Args:
        database: migrated.
        person: a username, or an id, which may be of an erased account; None for all accounts.
        since: a timezone-aware time; None for all events.

    Raises:
        AccountNotFoundError: no account has this username.
        DatabaseError: the database became unavailable, or is not migrated.
    """
    with database.unit_of_work() as work:
        user_id = None if person is None else account_id(work, person)
    following = in_batches(
        database,
        lambda work, after: audit_events.read(work.session, user_id, since, after or 0),
        key=lambda event: event.id,
    )
    for batch in following:
        yield from map(recorded, batch)


def prune(database: Database, before: datetime) -> int:
    """Deletes the events before a timezone-aware time and returns their number. The database records the deletion.

    Raises:
        AuditTooYoungError: the time is less than ``LEAST_AGE`` ago, or in the future.
        DatabaseError: the database became unavailable, or is not migrated.
    """
    latest = datetime.now(UTC) - LEAST_AGE
    if before > latest:
        raise AuditTooYoungError(latest)
    with database.unit_of_work() as work:
        return audit_events.prune(work.session, before)


def account_id(work: UnitOfWork, person: str) -> UUID:
    """Returns the id of an account by username, or the id itself, which may be of an erased account.

    Raises AccountNotFoundError.
    """
    if _ID.fullmatch(person):
        return UUID(person)
    user = users.find_by_username(work.session, person)
    if user is None:
        raise AccountNotFoundError(person)
    return user.id
