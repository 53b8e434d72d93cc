"""Tells whether some process works on a vector index, and how far a build is."""

from dataclasses import dataclass

from sqlalchemy import text

from db.core.engine import Database
from db.search.index import LOCK_KEY
from db.search.index_use import state_sql

_UNDER_WAY = """
    SELECT {state} AS state, work.pid IS NOT NULL AS is_under_way, building.phase,
           building.tuples_done, building.tuples_total
    FROM (SELECT 1) AS one
    LEFT JOIN (
        SELECT pid FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (classid::bigint << 32) + objid::bigint = :key
    ) AS work ON true
    LEFT JOIN pg_stat_progress_create_index AS building ON building.pid = work.pid
"""
"""The lock of ``db.search.index`` as ``pg_locks`` shows a key of 64 bits (documentation of PostgreSQL, 53.13)."""


@dataclass(frozen=True)
class IndexWork:
    """Work on a vector index, by any process.

    Attributes:
        is_under_way: whether a process builds, measures or drops an index.
        phase: what a build does now, in the words of PostgreSQL and pgvector; None for other work.
        share: the share of the templates done in this phase, 0 to 1; None if it does not count them.
        state: a text that changes when the model's index is replaced or its comment changes; None without an index.
    """

    is_under_way: bool
    phase: str | None
    share: float | None
    state: str | None


def work_under_way(database: Database, model_id: str) -> IndexWork:
    """Returns the work under way, and the state of a model's index."""
    with database.unit_of_work() as work:
        row = work.session.execute(text(_UNDER_WAY.format(state=state_sql([model_id]))), {"key": LOCK_KEY}).one()
    share = min(1.0, row.tuples_done / row.tuples_total) if row.tuples_total else None
    return IndexWork(row.is_under_way, row.phase, share, row.state)
