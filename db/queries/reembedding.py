"""What a change of model asks of the database: who is still to be re-embedded, and the end of the old templates."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from db.core.citus import check_undistributed
from db.core.engine import Database
from db.core.locks import try_lock
from db.core.models import FaceTemplate, User

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
    """Whether this process may re-embed; it then may until the block ends, and no other may.

    Raises:
        DistributionError: the templates are distributed: what follows asks for people by their accounts and their
            templates in one statement.
    """
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        check_undistributed(connection)
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


def _is_current(model_id: str) -> ColumnElement[bool]:
    """Whether there is a template of this model, and facial_data that it can be rebuilt from, if any."""
    has_template = exists().where(FaceTemplate.user_id == User.id, FaceTemplate.model_id == model_id)
    return and_(has_template, or_(User.facial_data.is_(None), User.facial_data["model"].astext == model_id))


def _is_outdated(model_id: str) -> ColumnElement[bool]:
    is_enrolled = or_(User.facial_data.is_not(None), exists().where(FaceTemplate.user_id == User.id))
    return and_(is_enrolled, not_(_is_current(model_id)))
