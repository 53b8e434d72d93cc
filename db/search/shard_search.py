"""Searches templates that Citus has distributed over several servers; see ``db.sharding.distribution``.

There a statement on templates must not use any other table. The users are read afterwards, on the coordinator.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import Session

from db.core import citus
from db.core.models import FaceTemplate, User
from db.search.statement import Search, distance_column, shards_statement

if TYPE_CHECKING:
    from db.search.statement import Embedding


@dataclass(frozen=True)
class Found:
    """A template near to a query vector, with what ``db.search.templates.Candidate`` says of its person."""

    model_id: str
    user_id: uuid.UUID
    username: str
    display_name: str
    distance: float
    superseded: bool = False


@dataclass(frozen=True)
class Near:
    """A template near to a query vector; ``distance`` is the cosine distance of the whole vectors."""

    model_id: str
    user_id: uuid.UUID
    distance: float


def nearest(session: Session, searches: Sequence[Search], vectors: Sequence[str], limit: int) -> list[Found]:
    """Returns the people nearest to the query vectors; see :func:`db.search.templates.nearest`.

    Args:
        searches: with the forms of the indexes that were looked up in this transaction.
        vectors: the query vector of each search, as text.
        limit: the maximal number of people for each model.
    """
    citus.repeat_settings(session)
    pairs = zip(searches, vectors, strict=True)
    near = [one for search, vector in pairs for one in nearest_templates(session, search, vector, limit)]
    names = _names(session, User.id.in_({one.user_id for one in near}))
    newer = _superseded(session, [search.model_id for search in searches], near)
    found = [
        Found(one.model_id, one.user_id, *names[one.user_id], one.distance, (one.user_id, one.model_id) in newer)
        for one in near
        if one.user_id in names
    ]
    return sorted(found, key=lambda one: one.distance)


def nearest_templates(source: Session | Connection, search: Search, query: str, limit: int) -> list[Near]:
    """Returns one model's templates nearest to a query vector, the nearest first."""
    rows = source.execute(shards_statement(search, limit), {"query_0": query})
    return sorted((Near(*row) for row in rows), key=lambda near: near.distance)[:limit]


def of_person(session: Session, queries: Mapping[str, Embedding], is_person: ColumnElement[bool]) -> list[Found]:
    """Returns the distances of one person's templates from the query vectors of these models.

    If there is no such person, the same statements run with a random id, so that the time does not reveal it.

    Args:
        is_person: a condition on ``User`` that selects the person.
    """
    names = _names(session, is_person)
    user_id = next(iter(names), uuid.uuid4())
    statement = select(FaceTemplate.model_id, distance_column(queries)).where(
        FaceTemplate.user_id == user_id, FaceTemplate.model_id.in_(list(queries))
    )
    rows = session.execute(statement).all()
    return [Found(model_id, user_id, *names[user_id], distance) for model_id, distance in rows if user_id in names]


def _names(session: Session, is_wanted: ColumnElement[bool]) -> dict[uuid.UUID, tuple[str, str]]:
    """Returns usernames and display names by user id."""
    rows = session.execute(select(User.id, User.username, User.display_name).where(is_wanted))
    return {user_id: (username, display_name) for user_id, username, display_name in rows}


def _superseded(session: Session, model_ids: Sequence[str], near: Sequence[Near]) -> set[tuple[uuid.UUID, str]]:
    """Returns the pairs of user id and model id for which the person has a template of an earlier model."""
    if len(model_ids) == 1:
        return set()
    of_anybody = FaceTemplate.user_id.in_({one.user_id for one in near})
    rows = session.execute(select(FaceTemplate.user_id, FaceTemplate.model_id).where(of_anybody)).all()
    return {
        (user_id, model_id)
        for number, model_id in enumerate(model_ids)
        for user_id, other in rows
        if other in model_ids[:number]
    }
