"""Looks for accounts whose faces are so alike that one could be taken for the other.

It examines people in the order of their ids, a batch at a time. For each person it runs the search of a login, with the
person's template as the query. A pair is reported when the person with the higher id is examined. So no pair is
reported twice, and a person who signs up meanwhile with a lower id is still compared with those who follow. With an
index, the search misses a few pairs, at the rate at which logins miss people.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from db.core.engine import Database
from db.search import alike, templates
from db.search.alike import Enrolled
from db.search.templates import Candidate
from service.gallery.gallery import Gallery, Snapshot

BATCH = 200
"""Templates examined at most in one call."""

SECONDS = 2.0
"""A call stops after so many seconds, and returns where to continue. A search takes 1 ms, or 20 ms among a million
people."""

NEIGHBOURS = 10
"""The number of most similar people that are considered for each person."""


class Kind(StrEnum):
    """How alike two accounts are.

    Attributes:
        ONE_PERSON: at or above the cut-off of a search (1:N). Either user may be logged in to the other's account.
        LOOK_ALIKES: below that, and at or above the cut-off of a comparison with one person (1:1).
    """

    ONE_PERSON = "one_person"
    LOOK_ALIKES = "look_alikes"


@dataclass(frozen=True)
class Pair:
    """Two accounts that are alike, the earlier enrolment first; ``similarity`` is the cosine of their templates."""

    model_id: str
    similarity: float
    kind: Kind
    people: tuple[Enrolled, Enrolled]


@dataclass(frozen=True)
class AlikeReport:
    """What a call has found.

    Attributes:
        pairs: the most similar first.
        examined: the templates that the call has examined.
        templates: those of all models in use; an estimate in a large gallery.
        next: the id of the last person examined, after which the next call continues; None if nobody was left.
    """

    pairs: Sequence[Pair]
    examined: int
    templates: int
    next: UUID | None


@dataclass(frozen=True)
class _Found:
    first: UUID
    second: UUID
    candidate: Candidate


class Alike:
    """Looks for accounts that are alike. Locks nothing, and each search is a transaction of its own."""

    def __init__(self, database: Database, gallery: Gallery, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` returns monotonic seconds."""
        self._database = database
        self._gallery = gallery
        self._clock = clock

    def look(self, after: UUID | None) -> AlikeReport:
        """Examines the people after this id, or the first people if it is None. Raises DatabaseUnavailableError."""
        snapshot, until = self._gallery.snapshot(), self._clock() + SECONDS
        found: list[_Found] = []
        examined, last = 0, after
        with self._database.single_statements() as work:
            batch = alike.templates_after(work.session, list(snapshot.models), after, BATCH)
            for user_id, own in batch:
                candidates = templates.nearest(work.session, own, NEIGHBOURS + 1)
                found += [_Found(one.user_id, user_id, one) for one in _suspects(snapshot, user_id, candidates)]
                examined, last = examined + len(own), user_id
                if self._clock() >= until:
                    break
            people = alike.enrolled(work.session, {one for each in found for one in (each.first, each.second)})
        pairs = [
            _pair(snapshot, one.candidate, people[one.first], people[one.second])
            for one in found
            if one.first in people and one.second in people
        ]
        pairs.sort(key=lambda pair: -pair.similarity)
        return AlikeReport(pairs, examined, snapshot.templates, last if batch else None)


def _suspects(snapshot: Snapshot, user_id: UUID, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Returns the people with a lower id who are alike, each once, by the newest model that both have."""
    found: dict[UUID, Candidate] = {}
    for one in candidates:
        is_alike = one.similarity >= snapshot.models[one.model_id].decision.verify_cutoff
        if is_alike and one.user_id < user_id and not one.superseded:
            found.setdefault(one.user_id, one)
    return list(found.values())


def _pair(snapshot: Snapshot, candidate: Candidate, one: Enrolled, other: Enrolled) -> Pair:
    is_one = candidate.similarity >= snapshot.models[candidate.model_id].decision.cutoff
    kind = Kind.ONE_PERSON if is_one else Kind.LOOK_ALIKES
    first, second = sorted((one, other), key=lambda person: person.enrolled_at)
    return Pair(candidate.model_id, candidate.similarity, kind, (first, second))
