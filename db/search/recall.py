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
"""People searched for; at a recall of 0.995 that is five missed, give or take two."""

SEED = 20261122
"""Makes a measurement the same each time it is made on the same rows."""


@dataclass(frozen=True)
class Trials:
    """People to search for. An exact search is assumed to find all of them.

    Attributes:
        user_ids: the people whom an exact search finds.
        queries: (people, dimension) float32 unit vectors, one for each.
    """

    user_ids: list[uuid.UUID]
    queries: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.user_ids)

    def pick(self, chosen: Sequence[int]) -> "Trials":
        """Those of them."""
        return Trials([self.user_ids[index] for index in chosen], self.queries[list(chosen)])


def draw_trials(connection: Connection, model_id: str, rows: int, similarities: Sequence[float]) -> Trials:
    """A sample of the people enrolled, each with a query vector as like their template as a login's capture is.

    The rest of a query vector is half the difference of two other people's templates, which is a direction in which
    faces differ, and half noise in all directions alike. Among 100,000 people such query vectors are found a little
    less often than captures are: 99.0 % where captures are found in 99.3 %. The difference alone is found in 97 %, and
    the noise alone in 99.6 %.

    Args:
        rows: how many templates of the model there are, about.
        similarities: cosines of captures with the templates of their own people, each as likely as the next.
    """
    found = connection.execute(text(draw(connection, model_id, SAMPLE, rows, SEED))).all()
    templates = np.array([parse_vector(row.embedding) for row in found], np.float32).reshape(len(found), -1)
    return Trials([row.user_id for row in found], _queries(templates, similarities))


def missed(
    connection: Connection, model_id: str, trials: Trials, form: IndexForm | None, effort: int = 0
) -> Sequence[int]:
    """Which of the trials end with somebody else first, or with nobody.

    Args:
        connection: one in autocommit mode.
        form: what the model's index is made of; None for an exact search.
        effort: how many lists are probed, or the ``ef_search`` of HNSW.
    """
    search = Search(model_id, trials.queries.shape[1], form)
    wrong = []
    with local_settings(connection, form.settings(effort) if form else {}):
        if citus.is_here(connection):
            citus.repeat_settings(connection)
        for index, (user_id, query) in enumerate(zip(trials.user_ids, trials.queries, strict=True)):
            if _first(connection, search, format_vector(query)) != user_id:
                wrong.append(index)
    return wrong


def _first(connection: Connection, search: Search, query: str) -> uuid.UUID | None:
    """Whose template is nearest, by the statement that a login would be answered by."""
    if citus.is_here(connection):
        return next((near.user_id for near in nearest_templates(connection, search, query, 1)), None)
    first = connection.execute(nearest_statement([search], 1), {"query_0": query}).first()
    return first.user_id if first else None


def crowding(connection: Connection, model_id: str, trials: Trials, form: IndexForm, effort: int, fair: float) -> float:
    """How many templates are in the lists that a search probes, on average, for each that would be if all were alike.

    Lists that many newcomers have joined hold more templates than others, and are those that most searches probe.

    Args:
        connection: as for :func:`missed`.
        trials: a few; each reads all that it counts.
        form: of an IVFFlat index.
        effort: how many lists are probed.
        fair: how many templates as many lists would hold if all were alike.
    """
    expression = form.expression
    ordering = f"{expression('embedding')} {form.operator} {expression('CAST(:query AS vector)')}"
    statement = text(f"""
        SELECT count(*) FROM (
            SELECT 1 FROM face_templates WHERE model_id = '{model_id}' ORDER BY {ordering}
        ) AS probed
    """)  # noqa: S608 (a model id that has an index)
    # Without sorting, the index alone is left to give the order.
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
    """The part of each vector at a right angle to the template beside it, as a unit vector."""
    across: NDArray[np.float32] = vectors - np.sum(vectors * templates, axis=1, keepdims=True) * templates
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return across
