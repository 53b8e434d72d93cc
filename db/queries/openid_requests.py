"""Queries on authorization requests that clients have pushed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.core.openid_models import OpenidRequest


def add(
    session: Session, reference_hash: bytes, client_id: str, parameters: Mapping[str, str], expires_at: datetime
) -> None:
    """Adds a request.

    Args:
        reference_hash: SHA-256 of the reference, 32 bytes.
    """
    session.execute(
        insert(OpenidRequest).values(
            reference_hash=reference_hash, client_id=client_id, parameters=dict(parameters), expires_at=expires_at
        )
    )


def find(session: Session, reference_hash: bytes, client_id: str, now: datetime) -> Mapping[str, str] | None:
    """Returns the parameters that this client has pushed, or None if the reference is not valid."""
    statement = select(OpenidRequest.parameters).where(
        OpenidRequest.reference_hash == reference_hash,
        OpenidRequest.client_id == client_id,
        OpenidRequest.expires_at > now,
    )
    return session.scalars(statement).one_or_none()


def remove(session: Session, reference_hash: bytes) -> bool:
    """Deletes a request that is answered now; returns False if another call has answered it."""
    statement = delete(OpenidRequest).where(OpenidRequest.reference_hash == reference_hash)
    return session.scalars(statement.returning(OpenidRequest.client_id)).one_or_none() is not None


def delete_expired(session: Session, before: datetime) -> None:
    """Deletes the requests that expired before a moment."""
    session.execute(delete(OpenidRequest).where(OpenidRequest.expires_at < before))
