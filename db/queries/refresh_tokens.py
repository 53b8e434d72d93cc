"""Queries on refresh tokens.

Every function that changes several tokens locks the user's row before the tokens. So a rotation in progress either ends
before its family is revoked, and the revocation includes its successor, or it waits and then finds its token revoked.
The fixed order of the locks also prevents deadlocks.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.core.models import RefreshToken, User
from db.queries import operators


class Outcome(StrEnum):
    """The outcome for a token that was presented for rotation."""

    ROTATED = "rotated"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REUSED = "reused"


@dataclass(frozen=True)
class Rotation:
    """The result of a rotation.

    Attributes:
        outcome: only ``ROTATED`` continues the session. ``REUSED`` means that the token was stolen, so the caller must
            revoke its family with ``UnitOfWork.do_even_on_rollback``, which outlasts the refusal.
        token: the token as it was presented; None if unknown.
    """

    outcome: Outcome
    token: RefreshToken | None = None


@dataclass(frozen=True)
class NewToken:
    """A token to be added.

    Attributes:
        token_hash: SHA-256 of the token, 32 bytes.
        user_id: who logged in.
        amr: the method of the login.
        acr: its assurance level.
        auth_time: when the user logged in.
        expires_at: when the token expires.
        family: of the tokens that follow from one login; by default a new one.
        client_id: the OpenID client that it belongs to; None is a browser at Visage itself.
        scopes: what that client may know or do.
        session_id: the login with which it ends; None if it outlasts the login.
    """

    token_hash: bytes
    user_id: uuid.UUID
    amr: str
    acr: str
    auth_time: datetime
    expires_at: datetime
    family: uuid.UUID = field(default_factory=uuid.uuid4)
    client_id: str | None = None
    scopes: Sequence[str] | None = None
    session_id: uuid.UUID | None = None


def add(session: Session, token: NewToken, created_at: datetime) -> None:
    """Adds a token."""
    session.execute(insert(RefreshToken).values(**vars(token), created_at=created_at))


def rotate(
    session: Session,
    token_hash: bytes,
    *,
    successor_hash: bytes,
    now: datetime,
    expires_at: datetime,
    client_id: str | None = None,
) -> Rotation:
    """Exchanges a token for its successor. Of several calls with one token, even at the same time, one succeeds.

    Args:
        token_hash: SHA-256 of the token presented.
        successor_hash: SHA-256 of the successor, which inherits everything but the time.
        expires_at: when the successor expires.
        client_id: whose token it must be; None is a browser at Visage itself.
    """
    _lock_user(session, select(RefreshToken.user_id).where(RefreshToken.token_hash == token_hash).scalar_subquery())
    used = session.scalars(
        update(RefreshToken)
        .where(
            RefreshToken.token_hash == token_hash,
            RefreshToken.client_id.is_not_distinct_from(client_id),
            *can_be_exchanged(now),
        )
        .values(used_at=now)
        .returning(RefreshToken)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if used is None:
        return _refusal(session, token_hash, client_id)
    successor = NewToken(
        token_hash=successor_hash,
        user_id=used.user_id,
        amr=used.amr,
        acr=used.acr,
        auth_time=used.auth_time,
        expires_at=expires_at,
        family=used.family,
        client_id=used.client_id,
        scopes=used.scopes,
        session_id=used.session_id,
    )
    add(session, successor, now)
    return Rotation(Outcome.ROTATED, used)


def find(session: Session, token_hash: bytes) -> RefreshToken | None:
    """Returns the current state of the token with this hash, or None."""
    statement = select(RefreshToken).where(RefreshToken.token_hash == token_hash)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def can_be_exchanged(now: datetime) -> Sequence[ColumnElement[bool]]:
    """The conditions of a token that is neither used nor revoked, and has not expired."""
    return RefreshToken.used_at.is_(None), RefreshToken.revoked_at.is_(None), RefreshToken.expires_at > now


def living(session: Session, family: uuid.UUID, now: datetime) -> RefreshToken | None:
    """Returns the token of a login that can still be exchanged, or None."""
    statement = select(RefreshToken).where(RefreshToken.family == family, *can_be_exchanged(now))
    return session.scalars(statement.limit(1).execution_options(populate_existing=True)).first()


def is_active(session: Session, family: uuid.UUID, now: datetime) -> bool:
    """Whether a login still has a token that can be exchanged."""
    return living(session, family, now) is not None


@dataclass(frozen=True)
class LiveSession:
    """A login with a token that can still be exchanged.

    Attributes:
        client_id: the OpenID client that the user logged in to; None is Visage itself.
        acr: the assurance level of the login.
        used_at: when that token was issued.
    """

    client_id: str | None
    acr: str
    auth_time: datetime
    used_at: datetime
    expires_at: datetime


def active(session: Session, user_id: uuid.UUID, now: datetime) -> Sequence[LiveSession]:
    """Returns a person's active logins, the oldest first."""
    columns = (
        RefreshToken.client_id,
        RefreshToken.acr,
        RefreshToken.auth_time,
        RefreshToken.created_at,
        RefreshToken.expires_at,
    )
    statement = select(*columns).where(RefreshToken.user_id == user_id, *can_be_exchanged(now))
    return [LiveSession(*row) for row in session.execute(statement.order_by(RefreshToken.auth_time))]


def count_active(session: Session, user_id: uuid.UUID, now: datetime) -> int:
    """Counts a person's logins with a token that can still be exchanged."""
    statement = select(func.count(RefreshToken.family.distinct())).where(
        RefreshToken.user_id == user_id, *can_be_exchanged(now)
    )
    return session.execute(statement).scalar_one()


def revoke_family(session: Session, family: uuid.UUID, now: datetime) -> int:
    """Revokes every token of one login, and those of clients that end with it; returns how many were not revoked."""
    _lock_user(session, select(RefreshToken.user_id).where(RefreshToken.family == family).limit(1).scalar_subquery())
    return _revoke(session, or_(RefreshToken.family == family, RefreshToken.session_id == family), now)


def move_to_session(session: Session, earlier: uuid.UUID, later: uuid.UUID) -> None:
    """Lets the tokens of clients that end with one login end with a later one of the same user."""
    _lock_user(session, select(RefreshToken.user_id).where(RefreshToken.family == earlier).limit(1).scalar_subquery())
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.session_id == earlier)
        .values(session_id=later)
        .execution_options(synchronize_session=False)
    )


def revoke_user(session: Session, user_id: uuid.UUID, now: datetime) -> int:
    """Revokes every token of one person and ends their sessions at the console; returns how many were not revoked."""
    _lock_user(session, user_id, exclusively=True)
    operators.end_sessions(session, user_id)
    return _revoke(session, RefreshToken.user_id == user_id, now)


def delete_expired(session: Session, before: datetime) -> int:
    """Deletes tokens that expired before a moment, and returns their number.

    It does not wait: if another transaction is changing a person's tokens, they stay until the next call.
    """
    expired = (
        select(RefreshToken.token_hash)
        .join(User, User.id == RefreshToken.user_id)
        .where(RefreshToken.expires_at < before)
        .with_for_update(of=User, key_share=True, skip_locked=True)
    )
    result = session.execute(
        delete(RefreshToken)
        .where(RefreshToken.token_hash.in_(expired))
        .returning(RefreshToken.token_hash)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


def _refusal(session: Session, token_hash: bytes, client_id: str | None) -> Rotation:
    """Returns why a token was refused. A reused token counts as reused even after it has expired."""
    token = find(session, token_hash)
    if token is None or token.client_id != client_id:
        return Rotation(Outcome.UNKNOWN)
    if token.revoked_at is not None:
        return Rotation(Outcome.REVOKED, token)
    if token.used_at is not None:
        return Rotation(Outcome.REUSED, token)
    return Rotation(Outcome.EXPIRED, token)


def _lock_user(session: Session, user_id: uuid.UUID | ScalarSelect[uuid.UUID], *, exclusively: bool = False) -> None:
    """Waits for other changes of this user's tokens; with ``exclusively`` also for logins that add a token."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=not exclusively))


def _revoke(session: Session, where: ColumnElement[bool], now: datetime) -> int:
    result = session.execute(
        update(RefreshToken)
        .where(where, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(RefreshToken.token_hash)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())
