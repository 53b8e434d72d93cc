"""Repeats erasures after a restore: erases users that the backup brought back, by an audit log that is newer."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries import users
from service.audit.audit import ErasedBy, Event
from service.domain.operator_errors import SourceError
from service.privacy.erasure import Erasure


def repeat_erasures(lines: Iterable[str], database: Database, erasure: Erasure) -> Counter[Event]:
    """Repeats the erasures of accounts and faces in the events; returns the number of each that were repeated.

    A face that was enrolled after its erasure event stays. Users that the database does not know are skipped.

    Args:
        lines: as `visage audit show --json` prints them; events of other kinds have no effect.
        database: the restored database.
        erasure: erases the data, from ``service.operator.administration.erasing``.

    Raises:
        SourceError: a line is not an event; the lines before it are done.
    """
    repeated: Counter[Event] = Counter()
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line)
            kind, user_id, at = event["event"], event.get("user_id"), _aware(event["at"])
            person = UUID(user_id) if user_id else None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise SourceError(f"line {number} is not an event of `visage audit show --json`") from None
        if person is None:
            continue
        with database.unit_of_work() as work:
            if kind == Event.ACCOUNT_ERASED and users.lock(work.session, person):
                erasure.erase_account(work, person, ErasedBy.OPERATOR)
                repeated[Event.ACCOUNT_ERASED] += 1
            elif kind == Event.FACE_ERASED and _had_face(work, person, at):
                erasure.erase_face(work, person, ErasedBy.OPERATOR)
                repeated[Event.FACE_ERASED] += 1
    return repeated


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("without a time zone")
    return at


def _had_face(work: UnitOfWork, user_id: UUID, at: datetime) -> bool:
    """Whether the currently enrolled face was enrolled at that time."""
    user = users.lock(work.session, user_id) and users.get_with_facial_data(work.session, user_id)
    document = user.facial_data if user else None
    return document is not None and datetime.fromisoformat(document["enrolled_at"]) <= at
