"""Queries on operators and their sessions at the console."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core.console_models import Operator, OperatorSession
from db.core.models import User


@dataclass(frozen=True)
class FoundSession:
    """A session at the console, with the names of its operator."""

    user_id: uuid.UUID
    username: str
    display_name: str
    acr: str
    begun_at: datetime
    used_at: datetime


def put(session: Session, user_id: uuid.UUID) -> None:
    """Makes an account an operator's from now on. If it is one already, the time changes."""
    statement = insert(Operator).values(user_id=user_id)
    session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_={"added_at": func.now()}))


def remove(session: Session, user_id: uuid.UUID) -> bool:
    """Makes an operator a user again and ends their sessions; returns False if the account is no operator's."""
    statement = delete(Operator).where(Operator.user_id == user_id).returning(Operator.user_id)
    return session.scalars(statement).one_or_none() is not None


def everyone(session: Session) -> Sequence[tuple[uuid.UUID, str, datetime]]:
    """Returns the ids and usernames of the operators, and since when they are, by username."""
    statement = select(User.id, User.username, Operator.added_at).join(Operator, Operator.user_id == User.id)
    return [(row.id, row.username, row.added_at) for row in session.execute(statement.order_by(User.username))]


def exist(session: Session) -> bool:
    """Whether there is an operator."""
    return session.scalars(select(exists(select(Operator.user_id)))).one()


def added_at(session: Session, user_id: uuid.UUID) -> datetime | None:
    """Returns since when the account is an operator's; None if it is not."""
    return session.scalars(select(Operator.added_at).where(Operator.user_id == user_id)).one_or_none()


def is_operator(session: Session, user_id: uuid.UUID) -> bool:
    """Whether the account is an operator's."""
    return session.scalars(select(exists().where(Operator.user_id == user_id))).one()


def among(session: Session, user_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Returns those of these accounts that are operators'."""
    return set(session.scalars(select(Operator.user_id).where(Operator.user_id.in_(user_ids))))


def begin_session(session: Session, secret_hash: bytes, user_id: uuid.UUID, acr: str, now: datetime) -> None:
    """Adds a session of an operator."""
    values = {"secret_hash": secret_hash, "user_id": user_id, "acr": acr, "begun_at": now, "used_at": now}
    session.execute(insert(OperatorSession).values(values))


def find_session(session: Session, secret_hash: bytes) -> FoundSession | None:
    """Returns the session with this secret, ended or not, or None."""
    statement = (
        select(
            OperatorSession.user_id,
            User.username,
            User.display_name,
            OperatorSession.acr,
            OperatorSession.begun_at,
            OperatorSession.used_at,
        )
        .join(User, User.id == OperatorSession.user_id)
        .where(OperatorSession.secret_hash == secret_hash)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else FoundSession(*row)


def note_use(session: Session, secret_hash: bytes, now: datetime) -> None:
    """Notes that the session made a request."""
    session.execute(update(OperatorSession).where(OperatorSession.secret_hash == secret_hash).values(used_at=now))


def end_session(session: Session, secret_hash: bytes) -> uuid.UUID | None:
    """Deletes the session with this secret and returns whose it was, or None."""
    statement = delete(OperatorSession).where(OperatorSession.secret_hash == secret_hash)
    return session.scalars(statement.returning(OperatorSession.user_id)).one_or_none()


def end_sessions(session: Session, user_id: uuid.UUID) -> None:
    """Deletes all sessions of an account."""
    session.execute(delete(OperatorSession).where(OperatorSession.user_id == user_id))


def delete_ended(session: Session, begun_before: datetime, used_before: datetime) -> None:
    """Deletes the sessions that began, or were last used, before these times."""
    is_ended = or_(OperatorSession.begun_at < begun_before, OperatorSession.used_at < used_before)
    session.execute(delete(OperatorSession).where(is_ended))
