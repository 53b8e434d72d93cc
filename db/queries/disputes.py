"""Queries on disputes about whose face an account has enrolled."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from db.core.models import Dispute, User


class Decision(StrEnum):
    """The outcome of a dispute."""

    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Claim:
    """A comparison of the face that was shown with an account's template, and the person's own words.

    Attributes:
        model_id: the model that compared them.
        similarity: -1 to 1.
        cutoff: the similarity from which on they counted as the same person.
        challenged: whether the face passed a challenge.
    """

    model_id: str
    similarity: float
    cutoff: float
    challenged: bool
    contact: str | None
    message: str | None


@dataclass(frozen=True)
class StoredDispute:
    """A stored dispute.

    Attributes:
        username: of the account in dispute.
        decision: None while it is open.
    """

    id: uuid.UUID
    user_id: uuid.UUID
    username: str
    claim: Claim
    created_at: datetime
    decision: Decision | None
    decided_at: datetime | None


@dataclass(frozen=True)
class OwnDispute:
    """The state of a dispute, for the owner of the account in dispute."""

    raised_at: datetime
    decision: Decision | None
    decided_at: datetime | None


def add(session: Session, user_id: uuid.UUID, claim: Claim) -> None:
    """Adds a dispute about an account, if it exists; the caller has locked it (``db.queries.users.lock``)."""
    values = {
        Dispute.model_id: claim.model_id,
        Dispute.similarity: claim.similarity,
        Dispute.cutoff: claim.cutoff,
        Dispute.challenged: claim.challenged,
        Dispute.contact: claim.contact,
        Dispute.message: claim.message,
    }
    row = select(
        User.id, func.clock_timestamp(), *(literal(value, column.type) for column, value in values.items())
    ).where(User.id == user_id)
    session.execute(insert(Dispute).from_select([Dispute.user_id, Dispute.created_at, *values], row).inline())


def keep_best(session: Session, user_id: uuid.UUID, most: int) -> None:
    """Keeps up to ``most`` open disputes of an account, one a contact; prefers challenged, then newer ones."""
    is_open = (Dispute.user_id == user_id, Dispute.decision.is_(None))
    best_first = (Dispute.challenged.desc(), Dispute.created_at.desc())
    contact = func.lower(Dispute.contact)
    of_each = (
        select(Dispute).where(*is_open).ext(postgresql.distinct_on(contact)).order_by(contact, *best_first).subquery()
    )
    best = select(of_each.c.id).order_by(of_each.c.challenged.desc(), of_each.c.created_at.desc()).limit(most)
    session.execute(
        delete(Dispute).where(*is_open, Dispute.id.not_in(best)).execution_options(synchronize_session=False)
    )


def count_open(session: Session, user_id: uuid.UUID) -> int:
    """Counts the open disputes about an account."""
    statement = select(func.count()).where(Dispute.user_id == user_id, Dispute.decision.is_(None))
    return session.execute(statement).scalar_one()


def listed(session: Session, *, decided: bool) -> Sequence[StoredDispute]:
    """Returns the open disputes, and with ``decided`` also the decided ones, the oldest first."""
    statement = select(Dispute, User.username).join(User, User.id == Dispute.user_id).order_by(Dispute.created_at)
    if not decided:
        statement = statement.where(Dispute.decision.is_(None))
    return [_stored(*row) for row in session.execute(statement)]


def first_of(session: Session, *, decided: bool, limit: int) -> Sequence[StoredDispute]:
    """Returns the open disputes, the oldest first, or the decided ones, the latest decision first."""
    statement = select(Dispute, User.username).join(User, User.id == Dispute.user_id).limit(limit)
    if decided:
        statement = statement.where(Dispute.decision.is_not(None)).order_by(Dispute.decided_at.desc())
    else:
        statement = statement.where(Dispute.decision.is_(None)).order_by(Dispute.created_at)
    return [_stored(*row) for row in session.execute(statement)]


def find(session: Session, dispute_id: uuid.UUID) -> StoredDispute | None:
    """Returns the current state of one dispute, or None."""
    statement = select(Dispute, User.username).join(User, User.id == Dispute.user_id).where(Dispute.id == dispute_id)
    row = session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    return _stored(*row) if row else None


def decide(session: Session, dispute_id: uuid.UUID, decision: Decision, at: datetime) -> bool:
    """Closes a dispute, deletes its contact and message, and returns whether it was open."""
    return _close(session, decision, at, Dispute.id == dispute_id)


def uphold_all(session: Session, user_id: uuid.UUID, at: datetime) -> bool:
    """Upholds every open dispute about an account; returns whether there was one."""
    return _close(session, Decision.UPHELD, at, Dispute.user_id == user_id)


def delete_over(session: Session, user_id: uuid.UUID) -> None:
    """Deletes every dispute about an account, open or decided."""
    session.execute(delete(Dispute).where(Dispute.user_id == user_id))


def delete_decided(session: Session, before: datetime) -> None:
    """Deletes the disputes that were decided before a moment."""
    session.execute(delete(Dispute).where(Dispute.decided_at < before))


def list_over(session: Session, user_id: uuid.UUID) -> Sequence[OwnDispute]:
    """Returns the state of the disputes about an account, the oldest first."""
    columns = select(Dispute.created_at, Dispute.decision, Dispute.decided_at)
    rows = session.execute(columns.where(Dispute.user_id == user_id).order_by(Dispute.created_at))
    return [OwnDispute(at, Decision(word) if word else None, decided_at) for at, word, decided_at in rows]


def _close(session: Session, decision: Decision, at: datetime, which: ColumnElement[bool]) -> bool:
    closed = session.execute(
        update(Dispute)
        .where(which, Dispute.decision.is_(None))
        .values(decision=decision, decided_at=at, contact=None, message=None)
        .returning(Dispute.id)
        .execution_options(synchronize_session=False)
    )
    return closed.first() is not None


def _stored(row: Dispute, username: str) -> StoredDispute:
    claim = Claim(row.model_id, row.similarity, row.cutoff, row.challenged, row.contact, row.message)
    decision = Decision(row.decision) if row.decision else None
    return StoredDispute(row.id, row.user_id, username, claim, row.created_at, decision, row.decided_at)
