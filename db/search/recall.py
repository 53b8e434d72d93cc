"""Measures how often a search through a model's index misses the right person."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from db.core import citus
from db.core.index_form import IndexForm
from db.core.local_settings import local_settings
from db.core.sampling import draw
from db.core.vector_text import format_vector, parse_vector
from db.search.shard_search import nearest_templates
from db.search.statement import Search, nearest_statement

SAMPLE = 1_000
"""The number of people searched for. At a recall of 0.995, about five of them are missed, with a deviation of two."""

SEED = 20261122
"""Seeds all random draws, so that a measurement on the same rows gives the same result."""


@dataclass(frozen=True)
class Trials:
    """People to search for. An exact search is assumed to find all of them.

    Attributes:
        user_ids: the people to find.
        queries: (people, dimension) float32 unit vectors; one query for each person.
    """

    user_ids: list[uuid.UUID]
    queries: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.user_ids)

    def pick(self, chosen: Sequence[int]) -> "Trials":
        """Returns the trials with these indices."""
        return Trials([self.user_ids[index] for index in chosen], self.queries[list(chosen)])


def draw_trials(connection: Connection, model_id: str, rows: int, similarities: Sequence[float]) -> Trials:
    """Draws a sample of the enrolled people, each with a query vector that simulates a capture.

    The cosine of a query vector to the person's template is drawn from ``similarities``. The rest of the vector is at a
    right angle to the template. Half of it is the difference of two other people's templates, because faces differ in
    such directions; half is noise, which is equal in all directions. Among 100,000 people, the index finds 99.0 % of
    such query vectors and 99.3 % of captures, so they are slightly too hard. With the difference alone it finds 97 %,
    with the noise alone 99.6 %.

    Args:
        rows: the approximate number of templates of the model.
        similarities: equally likely cosines of captures with the templates of their own people.
    """
    found = connection.execute(text(draw(connection, model_id, SAMPLE, rows, SEED))).all()
    templates = np.array([parse_vector(row.embedding) for row in found], np.float32).reshape(len(found), -1)
    return Trials([row.user_id for row in found], _queries(templates, similarities))


def missed(
    connection: Connection, model_id: str, trials: Trials, form: IndexForm | None, effort: int = 0
) -> Sequence[int]:
    """Returns the indices of the trials in which somebody else is the nearest person, or nobody is found.

    Args:
        connection: one in autocommit mode.
        form: the form of the model's index; None for an exact search.
        effort: the number of lists to probe, or the ``ef_search`` of HNSW.
    """
    search = Search(model_id, trials.queries.shape[1], form)
    wrong = []
    with local_settings(connection, form.settings(effort) if form else {}):
        if citus.is_installed(connection):
            citus.repeat_settings(connection)
        for index, (user_id, query) in enumerate(zip(trials.user_ids, trials.queries, strict=True)):
            if _first(connection, search, format_vector(query)) != user_id:
                wrong.append(index)
    return wrong


def _first(connection: Connection, search: Search, query: str) -> uuid.UUID | None:
    """Returns the person with the nearest template, by the search statement of logins."""
    if citus.is_installed(connection):
        return next((near.user_id for near in nearest_templates(connection, search, query, 1)), None)
    first = connection.execute(nearest_statement([search], 1), {"query_0": query}).first()
    return first.user_id if first else None


def crowding(connection: Connection, model_id: str, trials: Trials, form: IndexForm, effort: int, fair: float) -> float:
    """Returns the average number of templates in the lists that a search probes, relative to lists of equal size.

    It is above 1 if many new templates fall into few lists, because most searches probe those lists.

    Args:
        connection: as for :func:`missed`.
        trials: a few, because each search reads all the templates that it counts.
        form: the form of an IVFFlat index.
        effort: the number of lists to probe.
        fair: the number of templates in that many lists if all lists had the same size.
    """
    expression = form.expression
    ordering = f"{expression('embedding')} {form.operator} {expression('CAST(:query AS vector)')}"
    statement = text(f"""
        SELECT count(*) FROM (
            SELECT 1 FROM face_templates WHERE model_id = '{model_id}' ORDER BY {ordering}
        ) AS probed
    """)  # noqa: S608 (a model id that has an index)
    # Without sorting, the planner has to use the index for the order.
    probing = {**form.settings(effort), "ivfflat.iterative_scan": "off", "enable_sort": "off"}
    with local_settings(connection, probing):
        counts = [
            connection.execute(statement, {"query": format_vector(query)}).scalar_one() for query in trials.queries
        ]
    return float(np.mean(counts)) / fair


def _queries(templates: NDArray[np.float32], similarities: Sequence[float]) -> NDArray[np.float32]:
    random = np.random.default_rng(SEED)
    differences = np.roll(templates, 1, axis=0) - np.roll(templates, 2, axis=0)
    noise = random.standard_normal(templates.shape, dtype=np.float32)
    rest = _across(_across(differences, templates) + _across(noise, templates), templates)
    drawn = random.choice(np.asarray(similarities, np.float32), (len(templates), 1))
    queries: NDArray[np.float32] = drawn * templates + np.sqrt(1 - drawn**2) * rest
    return queries


def _across(vectors: NDArray[np.float32], templates: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the part of each vector at a right angle to its template (the same row), as a unit vector."""
    across: NDArray[np.float32] = vectors - np.sum(vectors * templates, axis=1, keepdims=True) * templates
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return across
