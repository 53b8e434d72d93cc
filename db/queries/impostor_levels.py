"""How alike different people's faces are in this gallery, and the sample from which it is learnt."""

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
"""The advisory lock held while estimating ("Visatail" in ASCII): one process at a time."""

SEED = 20261124
"""Draws the same people each time from the same rows."""


@dataclass(frozen=True)
class Sampled:
    """One person of a sample, with the embeddings of their captures as ``facial_data`` has them."""

    user_id: uuid.UUID
    captures: list[str]


@dataclass(frozen=True)
class Level:
    """A level, as numbers; ``embeddings.scores.impostor_level`` says what they mean.

    Attributes:
        gallery_people: how many people were enrolled when it was estimated.
        sampled_people: how many of them it was estimated from.
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
    """A level, and when it was estimated."""

    level: Level
    estimated_at: datetime


def read(session: Session, model_ids: Sequence[str]) -> dict[str, StoredLevel]:
    """The stored levels of these models, by model id; none where none was estimated yet."""
    names = [field.name for field in fields(Level)]
    rows = session.scalars(select(ImpostorLevel).where(ImpostorLevel.model_id.in_(model_ids)))
    return {
        row.model_id: StoredLevel(Level(**{name: getattr(row, name) for name in names}), row.estimated_at)
        for row in rows
    }


def store(session: Session, model_id: str, level: Level) -> None:
    """Adds or replaces a model's level, estimated now."""
    values = asdict(level)
    statement = insert(ImpostorLevel).values(model_id=check_model_id(model_id), **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[ImpostorLevel.model_id], set_={**values, "estimated_at": func.now()}
        )
    )


def try_lock(session: Session) -> bool:
    """Whether this transaction may estimate now; it then may until it ends."""
    return bool(session.execute(select(func.pg_try_advisory_xact_lock(LOCK_KEY))).scalar_one())


def sample(session: Session, model_id: str, people: int, enrolled: int) -> list[Sampled]:
    """Some of the people enrolled with this model, with their captures; at most ``people`` of about ``enrolled``."""
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
