"""What a check of everything that is kept asks of the database: everybody in turn, and indexes that serve no search."""

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
    """What the database keeps of one person's face.

    Attributes:
        facial_data: the document as it is, which may be anything that JSON can be; None where there is none.
        templates: the stored vector of each model, (dimension,) float32.
    """

    user_id: uuid.UUID
    username: str
    facial_data: Any
    templates: Mapping[str, NDArray[np.float32]]


def faces_after(session: Session, after: uuid.UUID | None, limit: int) -> Sequence[KeptFace]:
    """The next people of whose face something is kept, by growing user id; at most ``limit``, of 12 KB each.

    Accounts are read with or without a face, and the templates for them: a condition on both tables is nothing that
    Citus understands.
    """
    while True:
        people = _faces(session, true() if after is None else User.id > after, limit)
        kept = [face for face in people if face.facial_data is not None or face.templates]
        if kept or not people:
            return kept
        after = people[-1].user_id


def face_of(session: Session, user_id: uuid.UUID) -> KeptFace | None:
    """The same of one person, with nothing in it where no face is enrolled; None where the account is gone."""
    return next(iter(_faces(session, User.id == user_id, 1)), None)


def templates_after(session: Session, after: uuid.UUID | None, limit: int) -> Sequence[uuid.UUID]:
    """The next people who have templates, by growing user id, whether there is an account or not."""
    statement = select(FaceTemplate.user_id).distinct().order_by(FaceTemplate.user_id).limit(limit)
    return session.scalars(statement if after is None else statement.where(FaceTemplate.user_id > after)).all()


def enrolments_of(session: Session, user_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str | None]:
    """The enrolment that each of these people's documents names, if any; who has no account is missing."""
    named = User.facial_data["enrolment"].astext
    return {row[0]: row[1] for row in session.execute(select(User.id, named).where(User.id.in_(user_ids)))}


def useless_indexes(session: Session) -> list[str]:
    """Indexes of our tables that are not valid, and that nobody is building at the moment."""
    return list(session.execute(_USELESS).scalars())


_USELESS = text("""
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT (indisvalid AND indisready) AND relnamespace = 'public'::regnamespace
        AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
    ORDER BY relname
""")


def _faces(session: Session, condition: ColumnElement[bool], limit: int) -> Sequence[KeptFace]:
    """People first and their templates by a second statement, both of the snapshot of their transaction or later.

    A template that came or went in between looks like a fault, so that whoever finds one looks again.
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
