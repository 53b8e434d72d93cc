"""Measures searches of a gallery in the database: their times, and how often the right person comes first."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, TextualSelect

from benchmarks.common.gallery import Seeded
from benchmarks.common.timings import Timing, summarise
from db.core.engine import Database
from db.core.index_form import IndexForm, Method, Storage
from db.core.vector_text import format_vector
from db.search import templates
from db.search.index_build import build
from db.search.index_status import index_status
from db.search.statement import Search, nearest_statement
from embeddings.core.models import ModelCard
from embeddings.core.types import Vector
from service.domain.budget import Budget
from service.domain.decision import Outcome
from service.gallery.gallery import Gallery, Snapshot

SHARES = (0.005, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.25)
"""The shares of an IVFFlat index's lists to probe, from very few to a quarter."""

EF_SEARCH = (40, 60, 100, 160, 250, 400, 700, 1_000)
"""The values of ``ef_search`` to try for HNSW."""

ENOUGH = 0.999
"""A frontier ends at this hit rate."""

BUDGET = Budget(fpir=0.001, fmr=0.0001)
"""The service's defaults."""

WARM_UP_SHARE = 0.1
"""Untimed searches before the timed ones, as a share of them."""


@dataclass(frozen=True)
class Found:
    """The result of searches.

    Attributes:
        hit_rate: how often the right person came first, 0 to 1.
        timing: of a search, from the query vector to the people found, in milliseconds.
    """

    hit_rate: float
    timing: Timing

    def as_dict(self) -> dict[str, Any]:
        """Returns the figures for a result file."""
        return {"hit_rate": self.hit_rate, **self.timing.as_dict()}


def snapshot_now(database: Database, card: ModelCard) -> Snapshot:
    """Returns the gallery as a service with the default budget sees it."""
    return Gallery(database, [card], BUDGET).snapshot()


def search_as_a_login_does(
    database: Database, card: ModelCard, seeded: Seeded, searches: int, snapshot: Snapshot
) -> Found:
    """Searches as a login does. A second look follows if the first finds no match."""

    def first(query: Vector) -> int | None:
        with database.single_statements() as work:
            found = templates.nearest(work.session, {card.model_id: query}, is_enough=snapshot.is_match)
        return found[0].user_id.int if found else None

    return time_searches(first, seeded, searches)


def search_exactly(database: Database, card: ModelCard, seeded: Seeded, searches: int) -> Found:
    """Runs the same statement without an index."""
    statement = nearest_statement([Search(card.model_id, card.dimension)], 2)
    with database.autocommit() as connection:
        return time_searches(partial(_first, connection, statement), seeded, searches)


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of logins by enrolled people at the cut-off in force.

    Attributes:
        cutoff: the minimal similarity of a match.
        fnir: the share that was not matched with the right person.
        fnir_exact: the share if the index missed nobody.
    """

    cutoff: float
    fnir: float
    fnir_exact: float

    def as_dict(self) -> dict[str, float]:
        """Returns the figures for a result file."""
        return asdict(self)


def decide(database: Database, card: ModelCard, seeded: Seeded, snapshot: Snapshot) -> Outcomes:
    """Searches for everybody, and decides as the service does."""
    decision = snapshot.models[card.model_id].decision
    missed = missed_exactly = 0
    for user_id, query in zip(seeded.user_ids, seeded.queries, strict=True):
        with database.unit_of_work() as work:
            found = templates.nearest(work.session, {card.model_id: query}, is_enough=snapshot.is_match)
            verdict = snapshot.identify(found)
            own = templates.of_user(work.session, {card.model_id: query}, user_id)
        right = verdict.outcome is Outcome.MATCHED and verdict.candidate and verdict.candidate.user_id == user_id
        missed += not right
        missed_exactly += own is None or own.similarity < decision.cutoff
    people = len(seeded.user_ids)
    return Outcomes(decision.cutoff, missed / people, missed_exactly / people)


@dataclass(frozen=True)
class Point:
    """One search effort with one index."""

    effort: int
    found: Found

    def as_dict(self) -> dict[str, Any]:
        """Returns the figures for a result file."""
        return {"effort": self.effort, **self.found.as_dict()}


@dataclass(frozen=True)
class Frontier:
    """The cost and the recall of one kind of index.

    Attributes:
        form: the kind in words.
        build_seconds: until it was usable, without other users of the database.
        megabytes: on disk.
        points: by ascending effort.
    """

    form: str
    build_seconds: float
    megabytes: float
    points: Sequence[Point]

    def as_dict(self) -> dict[str, Any]:
        """Returns the figures for a result file."""
        return {**asdict(self), "points": [point.as_dict() for point in self.points]}


def kinds_of_index(card: ModelCard) -> Sequence[IndexForm]:
    """Returns every kind to compare; the last one is what the service builds, and stays."""
    ivfflat = [IndexForm(card.dimension, storage=storage) for storage in (Storage.BIT, Storage.VECTOR, Storage.HALFVEC)]
    return [IndexForm(card.dimension, Method.HNSW, Storage.HALFVEC), *ivfflat]


def frontiers(database: Database, card: ModelCard, seeded: Seeded, searches: int) -> Iterator[Frontier]:
    """Builds one kind of index after the other in place of the model's, and searches with growing effort.

    The last one stays.
    """
    for form in kinds_of_index(card):
        start = time.perf_counter()
        with database.autocommit() as connection:
            build(connection, index_status(database, card.model_id), form)
        seconds = time.perf_counter() - start
        status = index_status(database, card.model_id)
        points = list(_points(database, card, form, status.lists or 0, seeded, searches))
        yield Frontier(form.in_words(), seconds, (status.size or 0) / 2**20, points)


def _points(
    database: Database, card: ModelCard, form: IndexForm, lists: int, seeded: Seeded, searches: int
) -> Iterator[Point]:
    efforts = EF_SEARCH if form.method is Method.HNSW else sorted({math.ceil(share * lists) for share in SHARES})
    statement = nearest_statement([Search(card.model_id, card.dimension, form)], 2)
    with database.autocommit() as connection:
        for effort in efforts:
            for setting, value in form.settings(effort).items():
                connection.exec_driver_sql(f"SET {setting} = {value}")
            found = time_searches(partial(_first, connection, statement), seeded, searches)
            yield Point(effort, found)
            if found.hit_rate >= ENOUGH:
                return


def _first(connection: Connection, statement: TextualSelect, query: Vector) -> int | None:
    """Returns the id of the first person as a number."""
    row = connection.execute(statement, {"query_0": format_vector(query)}).first()
    return row.user_id.int if row else None


def time_searches(first: Callable[[Vector], int | None], seeded: Seeded, searches: int) -> Found:
    """Searches for some of the people, one after the other.

    Args:
        first: returns the id of the first person as a number; None for nobody.
        seeded: the people to search for.
        searches: the number of searches.
    """
    for query in seeded.queries[: math.ceil(WARM_UP_SHARE * searches)]:
        first(query)
    hits, milliseconds = 0, []
    for user_id, query in zip(seeded.user_ids[:searches], seeded.queries[:searches], strict=True):
        start = time.perf_counter()
        found = first(query)
        milliseconds.append((time.perf_counter() - start) * 1000)
        hits += found == user_id.int
    return Found(hits / len(milliseconds), summarise(milliseconds))
