"""What retention asks of the database: who has not been here for long, and of whom photographs are kept."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.core.models import User

CLEANED = ("users", "face_templates", "refresh_tokens")
"""The tables that erasures leave dead rows in."""


def inactive_after(session: Session, before: datetime, after: uuid.UUID | None, limit: int) -> Sequence[uuid.UUID]:
    """The next people who have not logged in since a moment, by growing user id; at most ``limit``."""
    statement = select(User.id).where(User.last_seen_at < before).order_by(User.id).limit(limit)
    return session.scalars(statement if after is None else statement.where(User.id > after)).all()


def with_images_after(session: Session, before: datetime, after: uuid.UUID | None, limit: int) -> Sequence[uuid.UUID]:
    """The next people enrolled before a moment of whom photographs are kept, by growing user id; at most ``limit``."""
    parameters = {"before": before.isoformat(), "after": after, "limit": limit}
    return session.scalars(_WITH_IMAGES, parameters).all()


def clean_up(database: Database) -> None:
    """Frees the space of erased rows at once, instead of whenever autovacuum comes; raises DatabaseError."""
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
