"""Queries on the audit events. No query changes an event, because a trigger refuses that."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Select, Uuid, bindparam, delete, func, insert, select, text
from sqlalchemy.orm import Session

from db.core.models import AuditEvent

BATCH = 1000
"""Events read at a time."""

PRUNED = "audit_pruned"
"""The event that the database itself writes when events are deleted. It is never deleted."""

_ADD_MANY = text("""
    INSERT INTO audit_events (event, user_id, outcome) SELECT :event, user_id, :outcome FROM unnest(:users) AS user_id
""").bindparams(bindparam("users", type_=ARRAY(Uuid)))

_ALLOW = text("SELECT set_config('visage.audit_prune_before', CAST(:before AS text), true)")
"""The setting that the trigger requires before events may be deleted; it ends with the transaction."""


def add(
    session: Session, event: str, user_id: uuid.UUID | None, outcome: str | None, details: Mapping[str, str | int]
) -> None:
    """Adds an event that happens in this transaction."""
    values = {"event": event, "user_id": user_id, "outcome": outcome, "details": dict(details)}
    session.execute(insert(AuditEvent).values(values).inline())


def add_many(session: Session, event: str, user_ids: Sequence[uuid.UUID], outcome: str | None) -> None:
    """Adds the same event for several people."""
    session.execute(_ADD_MANY, {"event": event, "users": list(user_ids), "outcome": outcome})


def of_user(session: Session, user_id: uuid.UUID) -> Sequence[AuditEvent]:
    """Returns all events of one account, the oldest first."""
    return session.scalars(_selected(user_id, None)).all()


def read(
    session: Session, user_id: uuid.UUID | None = None, since: datetime | None = None, after: int = 0
) -> Sequence[AuditEvent]:
    """Returns up to ``BATCH`` events after an id, the oldest first, optionally for one account or since a moment."""
    return session.scalars(_selected(user_id, since).where(AuditEvent.id > after).limit(BATCH)).all()


def latest(session: Session, event: str) -> datetime | None:
    """Returns when an event was last recorded, or None."""
    statement = select(AuditEvent.at).where(AuditEvent.event == event).order_by(AuditEvent.id.desc()).limit(1)
    return session.scalars(statement).one_or_none()


def count(session: Session, event: str, user_id: uuid.UUID) -> int:
    """Counts the events of this kind for one account."""
    statement = select(func.count()).where(AuditEvent.event == event, AuditEvent.user_id == user_id)
    return session.execute(statement).scalar_one()


def count_each(session: Session, event: str, user_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """Counts the events of this kind for several accounts; an account without one is left out."""
    statement = select(AuditEvent.user_id, func.count()).where(AuditEvent.event == event)
    rows = session.execute(statement.where(AuditEvent.user_id.in_(user_ids)).group_by(AuditEvent.user_id))
    return {user_id: number for user_id, number in rows if user_id is not None}


def prune(session: Session, before: datetime) -> int:
    """Deletes the events before a moment, except records of pruning; returns how many. The database records it."""
    session.execute(_ALLOW, {"before": before})
    statement = delete(AuditEvent).where(AuditEvent.at < before, AuditEvent.event != PRUNED)
    return int(session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def _selected(user_id: uuid.UUID | None, since: datetime | None) -> Select[AuditEvent]:
    statement = select(AuditEvent).order_by(AuditEvent.id)
    if user_id is not None:
        statement = statement.where(AuditEvent.user_id == user_id)
    if since is not None:
        statement = statement.where(AuditEvent.at >= since)
    return statement
