"""Queries on face templates, among them the one that every face login asks."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    TextualSelect,
    Uuid,
    bindparam,
    case,
    false,
    func,
    select,
    text,
)
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import citus
from db.gallery_size import estimate_templates
from db.index_form import IndexForm
from db.index_use import prepare_search
from db.models import FaceTemplate, User, check_model_id
from db.usernames import find_id
from db.vector_text import format_vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embedding = Sequence[float] | NDArray[np.floating[Any]]

GALLERY_LOCK_KEY = 0x56697361_67616C6C
"""The advisory lock of :func:`lock_gallery` ("Visagall" in ASCII)."""

CANDIDATES = 50
"""Templates found by what an index keeps of the vectors, to be ranked by the whole vectors. With a million people as
many are found by 20 (measured); the rest is for the second-best person, and costs a fraction of a millisecond."""


@dataclass(frozen=True)
class Candidate:
    """A person and how near their template lies to a query vector.

    Attributes:
        model_id: whose template it is; similarities of different models cannot be compared.
        similarity: cosine similarity of the template and the query vector, -1 to 1.
        superseded: whether the person has a template of a model that was asked for before this one.
    """

    model_id: str
    user_id: uuid.UUID
    username: str
    display_name: str
    similarity: float
    superseded: bool = False


def put(
    session: Session,
    user_id: uuid.UUID,
    model_id: str,
    vector: Embedding,
    consent: Mapping[str, str] | None = None,
) -> None:
    """Adds or replaces a person's template.

    Args:
        consent: the part of ``facial_data`` with this name, with a ``version`` and a time ``at``; None where unknown.
        vector: a unit vector, (dimension,), stored as float32; the database refuses a wrong dimension for the model,
            NaN and infinity.
    """
    version, at = (consent or {}).get("version"), (consent or {}).get("at")
    values = {
        "embedding": vector,
        "consent_version": version,
        "consented_at": datetime.fromisoformat(at) if at else None,
    }
    statement = insert(FaceTemplate).values(user_id=user_id, model_id=check_model_id(model_id), **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[FaceTemplate.user_id, FaceTemplate.model_id],
            set_={name: statement.excluded[name] for name in values},
        )
    )


def delete(session: Session, user_id: uuid.UUID, model_id: str | None = None) -> int:
    """Deletes a person's template of one model, or of all models; how many there were."""
    statement = delete_from(FaceTemplate).where(FaceTemplate.user_id == user_id)
    if model_id is not None:
        statement = statement.where(FaceTemplate.model_id == model_id)
    return len(session.execute(statement.returning(FaceTemplate.model_id)).all())


def count_by_model(session: Session, model_ids: Sequence[str]) -> dict[str, int]:
    """How many people have a template of each of these models, as :func:`db.gallery_size.estimate_templates` says."""
    return {model_id: estimate_templates(session, model_id) for model_id in model_ids}


def lock_gallery(session: Session) -> None:
    """Lets one transaction at a time look for a face and enrol it: no unique index can keep two alike faces apart."""
    lock = text(f"SELECT pg_advisory_xact_lock(:key), {citus.ONE_AT_A_TIME}")
    session.execute(lock, {"key": GALLERY_LOCK_KEY})


def models_present(session: Session) -> list[str]:
    """The models of which there are templates, by looking for the next one after each."""
    found: list[str] = []
    while True:
        after = found[-1] if found else ""
        following = select(func.min(FaceTemplate.model_id)).where(FaceTemplate.model_id > after)
        model_id = session.execute(following).scalar_one()
        if model_id is None:
            return found
        found.append(model_id)


def models_of(session: Session, user_id: uuid.UUID) -> list[str]:
    """The models of which a person has a template."""
    return list(session.scalars(select(FaceTemplate.model_id).where(FaceTemplate.user_id == user_id)))


def enrolled_among(session: Session, user_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people who have a template."""
    return set(session.scalars(select(FaceTemplate.user_id).where(FaceTemplate.user_id.in_(user_ids))))


@dataclass(frozen=True)
class Consented:
    """That there is a template of a model, and what its person consented to, as far as it is known."""

    model_id: str
    consent_version: str | None
    consented_at: datetime | None


def consents_of(session: Session, user_id: uuid.UUID) -> Sequence[Consented]:
    """A person's templates without their vectors."""
    columns = (FaceTemplate.model_id, FaceTemplate.consent_version, FaceTemplate.consented_at)
    statement = select(*columns).where(FaceTemplate.user_id == user_id).order_by(FaceTemplate.model_id)
    return [Consented(*row) for row in session.execute(statement)]


def nearest(session: Session, queries: Mapping[str, Embedding], limit: int = 2) -> list[Candidate]:
    """The people whose templates are most similar to a face, by each model the most similar first.

    One statement reads the templates; a small one before it looks up the indexes and sets how hard a search looks in
    them. Without an index the result is exact. With one, the ``CANDIDATES`` nearest by what it keeps of the vectors are
    ranked by the whole vectors, and templates that it does not look at are not seen: the right person is missed as
    often as the index's comment says (see ``db.recall``). Whoever is missed is as good as not enrolled: a mated search
    ends with "unknown", or, where the one missed is the second best, with a match that was too close to tell.

    Args:
        queries: by model id, the face as a unit vector of that model, (dimension,); the main model first.
        limit: at most this many people of each model.
    """
    forms = prepare_search(session, list(queries))
    citus.repeat_settings(session)
    searches = [Search(model_id, len(vector), forms.get(model_id)) for model_id, vector in queries.items()]
    parameters = {f"query_{number}": format_vector(vector) for number, vector in enumerate(queries.values())}
    return [_candidate(row) for row in session.execute(nearest_statement(searches, limit), parameters)]


@dataclass(frozen=True)
class Search:
    """A search of one model's templates.

    Attributes:
        dimension: the length of the model's vectors.
        form: what the model's index is made of; None where it has none.
    """

    model_id: str
    dimension: int
    form: IndexForm | None = None


def nearest_statement(searches: Sequence[Search], limit: int) -> TextualSelect:
    """The statement of :func:`nearest`: people by growing cosine distance to ``query_0`` and so on, vectors as text.

    It says each model as a literal and what the model's index says of a vector, and the limit as a literal too: only
    then will a generic plan use that index. The templates are cut to ``limit`` before the users are joined, which
    halves the time of an exact scan (0.47 ms instead of 1.01 for 1,000 people, measured). It is text because putting it
    together from parts took longer than running it (2 ms of 4.8, measured).

    Args:
        searches: one for each query vector.
        limit: at most this many people of each model.
    """
    model_ids = [search.model_id for search in searches]
    branches = " UNION ALL ".join(_branch(search, number, limit) for number, search in enumerate(searches))
    statement = text(f"""
        SELECT best.model_id, best.user_id, users.username, users.display_name, best.distance,
               {_superseded(model_ids)} AS superseded
        FROM ({branches}) AS best
        JOIN users ON users.id = best.user_id
        ORDER BY best.distance
    """)  # noqa: S608 (what the functions below make of numbers and checked model ids)
    return statement.columns(user_id=Uuid())


def _branch(search: Search, number: int, limit: int) -> str:
    """The templates nearest to one query vector, as SQL.

    What is innermost keeps the form ``ORDER BY distance LIMIT n``, which indexes and a Citus coordinator understand,
    and yields distances by the whole vectors rather than these, which the coordinator would have sent by every shard.
    """
    model_id, query = check_model_id(search.model_id), f":query_{number:d}"
    distance = f"embedding::vector({search.dimension:d}) <=> {query}"
    templates = f"""SELECT '{model_id}' AS model_id, user_id, {distance} AS distance FROM face_templates
                    WHERE model_id = '{model_id}'"""  # noqa: S608 (numbers and a checked model id)
    if search.form is not None and not search.form.is_exact:
        expression, operator = search.form.expression, search.form.operator
        templates = f"""SELECT model_id, user_id, distance FROM (
                        {templates}
                        ORDER BY {expression("embedding")} {operator} {expression(f"CAST({query} AS vector)")}
                        LIMIT {CANDIDATES:d}) AS candidates"""  # noqa: S608 (as above)
    return f"({templates} ORDER BY distance LIMIT {limit:d})"


def _superseded(model_ids: Sequence[str]) -> str:
    """Whether the person found by one model has a template of an earlier one, as SQL."""
    if len(model_ids) == 1:
        return "false"
    earlier = " ".join(
        f"WHEN '{check_model_id(model_id)}' THEN ARRAY{[check_model_id(one) for one in model_ids[:number]]}"
        for number, model_id in enumerate(model_ids)
        if number
    )
    return f"""EXISTS (SELECT 1 FROM face_templates AS newer WHERE newer.user_id = best.user_id
                       AND newer.model_id = ANY (CASE best.model_id {earlier} ELSE ARRAY[]::text[] END))"""  # noqa: S608 (as above)


def of_username(session: Session, queries: Mapping[str, Embedding], username: str) -> Candidate | None:
    """How similar the template of one named person is, or None when there is no such person or template.

    Args:
        queries: as :func:`nearest` takes them; where the person has templates of several of these models, the first
            counts.
        username: in any spelling, see :mod:`db.usernames`.
    """
    return _of_person(session, queries, FaceTemplate.user_id == find_id(username))


def of_user(session: Session, queries: Mapping[str, Embedding], user_id: uuid.UUID) -> Candidate | None:
    """How similar the template of the person with this id is; like :func:`of_username`, by the primary key."""
    return _of_person(session, queries, FaceTemplate.user_id == user_id)


def _of_person(session: Session, queries: Mapping[str, Embedding], is_person: ColumnElement[bool]) -> Candidate | None:
    distances = [
        (
            FaceTemplate.model_id == model_id,
            FaceTemplate.embedding.op("<=>", return_type=Float())(bindparam(f"query_{number}", vector, type_=VECTOR())),
        )
        for number, (model_id, vector) in enumerate(queries.items())
    ]
    statement = (
        select(
            FaceTemplate.model_id,
            FaceTemplate.user_id,
            User.username,
            User.display_name,
            case(*distances).label("distance"),
            false().label("superseded"),
        )
        .join(User, User.id == FaceTemplate.user_id)
        .where(FaceTemplate.model_id.in_(list(queries)), is_person)
    )
    found = {row.model_id: _candidate(row) for row in session.execute(statement)}
    return next((found[model_id] for model_id in queries if model_id in found), None)


def _candidate(row: Row[*tuple[Any, ...]]) -> Candidate:
    return Candidate(row.model_id, row.user_id, row.username, row.display_name, 1.0 - row.distance, row.superseded)
