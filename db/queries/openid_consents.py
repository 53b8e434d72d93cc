"""Queries on people's consents to applications of third parties."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class GivenConsent:
    """What a person has allowed one client, and when."""

    client_id: str
    scopes: Sequence[str]
    granted_at: datetime


def of_user(session: Session, user_id: uuid.UUID) -> Sequence[GivenConsent]:
    """Returns all consents of a person, by client."""
    columns = (OpenidConsent.client_id, OpenidConsent.scopes, OpenidConsent.granted_at)
    statement = select(*columns).where(OpenidConsent.user_id == user_id).order_by(OpenidConsent.client_id)
    return [GivenConsent(*row) for row in session.execute(statement)]
