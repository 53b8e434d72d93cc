"""Queries on people's consents to applications of third parties."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core.openid_models import OpenidConsent


def scopes(session: Session, user_id: uuid.UUID, client_id: str) -> frozenset[str]:
    """Returns what a person has allowed a client."""
    statement = select(OpenidConsent.scopes).where(
        OpenidConsent.user_id == user_id, OpenidConsent.client_id == client_id
    )
    return frozenset(session.scalars(statement).one_or_none() or ())


def put(session: Session, user_id: uuid.UUID, client_id: str, allowed: Sequence[str], now: datetime) -> None:
    """Stores what a person allows a client, in place of what they allowed before."""
    values = {"scopes": list(allowed), "granted_at": now}
    statement = insert(OpenidConsent).values(user_id=user_id, client_id=client_id, **values)
    key = [OpenidConsent.user_id, OpenidConsent.client_id]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


def of_user(session: Session, user_id: uuid.UUID) -> Sequence[OpenidConsent]:
    """Returns all consents of a person, by client."""
    statement = select(OpenidConsent).where(OpenidConsent.user_id == user_id)
    return session.scalars(statement.order_by(OpenidConsent.client_id)).all()
