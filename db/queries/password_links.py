"""Queries on password links.

Each function that creates, spends or withdraws a link locks the account first (``db.queries.users.lock``). So if a
reset, a new link and a password change run at the same time, each sees the result of the one before.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core.models import PasswordLink


@dataclass(frozen=True)
class LiveLink:
    """The period in which a link is valid."""

    created_at: datetime
    expires_at: datetime


def put(session: Session, user_id: uuid.UUID, token_hash: bytes, *, created_at: datetime, expires_at: datetime) -> None:
    """Adds a person's link, or replaces it.

    Args:
        token_hash: SHA-256 of the token, 32 bytes.
    """
    values = {"token_hash": token_hash, "created_at": created_at, "expires_at": expires_at}
    statement = insert(PasswordLink).values(user_id=user_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[PasswordLink.user_id], set_=values))


def find(session: Session, token_hash: bytes, now: datetime) -> uuid.UUID | None:
    """Returns the owner of this link while it is valid, or None."""
    statement = select(PasswordLink.user_id).where(PasswordLink.token_hash == token_hash, PasswordLink.expires_at > now)
    return session.scalars(statement).one_or_none()


def of_user(session: Session, user_id: uuid.UUID) -> LiveLink | None:
    """Returns the period in which a person's link is valid, or None without a link."""
    statement = select(PasswordLink.created_at, PasswordLink.expires_at).where(PasswordLink.user_id == user_id)
    row = session.execute(statement).one_or_none()
    return LiveLink(*row) if row else None


def withdraw(session: Session, user_id: uuid.UUID, token_hash: bytes | None = None) -> bool:
    """Removes a person's link, or only the one with this hash; returns whether there was one."""
    statement = delete(PasswordLink).where(PasswordLink.user_id == user_id)
    if token_hash is not None:
        statement = statement.where(PasswordLink.token_hash == token_hash)
    return session.execute(statement.returning(PasswordLink.user_id)).first() is not None


def delete_expired(session: Session, before: datetime) -> None:
    """Deletes links that expired before a moment."""
    session.execute(delete(PasswordLink).where(PasswordLink.expires_at < before))
