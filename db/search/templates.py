"""Queries on face templates, among them the one that every face login asks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, false, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core import citus
from db.core.errors import AccountGoneError
from db.core.gallery_size import estimate_templates
from db.core.models import FaceTemplate, User, check_model_id
from db.core.vector_text import format_vector
from db.queries import users
from db.queries.usernames import find_id
from db.search import shard_search
from db.search.index_use import prepare_search
from db.search.shard_search import Found
from db.search.statement import Search, distance_column, nearest_statement

if TYPE_CHECKING:
    from db.search.statement import Embedding

GALLERY_LOCK_KEY = 0x56697361_67616C6C
"""The advisory lock of :func:`lock_gallery` ("Visagall" in ASCII)."""


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

    Raises:
        AccountGoneError: there is no such account.
    """
    if citus.is_here(session) and not users.hold(session, user_id):  # there is no foreign key to see to it
        raise AccountGoneError
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
    """How many people have a template of each of these models, as :func:`estimate_templates` says."""
    return {model_id: estimate_templates(session, model_id) for model_id in model_ids}


def lock_gallery(session: Session) -> None:
    """Lets one transaction at a time look for a face and enrol it: no unique index can keep two alike faces apart."""
    session.execute(select(func.pg_advisory_xact_lock(GALLERY_LOCK_KEY)))


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
    """The models of which a person has a template.

    With Citus that is what the account's document says: a password login has to work while a shard's server is away.
    """
    if citus.is_here(session):
        model = User.facial_data["model"].astext
        return [*session.scalars(select(model).where(User.id == user_id, model.is_not(None)))]
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


def nearest(
    session: Session,
    queries: Mapping[str, Embedding],
    limit: int = 2,
    is_enough: Callable[[list[Candidate]], bool] | None = None,
) -> list[Candidate]:
    """The people whose templates are most similar to a face, by each model the most similar first.

    One statement reads the templates. A small statement before it looks up the indexes and sets how hard a search looks
    in them. Without an index the result is exact. With one, the ``CANDIDATES`` nearest by what it keeps of the vectors
    are ranked by the whole vectors, and templates that it does not look at are not seen: the right person is missed as
    often as the index's comment says (see ``db.search.recall``). A missed person counts as not enrolled: a mated search
    ends with "unknown", or, where the missed person is the second best, with a match that was too close to tell.

    Args:
        queries: by model id, the face as a unit vector of that model, (dimension,); the main model first.
        limit: at most this many people of each model.
        is_enough: whether these candidates settle the search. In a large gallery the search then takes a first look at
            a fifth of what it would look at, and the second look only where the first does not settle it.
    """
    # Citus passes settings on to its servers once a transaction, so there the search takes one look.
    on_citus = citus.is_here(session)
    prepared = prepare_search(session, list(queries), in_two_looks=is_enough is not None and not on_citus)
    searches = [Search(model_id, len(vector), prepared.forms.get(model_id)) for model_id, vector in queries.items()]
    vectors = [format_vector(vector) for vector in queries.values()]
    if on_citus:
        return [_candidate(one) for one in shard_search.nearest(session, searches, vectors, limit)]
    statement = nearest_statement(searches, limit)
    parameters = {f"query_{number}": vector for number, vector in enumerate(vectors)}
    found = [_candidate(row) for row in session.execute(statement, parameters)]
    if is_enough is None or not prepared.has_second_look or is_enough(found):
        return found
    prepared.look_further(session)
    return [_candidate(row) for row in session.execute(statement, parameters)]


def of_username(session: Session, queries: Mapping[str, Embedding], username: str) -> Candidate | None:
    """How similar the template of one named person is, or None when there is no such person or template.

    Args:
        queries: as :func:`nearest` takes them; where the person has templates of several of these models, the first
            counts.
        username: in any spelling, see :mod:`db.queries.usernames`.
    """
    return _of_person(session, queries, User.id == find_id(username))


def of_user(session: Session, queries: Mapping[str, Embedding], user_id: uuid.UUID) -> Candidate | None:
    """How similar the template of the person with this id is; like :func:`of_username`, by the primary key."""
    return _of_person(session, queries, User.id == user_id)


def _of_person(session: Session, queries: Mapping[str, Embedding], is_person: ColumnElement[bool]) -> Candidate | None:
    if citus.is_here(session):
        found = {one.model_id: _candidate(one) for one in shard_search.of_person(session, queries, is_person)}
    else:
        statement = (
            select(
                FaceTemplate.model_id,
                FaceTemplate.user_id,
                User.username,
                User.display_name,
                distance_column(queries),
                false().label("superseded"),
            )
            .join(User, User.id == FaceTemplate.user_id)
            .where(FaceTemplate.model_id.in_(list(queries)), is_person)
        )
        found = {row.model_id: _candidate(row) for row in session.execute(statement)}
    return next((found[model_id] for model_id in queries if model_id in found), None)


def _candidate(row: Row[*tuple[Any, ...]] | Found) -> Candidate:
    return Candidate(row.model_id, row.user_id, row.username, row.display_name, 1.0 - row.distance, row.superseded)
