"""What a change of model asks of the database: who is still to be re-embedded, and the end of the old templates."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from db.engine import Database
from db.index import LOCK_KEY as INDEX_LOCK_KEY
from db.models import FaceTemplate, User
from db.probes import index_name
from db.templates import models_present

LOCK_KEY = 0x56697361_72656D62
"""The advisory lock held while re-embedding ("Visaremb" in ASCII): one process at a time."""


@dataclass(frozen=True)
class Outdated:
    """Somebody whose face is enrolled, but not with the model in question.

    Attributes:
        facial_data: the document, or None where there is a template alone.
    """

    user_id: uuid.UUID
    username: str
    facial_data: dict[str, Any] | None


@contextmanager
def sole_reembedding(database: Database) -> Iterator[bool]:
    """Whether this process may re-embed; it then may until the block ends, and no other may."""
    with _try_lock(database, LOCK_KEY) as mine:
        yield mine


def count_outdated(session: Session, model_id: str) -> int:
    """How many people are enrolled, but not with this model."""
    return int(session.execute(select(func.count()).select_from(User).where(_is_outdated(model_id))).scalar_one())


def count_current(session: Session, model_id: str) -> int:
    """How many people are enrolled with this model."""
    return int(session.execute(select(func.count()).select_from(User).where(_is_current(model_id))).scalar_one())


def outdated_after(session: Session, model_id: str, after: uuid.UUID | None, limit: int) -> Sequence[Outdated]:
    """The next people who are enrolled, but not with this model, by growing user id; at most ``limit``."""
    statement = (
        select(User.id, User.username, User.facial_data).where(_is_outdated(model_id)).order_by(User.id).limit(limit)
    )
    if after is not None:
        statement = statement.where(User.id > after)
    return [Outdated(*row) for row in session.execute(statement)]


def retire(session: Session, model_id: str, limit: int) -> dict[str, int]:
    """Deletes templates of other models than this one of people who have one of it; at most ``limit`` of them.

    Returns:
        How many were deleted of each model; empty when there are no more.
    """
    own = aliased(FaceTemplate)
    superseded = (
        select(FaceTemplate.user_id, FaceTemplate.model_id)
        .where(
            FaceTemplate.model_id != model_id,
            exists().where(own.user_id == FaceTemplate.user_id, own.model_id == model_id),
        )
        .limit(limit)
    )
    statement = delete(FaceTemplate).where(tuple_(FaceTemplate.user_id, FaceTemplate.model_id).in_(superseded))
    deleted: dict[str, int] = {}
    for retired in session.execute(statement.returning(FaceTemplate.model_id)).scalars():
        deleted[retired] = deleted.get(retired, 0) + 1
    return deleted


def drop_unused_indexes(database: Database, model_id: str) -> list[str]:
    """Drops the vector indexes of models of which there are no templates, but for this model's, while logins go on.

    Returns:
        What was dropped; nothing while another process builds an index, as the next call makes up for it.
    """
    with _try_lock(database, INDEX_LOCK_KEY) as mine:
        if not mine:
            return []
        with database.unit_of_work() as work:
            used = [index_name(one) for one in {model_id, *models_present(work.session)}]
            unused = list(work.session.execute(_VECTOR_INDEXES, {"used": used}).scalars())
        with database.autocommit() as connection:
            for name in unused:
                connection.exec_driver_sql(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
    return unused


_VECTOR_INDEXES = text("""
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = 'face_templates'::regclass AND amname = 'ivfflat' AND relname <> ALL (:used)
    ORDER BY relname
""")


def _is_current(model_id: str) -> ColumnElement[bool]:
    """Whether there is a template of this model, and facial_data that it can be rebuilt from, if any."""
    has_template = exists().where(FaceTemplate.user_id == User.id, FaceTemplate.model_id == model_id)
    return and_(has_template, or_(User.facial_data.is_(None), User.facial_data["model"].astext == model_id))


def _is_outdated(model_id: str) -> ColumnElement[bool]:
    is_enrolled = or_(User.facial_data.is_not(None), exists().where(FaceTemplate.user_id == User.id))
    return and_(is_enrolled, not_(_is_current(model_id)))


@contextmanager
def _try_lock(database: Database, key: int) -> Iterator[bool]:
    """Whether the advisory lock could be had; it is then held until the block ends, or this process does."""
    parameters = {"key": key}
    with database.autocommit() as connection:
        mine = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), parameters).scalar_one())
        try:
            yield mine
        finally:  # at once: the end of a connection reaches the server a little later
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), parameters)
