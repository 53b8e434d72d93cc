"""Counts the people with a template of a model, at a cost that does not grow with the gallery."""

from collections.abc import Collection

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from db.core import citus

EXACT_COUNT = 10_000
"""Templates counted exactly. Above, the error of the estimate changes a cut-off by less than its third digit."""

_COUNT = text("""
    SELECT count(*) FROM (SELECT 1 FROM face_templates WHERE model_id = :model_id LIMIT :limit) AS few
""")

_ESTIMATE = text("""
    SELECT greatest(reltuples, pg_stat_get_live_tuples(oid)) FROM pg_class WHERE oid = 'face_templates'::regclass
""")


def count_templates(source: Session | Connection, model_id: str) -> int:
    """Counts all templates of a model."""
    return int(source.execute(_COUNT, {"model_id": model_id, "limit": None}).scalar_one())


def estimate_templates(source: Session | Connection, model_id: str) -> int:
    """Returns the number of a model's templates: exact up to ``EXACT_COUNT``, above it the server's estimate.

    The estimate lags a little. If there are several models, it counts the templates of all of them, so it is too high;
    :func:`total_of` adds such numbers up.
    """
    counted = int(source.execute(_COUNT, {"model_id": model_id, "limit": EXACT_COUNT}).scalar_one())
    if counted < EXACT_COUNT:
        return counted
    if citus.is_distributed(source):
        return max(EXACT_COUNT, citus.estimated_rows(source))
    return max(EXACT_COUNT, int(source.execute(_ESTIMATE).scalar_one()))


def total_of(templates: Collection[int]) -> int:
    """Returns the number of templates of several models together, from each model's :func:`estimate_templates`.

    A number above ``EXACT_COUNT`` already counts the templates of all models, so numbers are added only up to it.
    """
    return max(sum(min(count, EXACT_COUNT) for count in templates), *templates, 0)
