"""Queries on face templates, including the search of every face login."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, false, func, select, text
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core import citus, prepared_statements
from db.core.errors import AccountGoneError
from db.core.gallery_size import estimate_templates
from db.core.models import FaceTemplate, User, check_model_id
from db.core.vector_text import format_vector
from db.queries import users
from db.queries.usernames import find_id
from db.search import shard_search
from db.search.index_use import Prepared, prepared_search, state_sql
from db.search.shard_search import Found
from db.search.statement import Search, distance_column, search_statement

if TYPE_CHECKING:
    from db.search.statement import Embedding

GALLERY_LOCK_KEY = 0x56697361_67616C6C
"""The advisory lock of :func:`lock_gallery` ("Visagall" in ASCII)."""


@dataclass(frozen=True)
class Candidate:
    """A person, and the similarity of their template to a query vector.

    Attributes:
        model_id: the model of the template; similarities of different models cannot be compared.
        similarity: cosine similarity of the template and the query vector, -1 to 1.
        superseded: whether the person has a template of a model that comes earlier in the query.
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
        vector: a unit vector, (dimension,), stored as float32. The database refuses NaN, infinity and a dimension that
            is wrong for the model.
        consent: the part ``consent`` of ``facial_data``, with a ``version`` and a time ``at``; None if unknown.

    Raises:
        AccountGoneError: there is no such account.
    """
    if citus.is_installed(session) and not users.hold(session, user_id):  # there is no foreign key that checks this
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
    """Deletes a person's template of one model, or of all models; returns how many there were."""
    statement = delete_from(FaceTemplate).where(FaceTemplate.user_id == user_id)
    if model_id is not None:
        statement = statement.where(FaceTemplate.model_id == model_id)
    return len(session.execute(statement.returning(FaceTemplate.model_id)).all())


def count_by_model(session: Session, model_ids: Sequence[str]) -> dict[str, int]:
    """Counts the people with a template of each of these models, like :func:`estimate_templates`."""
    return {model_id: estimate_templates(session, model_id) for model_id in model_ids}


def lock_gallery(session: Session) -> None:
    """Lets one transaction at a time search for a face and enrol it, as no unique index refuses similar faces."""
    session.execute(select(func.pg_advisory_xact_lock(GALLERY_LOCK_KEY)))


def models_present(session: Session) -> list[str]:
    """Returns the models that have templates; each query finds the next model after the last."""
    found: list[str] = []
    while True:
        after = found[-1] if found else ""
        following = select(func.min(FaceTemplate.model_id)).where(FaceTemplate.model_id > after)
        model_id = session.execute(following).scalar_one()
        if model_id is None:
            return found
        found.append(model_id)


def models_of(session: Session, user_id: uuid.UUID) -> list[str]:
    """Returns the models of a person's templates.

    With Citus it reads the account's document, because a password login must work while a shard's server is down.
    """
    if citus.is_installed(session):
        model = User.facial_data["model"].astext
        return [*session.scalars(select(model).where(User.id == user_id, model.is_not(None)))]
    return list(session.scalars(select(FaceTemplate.model_id).where(FaceTemplate.user_id == user_id)))


def enrolled_among(session: Session, user_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Returns those of these people who have a template."""
    return set(session.scalars(select(FaceTemplate.user_id).where(FaceTemplate.user_id.in_(user_ids))))


@dataclass(frozen=True)
class Consented:
    """The model of a person's template, and the consent to it, if known."""

    model_id: str
    consent_version: str | None
    consented_at: datetime | None


def consents_of(session: Session, user_id: uuid.UUID) -> Sequence[Consented]:
    """Returns a person's templates without their vectors."""
    columns = (FaceTemplate.model_id, FaceTemplate.consent_version, FaceTemplate.consented_at)
    statement = select(*columns).where(FaceTemplate.user_id == user_id).order_by(FaceTemplate.model_id)
    return [Consented(*row) for row in session.execute(statement)]


def nearest(
    session: Session,
    queries: Mapping[str, Embedding],
    limit: int = 2,
    is_enough: Callable[[list[Candidate]], bool] | None = None,
) -> list[Candidate]:
    """Returns the people whose templates are most similar to a face, for each model the most similar first.

    One statement reads the templates. It is sent together with a small one that sets the search effort. Without an
    index the result is exact. With an index, the ``CANDIDATES`` nearest by the stored form are ranked by the whole
    vectors. The search does not see templates outside the lists it probes. The index's comment says how often it misses
    the right person (see ``db.search.recall``). A missed person counts as not enrolled: a mated search ends with
    "unknown". If the second-best person is missed, a match may be accepted that should be refused as ambiguous.

    Args:
        queries: by model id, the face as a unit vector of that model, (dimension,); the main model first.
        limit: the maximal number of people for each model.
        is_enough: whether these candidates settle the search. In a large gallery the search then takes a first look in
            a fifth of the lists. It takes a second look in all lists that it should probe if the first settles nothing.
    """
    prepared = prepared_search(session, list(queries))
    if citus.is_installed(session):
        return _nearest_on_shards(session, prepared, queries, limit)
    parameters = {f"query_{number}": format_vector(vector) for number, vector in enumerate(queries.values())}
    state = state_sql(list(queries))

    def look(probes: int) -> Sequence[Row[*tuple[Any, ...]]]:
        statement = search_statement(_searches(queries, prepared), limit, prepared.effort_sql(probes), state)
        return prepared_statements.run(session.connection(), statement, parameters).all()

    first = prepared.probes(in_two_looks=is_enough is not None)
    rows = look(first)
    if not rows or rows[0].state != prepared.state:
        prepared = prepared_search(session, list(queries), anew=True)
        first = prepared.probes(in_two_looks=is_enough is not None)
        rows = look(first)
    found = [_candidate(row) for row in rows]
    if is_enough is None or first == prepared.whole or is_enough(found):
        return found
    return [_candidate(row) for row in look(prepared.whole)]


def _nearest_on_shards(
    session: Session, prepared: Prepared, queries: Mapping[str, Embedding], limit: int
) -> list[Candidate]:
    """Searches in one look: Citus passes settings on to its servers once a transaction."""
    session.execute(text(prepared.effort_sql(prepared.whole)))
    vectors = [format_vector(vector) for vector in queries.values()]
    return [_candidate(one) for one in shard_search.nearest(session, _searches(queries, prepared), vectors, limit)]


def _searches(queries: Mapping[str, Embedding], prepared: Prepared) -> tuple[Search, ...]:
    return tuple(Search(model_id, len(vector), prepared.forms.get(model_id)) for model_id, vector in queries.items())


def of_username(session: Session, queries: Mapping[str, Embedding], username: str) -> Candidate | None:
    """Returns the similarity of one person's template, or None if there is no such person or template.

    Args:
        queries: as :func:`nearest` takes them; if the person has templates of several of these models, the first
            counts.
        username: in any spelling, see :mod:`db.queries.usernames`.
    """
    return _of_person(session, queries, User.id == find_id(username))


def of_user(session: Session, queries: Mapping[str, Embedding], user_id: uuid.UUID) -> Candidate | None:
    """Does the same as :func:`of_username` by the user id."""
    return _of_person(session, queries, User.id == user_id)


def _of_person(session: Session, queries: Mapping[str, Embedding], is_person: ColumnElement[bool]) -> Candidate | None:
    if citus.is_installed(session):
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
