"""Queries on face templates, among them the one that every face login asks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import BindParameter, ColumnElement, Float, Row, Select, bindparam, cast, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.index import set_probes
from db.models import FaceTemplate, User, check_model_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embedding = Sequence[float] | NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Candidate:
    """A person and how near their template lies to a query vector.

    Attributes:
        similarity: cosine similarity of the template and the query vector, -1 to 1.
    """

    user_id: uuid.UUID
    username: str
    display_name: str
    similarity: float


def put(session: Session, user_id: uuid.UUID, model_id: str, vector: Embedding) -> None:
    """Adds or replaces a person's template.

    Args:
        vector: a unit vector, (dimension,), stored as float32; the database refuses a wrong dimension for the model,
            NaN and infinity.
    """
    statement = insert(FaceTemplate).values(user_id=user_id, model_id=check_model_id(model_id), embedding=vector)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[FaceTemplate.user_id, FaceTemplate.model_id],
            set_={"embedding": statement.excluded.embedding},
        )
    )


def delete(session: Session, user_id: uuid.UUID, model_id: str | None = None) -> int:
    """Deletes a person's template of one model, or of all models; how many there were."""
    statement = delete_from(FaceTemplate).where(FaceTemplate.user_id == user_id)
    if model_id is not None:
        statement = statement.where(FaceTemplate.model_id == model_id)
    return len(session.execute(statement.returning(FaceTemplate.model_id)).all())


def count(session: Session, model_id: str) -> int:
    """How many people can be found by this model: the size of its gallery."""
    statement = select(func.count()).select_from(FaceTemplate).where(FaceTemplate.model_id == model_id)
    return session.scalars(statement).one()


def nearest(session: Session, model_id: str, vector: Embedding, limit: int = 2) -> list[Candidate]:
    """The people whose templates are most similar to a query vector, the most similar first.

    One statement reads the templates; a small one before it sets how many lists of the index are probed, which holds
    for the transaction. Without an index the result is exact. With one, templates in lists that are not probed are
    not seen: the nearest person is missed with the probability that ``db.index`` measures, and fewer than ``limit``
    people come back only if the lists probed hold fewer (pgvector then does not look further). Whoever is missing is
    far from the query vector, so both err towards "unknown", never towards a stranger.

    Args:
        vector: a unit vector, (dimension,).
        limit: at most this many people.
    """
    set_probes(session, model_id)
    return [_candidate(row) for row in session.execute(nearest_statement(model_id, vector, limit))]


def nearest_statement(model_id: str, vector: Embedding, limit: int) -> Select[Any]:
    """The statement of :func:`nearest`: people by growing cosine distance.

    It says the model as a literal and the dimension in a cast, as the model's index does: only then will a generic
    plan use that index. ``ORDER BY`` repeats the column instead of the expression, so that the vector is sent once.
    """
    distance = cast(FaceTemplate.embedding, VECTOR(len(vector))).op("<=>", return_type=Float())(
        bindparam("query", vector, type_=VECTOR(len(vector)))
    )
    return _people(distance).where(_is_model(model_id)).order_by("distance").limit(limit)


def of_username(session: Session, model_id: str, username: str, vector: Embedding) -> Candidate | None:
    """How similar the template of one named person is, or None when there is no such person or template."""
    distance = FaceTemplate.embedding.op("<=>", return_type=Float())(bindparam("query", vector, type_=VECTOR()))
    statement = _people(distance).where(_is_model(model_id), func.lower(User.username) == func.lower(username))
    row = session.execute(statement).one_or_none()
    return None if row is None else _candidate(row)


def _people(distance: ColumnElement[float]) -> Select[Any]:
    """A person a row, with the distance of their template."""
    people: Select[Any] = select(
        FaceTemplate.user_id, User.username, User.display_name, distance.label("distance")
    ).join(User, User.id == FaceTemplate.user_id)
    return people


def _is_model(model_id: str) -> ColumnElement[bool]:
    """The condition of the model's partial index, with the id as a literal."""
    literal: BindParameter[str] = bindparam("model_id", check_model_id(model_id), literal_execute=True)
    return FaceTemplate.model_id == literal


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(row.user_id, row.username, row.display_name, 1.0 - row.distance)
