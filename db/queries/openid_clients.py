"""Queries on the clients of the OpenID provider."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core.openid_models import OpenidClient


def add(session: Session, client: OpenidClient) -> bool:
    """Adds a client; returns False if there is one with this id."""
    columns = [column.key for column in OpenidClient.__table__.columns if column.key != "created_at"]
    values = {name: getattr(client, name) for name in columns}
    statement = insert(OpenidClient).values(**values).on_conflict_do_nothing().returning(OpenidClient.id)
    return session.scalars(statement).one_or_none() is not None


def find(session: Session, client_id: str) -> OpenidClient | None:
    """Returns the client with this id, or None."""
    return session.get(OpenidClient, client_id)


def listed(session: Session) -> Sequence[OpenidClient]:
    """Returns all clients, by id."""
    return session.scalars(select(OpenidClient).order_by(OpenidClient.id)).all()


def replace_secret(session: Session, client_id: str, secret_hash: bytes, now: datetime) -> bool:
    """Gives a confidential client another secret; returns False if there is no such client."""
    statement = (
        update(OpenidClient)
        .where(OpenidClient.id == client_id, OpenidClient.secret_hash.is_not(None))
        .values(secret_hash=secret_hash, secret_changed_at=now)
        .returning(OpenidClient.id)
    )
    return session.scalars(statement).one_or_none() is not None


def remove(session: Session, client_id: str) -> bool:
    """Deletes a client with its codes, consents and tokens; returns False if there is no such client."""
    statement = delete(OpenidClient).where(OpenidClient.id == client_id).returning(OpenidClient.id)
    return session.scalars(statement).one_or_none() is not None
