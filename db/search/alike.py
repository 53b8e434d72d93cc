"""Reads people in the order of their ids, to look for others who are like them."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.core.models import FaceTemplate, User

if TYPE_CHECKING:
    from db.search.statement import Embedding

Templates = Mapping[str, "Embedding"]
"""A person's templates by model id."""


@dataclass(frozen=True)
class Enrolled:
    """An account with a template. ``enrolled_at``: when its owner consented, or if unknown, made the account."""

    id: uuid.UUID
    username: str
    enrolled_at: datetime


def templates_after(
    session: Session, model_ids: Sequence[str], after: uuid.UUID | None, limit: int
) -> list[tuple[uuid.UUID, Templates]]:
    """Returns people in the order of their ids, each with all templates of these models, the models in their order.

    Args:
        session: of the transaction.
        model_ids: the models.
        after: the id after which to begin; None begins with the first person.
        limit: the number of templates to read, more than there are models. Fewer people than the limit are returned,
            but at least one if there is one.
    """
    columns = (FaceTemplate.user_id, FaceTemplate.model_id, FaceTemplate.embedding)
    statement = select(*columns).where(FaceTemplate.model_id.in_(model_ids))
    if after is not None:
        statement = statement.where(FaceTemplate.user_id > after)
    rows = session.execute(statement.order_by(FaceTemplate.user_id, FaceTemplate.model_id).limit(limit)).all()
    found: dict[uuid.UUID, dict[str, Embedding]] = {}
    for row in rows:
        found.setdefault(row.user_id, {})[row.model_id] = row.embedding
    if len(rows) == limit and len(found) > 1:
        found.popitem()  # the limit may have cut this person's templates
    return [(user_id, {one: own[one] for one in model_ids if one in own}) for user_id, own in found.items()]


def enrolled(session: Session, user_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Enrolled]:
    """Returns these people by id, without those who are gone or have no template."""
    statement = (
        select(User.id, User.username, func.coalesce(func.max(FaceTemplate.consented_at), User.created_at).label("at"))
        .join(FaceTemplate, FaceTemplate.user_id == User.id)
        .where(User.id.in_(user_ids))
        .group_by(User.id)
    )
    return {row.id: Enrolled(row.id, row.username, row.at) for row in session.execute(statement)}
