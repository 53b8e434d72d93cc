"""Queries on authorization codes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from db.core.models import User
from db.core.openid_models import OpenidCode


@dataclass(frozen=True)
class NewCode:
    """A code to be added; the attributes are the columns of ``openid_codes``."""

    code_hash: bytes
    client_id: str
    user_id: uuid.UUID
    session_id: uuid.UUID
    grant_id: uuid.UUID
    redirect_uri: str
    scopes: Sequence[str]
    nonce: str | None
    code_challenge: str
    acr: str
    amr: str
    auth_time: datetime
    expires_at: datetime


def add(session: Session, code: NewCode) -> None:
    """Adds a code."""
    session.execute(insert(OpenidCode).values(**vars(code)))


def lock(session: Session, code_hash: bytes, client_id: str) -> OpenidCode | None:
    """Returns this client's code, used or not, and makes other exchanges of it wait; None if it is unknown.

    The account is locked before the code, as everywhere: the end of all sessions and an erasure either come first, and
    the caller sees them, or they wait and include what the exchange adds.
    """
    is_meant = (OpenidCode.code_hash == code_hash, OpenidCode.client_id == client_id)
    owner = select(OpenidCode.user_id).where(*is_meant).scalar_subquery()
    session.execute(select(User.id).where(User.id == owner).with_for_update(key_share=True))
    return session.scalars(select(OpenidCode).where(*is_meant).with_for_update()).one_or_none()


def spend(session: Session, code_hash: bytes, now: datetime) -> None:
    """Marks a locked code as exchanged."""
    session.execute(update(OpenidCode).where(OpenidCode.code_hash == code_hash).values(used_at=now))


def delete_expired(session: Session, before: datetime) -> None:
    """Deletes the codes that expired before a moment."""
    session.execute(delete(OpenidCode).where(OpenidCode.expires_at < before))
