"""How alike different people are in the service's own gallery: captures compared with other people's templates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from db import impostor_tails
from db.engine import Database
from db.impostor_tails import Sampled
from embeddings.references import reference
from embeddings.score_tail import Floats, ImpostorScores, Integers, ScoreTail, fit_tail
from embeddings.vectors import decode_vector

MIN_PEOPLE = 20
"""With fewer people there are too few pairs to tell a gallery from the reference."""

SAMPLE = 400
"""People compared with each other: 800,000 scores with five captures each, in a few seconds."""

GROWTH = 1.25
"""A gallery is looked at again when it has so many times the people it had the last time."""

GENUINE_SHARE = 0.1
"""Two accounts are suspected to be one person where a capture is as like the other's template as nine in ten captures
are like their own."""

UNLIKELY_PAIRS = 0.01
"""And where so few pairs of different people that alike are to be expected in the whole sample."""


@dataclass(frozen=True)
class Estimate:
    """What was learnt from a gallery.

    Attributes:
        tail: of the scores between different people.
        suspected_pairs: pairs of accounts that were left out of it as they look like one person.
    """

    tail: ScoreTail
    suspected_pairs: int


def due(gallery_people: int, people_then: int | None) -> bool:
    """Whether a gallery of so many people should be looked at, when it had ``people_then`` the last time."""
    return gallery_people >= MIN_PEOPLE and (people_then is None or gallery_people >= GROWTH * people_then)


def re_estimate(database: Database, model_id: str, people: int) -> Estimate | None:
    """Learns from the gallery and keeps what was learnt; None where another process is at it or it can't be told.

    Takes seconds; not for the middle of a request.
    """
    with database.unit_of_work() as work:
        if not impostor_tails.try_lock(work.session):
            return None
        sampled = impostor_tails.sample(work.session, model_id, SAMPLE, people)
        estimate = estimate_tail(sampled, same_person=reference(model_id).genuine_at(GENUINE_SHARE))
        if estimate is not None:
            tail = estimate.tail.as_json()
            impostor_tails.store(work.session, model_id, people, estimate.suspected_pairs, tail)
    return estimate


def estimate_tail(sampled: Sequence[Sampled], same_person: float) -> Estimate | None:
    """The tail of the scores between different people; None where there are too few.

    Somebody who is enrolled twice would pass for two people who are very alike. Such pairs are left out: those that
    reach ``same_person`` though the others' scores make that most unlikely between different people.

    Args:
        sampled: people with their captures.
        same_person: the score from which on two accounts may be one person.
    """
    people = [person for person in sampled if person.captures]
    if len(people) < MIN_PEOPLE:
        return None
    scores, captured = _scores(people)
    own = captured[:, np.newaxis] == np.arange(len(people))
    alike = np.maximum.reduceat(scores, np.flatnonzero(np.diff(captured, prepend=-1)), axis=0)
    alike = np.maximum(alike, alike.T)
    try:
        without = fit_tail(_impostor_scores(scores, captured, own | (alike >= same_person)[captured]))
        limit = max(same_person, without.score_at_most(UNLIKELY_PAIRS / scores.size))
        suspected = alike >= limit
        np.fill_diagonal(suspected, False)
        tail = fit_tail(_impostor_scores(scores, captured, own | suspected[captured]))
    except ValueError:
        return None
    return Estimate(tail, int(suspected.sum()) // 2)


def _scores(people: Sequence[Sampled]) -> tuple[Floats, Integers]:
    """Every capture against every template, (captures, people), and whose each capture is."""
    captures = [(number, decode_vector(text)) for number, person in enumerate(people) for text in person.captures]
    templates = np.stack([person.template for person in people])
    scores = (np.stack([vector for _, vector in captures]) @ templates.T).astype(np.float64)
    return scores, np.array([number for number, _ in captures])


def _impostor_scores(scores: Floats, captured: Integers, left_out: NDArray[np.bool_]) -> ImpostorScores:
    row, column = np.nonzero(~left_out)
    return ImpostorScores(scores[row, column], captured[row], column)
