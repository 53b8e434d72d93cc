"""Queries for retention: inactive accounts, and people whose photographs are stored."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.core.models import User

CLEANED = ("users", "face_templates", "refresh_tokens", "passkeys")
"""The tables in which erasures leave dead rows."""


def inactive_after(session: Session, before: datetime, after: uuid.UUID | None, limit: int) -> Sequence[uuid.UUID]:
    """Returns the next people who have not logged in since a moment, in the order of user ids, at most ``limit``."""
    statement = select(User.id).where(User.last_seen_at < before).order_by(User.id).limit(limit)
    return session.scalars(statement if after is None else statement.where(User.id > after)).all()


def with_images_after(session: Session, before: datetime, after: uuid.UUID | None, limit: int) -> Sequence[uuid.UUID]:
    """Returns the next people enrolled before a moment with stored images, in the order of user ids."""
    parameters = {"before": before.isoformat(), "after": after, "limit": limit}
    return session.scalars(_WITH_IMAGES, parameters).all()


def clean_up(database: Database) -> None:
    """Frees the space of erased rows now, without waiting for autovacuum; raises DatabaseError."""
    with database.autocommit() as connection:
        for table in CLEANED:
            connection.exec_driver_sql(f"VACUUM {table}")


_WITH_IMAGES = (
    text("""
    SELECT id FROM users
    WHERE (facial_data->>'enrolled_at')::timestamptz < CAST(:before AS timestamptz)
        AND facial_data->'captures' @? '$[*].image ? (@ != null)'
        AND (CAST(:after AS uuid) IS NULL OR id > :after)
    ORDER BY id LIMIT :limit
""")
    .bindparams(bindparam("after", type_=Uuid))
    .columns(id=Uuid)
)
