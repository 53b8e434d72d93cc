"""What is known of how alike different people's faces are in this gallery, and the sample it is learnt from."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import ImpostorTail, check_model_id
from db.sampling import draw
from db.vector_text import parse_vector

LOCK_KEY = 0x56697361_7461696C
"""The advisory lock held while estimating ("Visatail" in ASCII): one process at a time."""

SEED = 20261124
"""Draws the same people each time from the same rows."""


@dataclass(frozen=True)
class Sampled:
    """One person of a sample.

    Attributes:
        template: (dimension,) float32.
        captures: the embeddings of their captures as ``facial_data`` has them, which the caller decodes.
    """

    user_id: uuid.UUID
    template: NDArray[np.float32]
    captures: list[str]


@dataclass(frozen=True)
class StoredTail:
    """A tail as it is stored.

    Attributes:
        gallery_people: how many people were enrolled when it was estimated.
        suspected_pairs: pairs of accounts that were left out because they look like one person.
        tail: the numbers, as the caller gave them.
    """

    gallery_people: int
    suspected_pairs: int
    tail: dict[str, Any]
    estimated_at: datetime


def read(session: Session, model_ids: Sequence[str]) -> dict[str, StoredTail]:
    """The stored tails of these models, by model id; none where none was estimated yet."""
    rows = session.scalars(select(ImpostorTail).where(ImpostorTail.model_id.in_(model_ids)))
    return {
        row.model_id: StoredTail(row.gallery_people, row.suspected_pairs, row.tail, row.estimated_at) for row in rows
    }


def store(session: Session, model_id: str, gallery_people: int, suspected_pairs: int, tail: dict[str, Any]) -> None:
    """Adds or replaces a model's tail, estimated now."""
    values = {"gallery_people": gallery_people, "suspected_pairs": suspected_pairs, "tail": tail}
    statement = insert(ImpostorTail).values(model_id=check_model_id(model_id), **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[ImpostorTail.model_id], set_={**values, "estimated_at": func.now()}
        )
    )


def try_lock(session: Session) -> bool:
    """Whether this transaction may estimate now; it then may until it ends."""
    return bool(session.execute(select(func.pg_try_advisory_xact_lock(LOCK_KEY))).scalar_one())


def sample(session: Session, model_id: str, people: int, enrolled: int) -> list[Sampled]:
    """Some of the people enrolled with this model, with their captures; at most ``people`` of about ``enrolled``."""
    statement = text(f"""
        SELECT template.user_id, template.embedding, ARRAY(
            SELECT capture->'embeddings'->>:model_id
            FROM jsonb_array_elements(users.facial_data->'captures') AS capture
            WHERE capture->'embeddings' ? :model_id
        ) AS captures
        FROM ({draw(session, model_id, people, enrolled, SEED)}) AS template
        JOIN users ON users.id = template.user_id
        WHERE users.facial_data IS NOT NULL
    """)  # noqa: S608 (what ``draw`` makes of numbers and a checked model id)
    rows = session.execute(statement, {"model_id": model_id})
    return [Sampled(row.user_id, parse_vector(row.embedding), row.captures) for row in rows]
