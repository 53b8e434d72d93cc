"""Queries of the consistency check: all people in batches, and indexes that no search can use."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Text, cast, select, text, true
from sqlalchemy.orm import Session

from db.core.models import FaceTemplate, User
from db.core.vector_text import parse_vector


@dataclass(frozen=True)
class KeptFace:
    """The stored data of one person's face.

    Attributes:
        facial_data: the document, which may be any JSON value; None if there is none.
        templates: the stored vector of each model, (dimension,) float32.
    """

    user_id: uuid.UUID
    username: str
    facial_data: Any
    templates: Mapping[str, NDArray[np.float32]]


def faces_after(session: Session, after: uuid.UUID | None, limit: int) -> Sequence[KeptFace]:
    """Returns the next people with stored face data in the order of user ids, at most ``limit``, about 12 KB each.

    It reads accounts with and without a face, and then their templates, because Citus cannot run a statement with a
    condition on both tables.
    """
    while True:
        people = _faces(session, true() if after is None else User.id > after, limit)
        kept = [face for face in people if face.facial_data is not None or face.templates]
        if kept or not people:
            return kept
        after = people[-1].user_id


def face_of(session: Session, user_id: uuid.UUID) -> KeptFace | None:
    """Returns the same for one person, empty if no face is enrolled; None if the account is gone."""
    return next(iter(_faces(session, User.id == user_id, 1)), None)


def templates_after(session: Session, after: uuid.UUID | None, limit: int) -> Sequence[uuid.UUID]:
    """Returns the next user ids with templates in ascending order, with or without an account."""
    statement = select(FaceTemplate.user_id).distinct().order_by(FaceTemplate.user_id).limit(limit)
    return session.scalars(statement if after is None else statement.where(FaceTemplate.user_id > after)).all()


def enrolments_of(session: Session, user_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str | None]:
    """Returns the enrolment that each person's document names, if any; leaves out people without an account."""
    named = User.facial_data["enrolment"].astext
    return {row[0]: row[1] for row in session.execute(select(User.id, named).where(User.id.in_(user_ids)))}


def useless_indexes(session: Session) -> list[str]:
    """Returns the indexes in the schema ``public`` that are invalid and not being built at the moment."""
    return list(session.execute(_USELESS).scalars())


_USELESS = text("""
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT (indisvalid AND indisready) AND relnamespace = 'public'::regnamespace
        AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
    ORDER BY relname
""")


def _faces(session: Session, condition: ColumnElement[bool], limit: int) -> Sequence[KeptFace]:
    """Reads people, and then their templates with a second statement, which may see a later snapshot.

    A template that is added or deleted between the two looks like a fault, so callers check a fault a second time.
    """
    columns = (User.id, User.username, User.facial_data)
    people = session.execute(select(*columns).where(condition).order_by(User.id).limit(limit)).all()
    stored = select(FaceTemplate.user_id, FaceTemplate.model_id, cast(FaceTemplate.embedding, Text)).where(
        FaceTemplate.user_id.in_([person[0] for person in people])
    )
    templates: dict[uuid.UUID, dict[str, NDArray[np.float32]]] = {}
    for user_id, model_id, vector in session.execute(stored):
        templates.setdefault(user_id, {})[model_id] = parse_vector(vector)
    return [KeptFace(user_id, username, document, templates.get(user_id, {})) for user_id, username, document in people]
