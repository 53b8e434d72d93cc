"""How alike different people are in the service's own gallery: captures compared with other people's templates."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from db import impostor_tails
from db.engine import Database
from db.impostor_tails import Sampled, StoredTail
from embeddings.references import reference
from embeddings.score_tail import Floats, ImpostorScores, Integers, ScoreTail, fit_tail
from embeddings.types import Vector
from embeddings.vectors import decode_vector

MIN_PEOPLE = 20
"""With fewer people there are too few pairs to tell a gallery from the reference."""

SAMPLE = 400
"""People compared with each other: 800,000 scores with five captures each, in a few seconds."""

GROWTH = 1.25
"""A gallery is looked at again when it has so many times the people it had the last time."""

MAX_AGE = timedelta(days=7)
"""And when so much time has passed, whatever its size: whom it has lost may have been the ones that were alike."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Estimate:
    """What was learnt from a gallery.

    Attributes:
        tail: of the scores between different people.
        suspected_pairs: pairs of accounts that were left out of it as they look like one person.
    """

    tail: ScoreTail
    suspected_pairs: int


def due(gallery_people: int, estimated: StoredTail | None, now: datetime) -> bool:
    """Whether a gallery of so many people should be looked at: for the first time, or again as it has changed."""
    if gallery_people < MIN_PEOPLE:
        return False
    if estimated is None or now - estimated.estimated_at >= MAX_AGE:
        return True
    then = estimated.gallery_people
    return gallery_people >= GROWTH * then or GROWTH * gallery_people <= then


def re_estimate(database: Database, model_id: str, people: int) -> Estimate | None:
    """Learns from the gallery and keeps what was learnt; None where another process is at it or it can't be told.

    Takes seconds; not for the middle of a request.
    """
    with database.unit_of_work() as work:
        if not impostor_tails.try_lock(work.session):
            return None
        sampled = impostor_tails.sample(work.session, model_id, SAMPLE, people)
        estimate = estimate_tail(sampled, reference(model_id).same_person)
        if estimate is not None:
            tail = estimate.tail.as_json()
            impostor_tails.store(work.session, model_id, people, estimate.suspected_pairs, tail)
    return estimate


def estimate_tail(sampled: Sequence[Sampled], same_person: float) -> Estimate | None:
    """The tail of the scores between different people; None where there are too few.

    Somebody who is enrolled twice would pass for two people who are very alike, and a handful of such pairs would bend
    the whole tail. Pairs of accounts of which any capture reaches ``same_person`` are left out, and counted.

    Args:
        sampled: people with their captures; whose captures cannot be read is left out.
        same_person: the score from which on two accounts may be one person, ``Reference.same_person``.
    """
    people = [(person, vectors) for person in sampled if (vectors := _vectors(person))]
    if len(people) < MIN_PEOPLE:
        return None
    templates = np.stack([person.template for person, _ in people])
    scores = (np.concatenate([vectors for _, vectors in people]) @ templates.T).astype(np.float64)
    captured = np.repeat(np.arange(len(people)), [len(vectors) for _, vectors in people])
    own = captured[:, np.newaxis] == np.arange(len(people))
    alike = np.maximum.reduceat(scores, np.flatnonzero(np.diff(captured, prepend=-1)), axis=0)
    suspected = np.maximum(alike, alike.T) >= same_person
    np.fill_diagonal(suspected, False)
    try:
        tail = fit_tail(_impostor_scores(scores, captured, own | suspected[captured]))
    except ValueError:
        return None
    return Estimate(tail, int(suspected.sum()) // 2)


def _vectors(person: Sampled) -> list[Vector]:
    """The person's captures; none where the document holds something else."""
    try:
        vectors = [decode_vector(text) for text in person.captures]
    except ValueError:
        vectors = []
    if any(vector.shape != person.template.shape for vector in vectors):
        vectors = []
    if person.captures and not vectors:
        logger.warning("facial_data of user %s holds embeddings that cannot be read", person.user_id)
    return vectors


def _impostor_scores(scores: Floats, captured: Integers, left_out: NDArray[np.bool_]) -> ImpostorScores:
    row, column = np.nonzero(~left_out)
    return ImpostorScores(scores[row, column], captured[row], column)
