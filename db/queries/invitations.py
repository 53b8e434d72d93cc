"""Queries on invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from db.core.models import Invitation
from db.queries.usernames import username_key


@dataclass(frozen=True)
class Bounds:
    """The username and email that an invitation is limited to; None is any. The username is a key (``usernames``)."""

    username: str | None
    email: str | None


def add(session: Session, token_hash: bytes, bounds: Bounds, *, created_at: datetime, expires_at: datetime) -> None:
    """Adds an invitation.

    Args:
        token_hash: SHA-256 of the token, 32 bytes.
    """
    session.execute(
        insert(Invitation).values(
            token_hash=token_hash,
            username=None if bounds.username is None else username_key(bounds.username),
            email=bounds.email,
            created_at=created_at,
            expires_at=expires_at,
        )
    )


def find(session: Session, token_hash: bytes, now: datetime) -> Bounds | None:
    """Returns the limits of a valid invitation, or None if it is not valid."""
    statement = select(Invitation.username, Invitation.email)
    row = session.execute(statement.where(*_good(token_hash, now))).one_or_none()
    return Bounds(*row) if row else None


def spend(session: Session, token_hash: bytes, now: datetime) -> Bounds | None:
    """Removes a valid invitation and returns its limits. Of several calls at once one succeeds; the others wait."""
    statement = delete(Invitation).where(*_good(token_hash, now))
    row = session.execute(statement.returning(Invitation.username, Invitation.email)).one_or_none()
    return Bounds(*row) if row else None


@dataclass(frozen=True)
class Pending:
    """An invitation that can still be used; ``token_hash`` is the SHA-256 of its token."""

    token_hash: bytes
    bounds: Bounds
    created_at: datetime
    expires_at: datetime


def pending(session: Session, now: datetime, limit: int) -> Sequence[Pending]:
    """Returns valid invitations, the newest first."""
    statement = select(Invitation).where(Invitation.expires_at > now).order_by(Invitation.created_at.desc())
    return [
        Pending(one.token_hash, Bounds(one.username, one.email), one.created_at, one.expires_at)
        for one in session.scalars(statement.limit(limit))
    ]


def withdraw(session: Session, token_hash: bytes, now: datetime) -> bool:
    """Deletes a valid invitation; returns whether there was one."""
    return spend(session, token_hash, now) is not None


def delete_naming(session: Session, username: str, email: str | None) -> None:
    """Deletes invitations with this username or email; an earlier release stored the username as it was typed."""
    named = [Invitation.username == username_key(username), func.lower(Invitation.username) == func.lower(username)]
    if email is not None:
        named.append(func.lower(Invitation.email) == func.lower(email))
    session.execute(delete(Invitation).where(or_(*named)))


def delete_expired(session: Session, before: datetime) -> None:
    """Deletes invitations that expired before a moment."""
    session.execute(delete(Invitation).where(Invitation.expires_at < before))


def _good(token_hash: bytes, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Invitation.token_hash == token_hash, Invitation.expires_at > now
