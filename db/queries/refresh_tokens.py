"""Queries on refresh tokens.

Every function that changes several tokens takes the user's row first and the tokens after it. So a rotation under way
is either finished when a family is revoked, and its successor is revoked with it, or it waits and finds its token
revoked; and no two of them can wait for each other.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, insert, select, update
from sqlalchemy.orm import Session

from db.core.models import RefreshToken, User


class Outcome(StrEnum):
    """What became of a token that was presented for rotation."""

    ROTATED = "rotated"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REUSED = "reused"


@dataclass(frozen=True)
class Rotation:
    """The answer to a rotation.

    Attributes:
        outcome: only ``ROTATED`` lets anybody in. At ``REUSED`` one of two holders of the token is a thief:
            revoke the family in a way that outlasts the refusal, with ``UnitOfWork.keep``.
        token: the token as it was presented; None when unknown.
    """

    outcome: Outcome
    token: RefreshToken | None = None


def add(
    session: Session,
    *,
    token_hash: bytes,
    user_id: uuid.UUID,
    amr: str,
    acr: str,
    auth_time: datetime,
    created_at: datetime,
    expires_at: datetime,
    family: uuid.UUID | None = None,
) -> uuid.UUID:
    """Adds a token, as the first of a new family unless one is given; returns the family.

    Args:
        token_hash: SHA-256 of the token, 32 bytes.
    """
    family = family or uuid.uuid4()
    session.execute(
        insert(RefreshToken).values(
            token_hash=token_hash,
            family=family,
            user_id=user_id,
            amr=amr,
            acr=acr,
            auth_time=auth_time,
            created_at=created_at,
            expires_at=expires_at,
        )
    )
    return family


def rotate(
    session: Session, token_hash: bytes, *, successor_hash: bytes, now: datetime, expires_at: datetime
) -> Rotation:
    """Exchanges a token for its successor. Of several calls with one token, at the same time or not, one succeeds.

    Args:
        token_hash: SHA-256 of the token presented.
        successor_hash: SHA-256 of the token to take its place; it inherits family, user, amr, acr and auth_time.
        expires_at: when the successor expires.
    """
    _lock_user(session, select(RefreshToken.user_id).where(RefreshToken.token_hash == token_hash).scalar_subquery())
    used = session.scalars(
        update(RefreshToken)
        .where(
            RefreshToken.token_hash == token_hash,
            RefreshToken.used_at.is_(None),
            RefreshToken.revoked_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if used is None:
        return _refusal(session, token_hash)
    add(
        session,
        token_hash=successor_hash,
        family=used.family,
        user_id=used.user_id,
        amr=used.amr,
        acr=used.acr,
        auth_time=used.auth_time,
        created_at=now,
        expires_at=expires_at,
    )
    return Rotation(Outcome.ROTATED, used)


def find(session: Session, token_hash: bytes) -> RefreshToken | None:
    """The token with this hash as it is now, or None."""
    statement = select(RefreshToken).where(RefreshToken.token_hash == token_hash)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def is_active(session: Session, family: uuid.UUID, now: datetime) -> bool:
    """Whether a login still has a token that can be exchanged."""
    living = select(RefreshToken.token_hash).where(
        RefreshToken.family == family,
        RefreshToken.used_at.is_(None),
        RefreshToken.revoked_at.is_(None),
        RefreshToken.expires_at > now,
    )
    return session.execute(living.limit(1)).first() is not None


@dataclass(frozen=True)
class LiveSession:
    """A login that still has a token which can be exchanged.

    Attributes:
        acr: how sure it was of whom it let in.
        used_at: when that token was handed out.
    """

    acr: str
    auth_time: datetime
    used_at: datetime
    expires_at: datetime


def standing(session: Session, user_id: uuid.UUID, now: datetime) -> Sequence[LiveSession]:
    """A person's logins that still stand, the oldest first."""
    columns = (RefreshToken.acr, RefreshToken.auth_time, RefreshToken.created_at, RefreshToken.expires_at)
    living = select(*columns).where(
        RefreshToken.user_id == user_id,
        RefreshToken.used_at.is_(None),
        RefreshToken.revoked_at.is_(None),
        RefreshToken.expires_at > now,
    )
    return [LiveSession(*row) for row in session.execute(living.order_by(RefreshToken.auth_time))]


def count_active(session: Session, user_id: uuid.UUID, now: datetime) -> int:
    """How many logins of a person still have a token that can be exchanged."""
    living = select(func.count(RefreshToken.family.distinct())).where(
        RefreshToken.user_id == user_id,
        RefreshToken.used_at.is_(None),
        RefreshToken.revoked_at.is_(None),
        RefreshToken.expires_at > now,
    )
    return session.execute(living).scalar_one()


def revoke_family(session: Session, family: uuid.UUID, now: datetime) -> int:
    """Withdraws every token of one login; how many were still standing."""
    _lock_user(session, select(RefreshToken.user_id).where(RefreshToken.family == family).limit(1).scalar_subquery())
    return _revoke(session, RefreshToken.family == family, now)


def revoke_user(session: Session, user_id: uuid.UUID, now: datetime) -> int:
    """Withdraws every token of one person; how many were still standing."""
    _lock_user(session, user_id, exclusively=True)
    return _revoke(session, RefreshToken.user_id == user_id, now)


def delete_expired(session: Session, before: datetime) -> int:
    """Deletes tokens that expired before a moment; how many.

    It waits for nobody: tokens of people whose tokens another transaction is changing stay until the next time.
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


def _refusal(session: Session, token_hash: bytes) -> Rotation:
    """Why a token was refused. One revoked calls for nothing more; one used again does, even after it expired."""
    token = find(session, token_hash)
    if token is None:
        return Rotation(Outcome.UNKNOWN)
    if token.revoked_at is not None:
        return Rotation(Outcome.REVOKED, token)
    if token.used_at is not None:
        return Rotation(Outcome.REUSED, token)
    return Rotation(Outcome.EXPIRED, token)


def _lock_user(session: Session, user_id: uuid.UUID | ScalarSelect[uuid.UUID], *, exclusively: bool = False) -> None:
    """Waits for other changes of this user's tokens; exclusively also for logins that are adding one."""
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
