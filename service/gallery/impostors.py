"""Estimates how alike different people in this gallery are, by comparing their captures."""

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
"""With fewer people the level describes a few individuals rather than the gallery. With five, the upper end of its
interval lies 0.11 above the level on average, and more than 0.2 in one gallery of twenty (SFace, LFW)."""

SAMPLE = 400
"""People compared with each other: 80,000 pairs, in a second."""

GROWTH = 1.25
"""The level is estimated again when the number of people has grown or shrunk by this factor."""

MAX_AGE = timedelta(days=7)
"""The level is also estimated again after this time, because people may have been replaced by others."""

logger = logging.getLogger(__name__)


def due(gallery_people: int, estimated: StoredLevel | None, now: datetime) -> bool:
    """Whether to estimate the level of a gallery of so many people: for the first time, or because it has changed."""
    if gallery_people < MIN_PEOPLE:
        return False
    if estimated is None or now - estimated.estimated_at >= MAX_AGE:
        return True
    then = estimated.level.gallery_people
    return gallery_people >= GROWTH * then or GROWTH * gallery_people <= then


def re_estimate(database: Database, model_id: str, people: int) -> Level | None:
    """Estimates the level of a gallery of about so many people and stores it; too slow to do within a request.

    Returns None if another process is doing it, or if there are too few people with readable captures.
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
    """Estimates the level of the scores between different people; None if there are too few.

    Args:
        sampled: people with their captures; people whose captures cannot be read are ignored.
        gallery_people: the number of enrolled people.
        same_person: the score from which two accounts may belong to one person, ``Reference.same_person``.
    """
    people = [captures for person in sampled if (captures := _captures(person))]
    if len(people) < MIN_PEOPLE:
        return None
    level = impostor_level(people)
    return Level(
        gallery_people, level.people, _suspected_pairs(people, same_person), level.value, level.low, level.high
    )


def known_level(stored: StoredLevel | None, gallery_people: int) -> ImpostorLevel | None:
    """Returns the level to use; None if there is none, or the gallery now has too few people."""
    if stored is None or gallery_people < MIN_PEOPLE:
        return None
    level = stored.level
    return ImpostorLevel(level.value, level.low, level.high, level.sampled_people)


def _captures(person: Sampled) -> list[Vector]:
    """Returns the person's captures; empty if they cannot be read."""
    try:
        return [decode_vector(text) for text in person.captures]
    except ValueError:
        logger.warning("facial_data of user %s holds unreadable embeddings", person.user_id)
        return []


def _suspected_pairs(people: Sequence[Sequence[Vector]], same_person: float) -> int:
    """Counts the pairs of accounts whose templates are as alike as those of one person."""
    templates = np.stack([template(captures) for captures in people])
    first, second = np.triu_indices(len(people), 1)
    return int(((templates @ templates.T)[first, second] >= same_person).sum())
