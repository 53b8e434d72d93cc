"""How alike different people are in the service's own gallery: their captures compared with each other's."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from db.core.engine import Database
from db.queries import impostor_levels
from db.queries.impostor_levels import Level, Sampled, StoredLevel
from embeddings.core.types import Vector
from embeddings.core.vectors import decode_vector, template
from embeddings.scores.impostor_level import ImpostorLevel, impostor_level
from embeddings.scores.references import reference

MIN_PEOPLE = 10
"""With fewer people the level tells more of who happens to be enrolled than of the gallery: with five, the upper end of
its interval lies 0.11 above the level on average, and more than 0.2 in one gallery of twenty (SFace, LFW)."""

SAMPLE = 400
"""People compared with each other: 80,000 pairs, in a second."""

GROWTH = 1.25
"""A gallery is looked at again when it has so many times the people it had the last time, or so many times fewer."""

MAX_AGE = timedelta(days=7)
"""And when so much time has passed, since others may have come and gone."""

logger = logging.getLogger(__name__)


def due(gallery_people: int, estimated: StoredLevel | None, now: datetime) -> bool:
    """Whether a gallery of so many people should be looked at: for the first time, or again as it has changed."""
    if gallery_people < MIN_PEOPLE:
        return False
    if estimated is None or now - estimated.estimated_at >= MAX_AGE:
        return True
    then = estimated.level.gallery_people
    return gallery_people >= GROWTH * then or GROWTH * gallery_people <= then


def re_estimate(database: Database, model_id: str, people: int) -> Level | None:
    """Estimates the level of a gallery of about so many people and stores it; not for the middle of a request.

    None where another process is at it, or there are too few people whose captures can be read.
    """
    with database.unit_of_work() as work:
        if not impostor_levels.try_lock(work.session):
            return None
        sampled = impostor_levels.sample(work.session, model_id, SAMPLE, people)
        level = estimate_level(sampled, people, reference(model_id).same_person)
        if level is not None:
            impostor_levels.store(work.session, model_id, level)
    return level


def estimate_level(sampled: Sequence[Sampled], gallery_people: int, same_person: float) -> Level | None:
    """The level of the scores between different people; None where there are too few.

    Args:
        sampled: people with their captures; those whose captures cannot be read are left out.
        gallery_people: how many are enrolled.
        same_person: the score from which two accounts may be one person, ``Reference.same_person``.
    """
    people = [captures for person in sampled if (captures := _captures(person))]
    if len(people) < MIN_PEOPLE:
        return None
    level = impostor_level(people)
    return Level(
        gallery_people, level.people, _suspected_pairs(people, same_person), level.value, level.low, level.high
    )


def known_level(stored: StoredLevel | None, gallery_people: int) -> ImpostorLevel | None:
    """The level to go by; None where none is known, or it tells of people who are no longer enrolled."""
    if stored is None or gallery_people < MIN_PEOPLE:
        return None
    level = stored.level
    return ImpostorLevel(level.value, level.low, level.high, level.sampled_people)


def _captures(person: Sampled) -> list[Vector]:
    """The person's captures; none where the document holds something else."""
    try:
        return [decode_vector(text) for text in person.captures]
    except ValueError:
        logger.warning("facial_data of user %s holds embeddings that cannot be read", person.user_id)
        return []


def _suspected_pairs(people: Sequence[Sequence[Vector]], same_person: float) -> int:
    """How many pairs of accounts have templates as alike as one person's."""
    templates = np.stack([template(captures) for captures in people])
    first, second = np.triu_indices(len(people), 1)
    return int(((templates @ templates.T)[first, second] >= same_person).sum())
