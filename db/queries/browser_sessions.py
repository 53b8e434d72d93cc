"""Queries on the cookies of single sign-on. A login and all its cookies end together, with its refresh tokens."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core.models import RefreshToken
from db.core.openid_models import BrowserSession
from db.queries.refresh_tokens import can_be_exchanged


@dataclass(frozen=True)
class SignedOn:
    """The login that a browser continues.

    Attributes:
        session_id: the family of its refresh tokens.
        acr: its assurance level.
        auth_time: when the user logged in.
        is_previous: whether the secret has a successor already.
        rotated_at: when the present secret was made.
    """

    session_id: uuid.UUID
    user_id: uuid.UUID
    acr: str
    auth_time: datetime
    is_previous: bool
    rotated_at: datetime


def put(session: Session, session_id: uuid.UUID, user_id: uuid.UUID, secret_hash: bytes, now: datetime) -> None:
    """Gives a login its cookie, in place of an earlier one.

    Args:
        secret_hash: SHA-256 of the secret, 32 bytes.
    """
    values = {"user_id": user_id, "secret_hash": secret_hash, "previous_hash": None, "rotated_at": now}
    statement = insert(BrowserSession).values(session_id=session_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[BrowserSession.session_id], set_=values))


def find(session: Session, secret_hash: bytes, now: datetime) -> SignedOn | None:
    """Returns the login of a secret, also of the secret before; None if it is unknown or the login has ended."""
    statement = (
        select(
            BrowserSession.session_id,
            BrowserSession.user_id,
            RefreshToken.acr,
            RefreshToken.auth_time,
            BrowserSession.secret_hash != secret_hash,
            BrowserSession.rotated_at,
        )
        .join(RefreshToken, RefreshToken.family == BrowserSession.session_id)
        .where(
            or_(BrowserSession.secret_hash == secret_hash, BrowserSession.previous_hash == secret_hash),
            *can_be_exchanged(now),
        )
    )
    row = session.execute(statement.limit(1)).one_or_none()
    return SignedOn(*row) if row else None


def rotate(session: Session, old_hash: bytes, new_hash: bytes, now: datetime) -> bool:
    """Replaces a secret, which stays known as the previous one; returns False if another call has done so."""
    statement = (
        update(BrowserSession)
        .where(BrowserSession.secret_hash == old_hash)
        .values(secret_hash=new_hash, previous_hash=old_hash, rotated_at=now)
        .returning(BrowserSession.session_id)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(statement).one_or_none() is not None


def remove(session: Session, session_id: uuid.UUID) -> None:
    """Deletes the cookie of a login."""
    session.execute(delete(BrowserSession).where(BrowserSession.session_id == session_id))


def delete_ended(session: Session) -> None:
    """Deletes the cookies of logins that have no refresh tokens any more."""
    living = select(RefreshToken.family).where(RefreshToken.family == BrowserSession.session_id)
    session.execute(delete(BrowserSession).where(~living.exists()).execution_options(synchronize_session=False))
