"""Stores the similarity level of different people in this gallery, and draws the sample that it is estimated from."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import ARRAY, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.core.models import ImpostorLevel, check_model_id
from db.core.sampling import draw

LOCK_KEY = 0x56697361_7461696C
"""The advisory lock held while estimating ("Visatail" in ASCII). Only one process may estimate at a time."""

SEED = 20261124
"""The seed of the sample, so that the same rows give the same people."""


@dataclass(frozen=True)
class Sampled:
    """One person of a sample, with the embeddings of their captures as ``facial_data`` stores them."""

    user_id: uuid.UUID
    captures: list[str]


@dataclass(frozen=True)
class Level:
    """A level in numbers; ``embeddings.scores.impostor_level`` explains them.

    Attributes:
        gallery_people: people enrolled at the time of the estimate.
        sampled_people: people in the sample.
        suspected_pairs: pairs of accounts that look like one person.
    """

    gallery_people: int
    sampled_people: int
    suspected_pairs: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class StoredLevel:
    """A level with the time of its estimate."""

    level: Level
    estimated_at: datetime


def read(session: Session, model_ids: Sequence[str]) -> dict[str, StoredLevel]:
    """Returns the stored levels by model id, without the models that have none yet."""
    names = [field.name for field in fields(Level)]
    rows = session.scalars(select(ImpostorLevel).where(ImpostorLevel.model_id.in_(model_ids)))
    return {
        row.model_id: StoredLevel(Level(**{name: getattr(row, name) for name in names}), row.estimated_at)
        for row in rows
    }


def store(session: Session, model_id: str, level: Level) -> None:
    """Adds or replaces a model's level, with the current time."""
    values = asdict(level)
    statement = insert(ImpostorLevel).values(model_id=check_model_id(model_id), **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[ImpostorLevel.model_id], set_={**values, "estimated_at": func.now()}
        )
    )


def try_lock(session: Session) -> bool:
    """Takes the lock for estimating until the transaction ends; returns whether it was free."""
    return bool(session.execute(select(func.pg_try_advisory_xact_lock(LOCK_KEY))).scalar_one())


def sample(session: Session, model_id: str, people: int, enrolled: int) -> list[Sampled]:
    """Returns a sample of at most ``people`` enrolled with this model; about ``enrolled`` are."""
    drawn = session.execute(text(draw(session, model_id, people, enrolled, SEED))).all()
    rows = session.execute(_CAPTURES, {"model_id": model_id, "user_ids": [row.user_id for row in drawn]})
    return [Sampled(row.user_id, row.captures) for row in rows]


_CAPTURES = text("""
    SELECT id AS user_id, ARRAY(
        SELECT capture->'embeddings'->>:model_id
        FROM jsonb_array_elements(facial_data->'captures') AS capture
        WHERE capture->'embeddings' ? :model_id
    ) AS captures
    FROM unnest(:user_ids) WITH ORDINALITY AS drawn (id, place) JOIN users USING (id)
    WHERE facial_data IS NOT NULL ORDER BY place
""").bindparams(bindparam("user_ids", type_=ARRAY(Uuid)))
