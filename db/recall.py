"""How often a search through a model's index misses the right person, and how many probes it takes to find them."""

import uuid
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from db.sampling import parse_vector, percentage
from db.templates import nearest_statement

QUERY_COSINE = 0.7
"""How similar the query vectors are to the template they should find: a genuine login, and not an easy one."""

SAMPLE = 200
"""People searched for; a recall of 0.99 then means two missed."""

SEED = 20261122
"""Makes a measurement the same each time it is made on the same rows."""


@dataclass(frozen=True)
class Trials:
    """People to search for.

    Attributes:
        user_ids: who should be found.
        queries: (people, dimension) float32 unit vectors, one for each.
    """

    user_ids: list[uuid.UUID]
    queries: NDArray[np.float32]


def draw_trials(connection: Connection, model_id: str, rows: int) -> Trials:
    """A sample of the people enrolled, each with a query vector at ``QUERY_COSINE`` to their template.

    The rest of a query vector points along the difference of two other people's templates, so that it varies in the
    directions in which faces do: that is harder than noise in all directions alike.

    Args:
        rows: how many templates of the model there are, about.
    """
    statement = text("""
        SELECT user_id, embedding::text FROM face_templates TABLESAMPLE SYSTEM (:share) REPEATABLE (:seed)
        WHERE model_id = :model_id ORDER BY md5(user_id::text) LIMIT :limit
    """)
    parameters = {"share": percentage(SAMPLE, rows), "seed": SEED, "model_id": model_id, "limit": SAMPLE}
    found = connection.execute(statement, parameters).all()
    templates = np.array([parse_vector(row[1]) for row in found], np.float32)
    return Trials([row[0] for row in found], _queries(templates))


def measure(connection: Connection, model_id: str, trials: Trials, probes: int) -> float:
    """The share of the trials in which the right person comes first, with a number of probes.

    Args:
        connection: one in autocommit mode, whose setting of the probes is changed.
    """
    connection.execute(text("SELECT set_config('ivfflat.probes', :probes, false)"), {"probes": str(probes)})
    statement = nearest_statement({model_id: trials.queries.shape[1]}, 1)
    found = 0
    for user_id, query in zip(trials.user_ids, trials.queries, strict=True):
        first = connection.execute(statement, {"query_0": query}).first()
        found += first is not None and first.user_id == user_id
    return found / len(trials.user_ids)


def _queries(templates: NDArray[np.float32]) -> NDArray[np.float32]:
    noise = np.roll(templates, 1, axis=0) - np.roll(templates, 2, axis=0)
    noise -= np.sum(noise * templates, axis=1, keepdims=True) * templates
    noise /= np.maximum(np.linalg.norm(noise, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    queries: NDArray[np.float32] = QUERY_COSINE * templates + np.float32(np.sqrt(1 - QUERY_COSINE**2)) * noise
    return queries
