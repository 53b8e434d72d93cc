"""Queries for a change of model: people to re-embed, and the deletion of superseded templates."""

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
"""The advisory lock held while re-embedding ("Visaremb" in ASCII). Only one process may re-embed at a time."""


@dataclass(frozen=True)
class Outdated:
    """A person with an enrolled face, but without a template of the model in question.

    Attributes:
        facial_data: the document, or None if there is only a template.
    """

    user_id: uuid.UUID
    username: str
    facial_data: dict[str, Any] | None


@contextmanager
def sole_reembedding(database: Database) -> Iterator[bool]:
    """Yields whether this process has the lock for re-embedding; it keeps the lock until the block ends.

    Raises:
        DistributionError: the templates are distributed. The queries below combine accounts and templates in one
            statement, which then fails.
    """
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        check_undistributed(connection)
        yield mine


def count_outdated(session: Session, model_id: str) -> int:
    """Counts the people who are enrolled, but not with this model."""
    return int(session.execute(select(func.count()).select_from(User).where(_is_outdated(model_id))).scalar_one())


def count_current(session: Session, model_id: str) -> int:
    """Counts the people who are enrolled with this model."""
    return int(session.execute(select(func.count()).select_from(User).where(_is_current(model_id))).scalar_one())


def outdated_after(session: Session, model_id: str, after: uuid.UUID | None, limit: int) -> Sequence[Outdated]:
    """Returns the next people enrolled, but not with this model, in the order of user ids, at most ``limit``."""
    statement = (
        select(User.id, User.username, User.facial_data).where(_is_outdated(model_id)).order_by(User.id).limit(limit)
    )
    if after is not None:
        statement = statement.where(User.id > after)
    return [Outdated(*row) for row in session.execute(statement)]


def retire(session: Session, model_id: str, limit: int) -> dict[str, int]:
    """Deletes up to ``limit`` templates of other models of people who have a template of this model.

    Returns:
        The number deleted of each model; empty if there are no more.
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
    """Whether there is a template of this model and, if there is ``facial_data``, it can be rebuilt from that."""
    has_template = exists().where(FaceTemplate.user_id == User.id, FaceTemplate.model_id == model_id)
    return and_(has_template, or_(User.facial_data.is_(None), User.facial_data["model"].astext == model_id))


def _is_outdated(model_id: str) -> ColumnElement[bool]:
    is_enrolled = or_(User.facial_data.is_not(None), exists().where(FaceTemplate.user_id == User.id))
    return and_(is_enrolled, not_(_is_current(model_id)))
