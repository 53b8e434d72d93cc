"""Building a vector index while reads and writes go on, and clearing away what a build that was cut off has left.

A new index is built under a name of its own. It takes the old one's place by two renamings in one transaction, so that
there is an index at every moment, whatever happens in between.
"""

import logging
import math
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from db.index_comment import IndexComment
from db.index_form import IndexForm, Method
from db.index_status import IndexStatus
from db.local_settings import local_settings
from db.models import check_model_id

logger = logging.getLogger(__name__)

NEW, OLD = "ix_face_templates_new", "ix_face_templates_old"
"""What an index is called until it takes its place, and once another one has taken it. Whoever holds the advisory lock
of ``db.index`` finds either only after a crash."""

LISTS_PER_ROOT, MANY_LISTS = 2, 2_000
"""Lists for each square root of the rows, up to so many. The more, the fewer templates must be looked at to find a
person, and the longer training takes: with a million people 2,000 lists need a tenth less than 1,000, and 3,000 nothing
less again (measured)."""

HNSW_LINKS, HNSW_BREADTH = 16, 64
"""pgvector's ``m`` and ``ef_construction``, its defaults."""

LOCK_TIMEOUT = "5s"
"""How long the renaming may wait, and make others wait behind it."""

MEMORY_MARGIN = 1.25
"""What to allow beyond the memory that pgvector counts (ivfkmeans.c, hnswbuild.c)."""

MIN_MEMORY = 64
"""Megabytes: PostgreSQL's default of maintenance_work_mem."""


def lists_for(rows: int) -> int:
    """How many lists to divide a number of templates into."""
    root = math.sqrt(rows)
    return max(1, round(max(root, min(LISTS_PER_ROOT * root, MANY_LISTS))))


def memory_for(form: IndexForm, rows: int) -> int:
    """Megabytes of maintenance_work_mem that building takes.

    For IVFFlat pgvector samples 50 rows a list, at least 10,000, and keeps them, a bound for every pair of sample and
    list, the lists' centres and the distances between them, as float32 (ivfbuild.c, ivfkmeans.c). HNSW is many times
    as fast while its whole graph fits: the vectors, and twice the links on the lowest layer.
    """
    if form.method is Method.HNSW:
        size = rows * (form.bytes_each + 32 * HNSW_LINKS)
    else:
        lists = lists_for(rows)
        samples = max(50 * lists, 10_000)
        size = samples * (form.bytes_each + 4 * lists) + lists * (12 * form.dimension + 4 * lists)
    return max(MIN_MEMORY, math.ceil(MEMORY_MARGIN * size / 2**20))


def build(connection: Connection, status: IndexStatus, form: IndexForm) -> None:
    """Builds a model's index from the rows there are, in the place of the one there is.

    On shards it is not built concurrently: only a setting of a transaction reaches their servers, and they need the
    memory. Searches go on meanwhile, and sign-ups wait.

    Args:
        connection: one in autocommit mode, alone at this by the lock of ``db.index``.
        status: as it is before.
        form: what to build.
    """
    rows = status.rows_each
    lists = lists_for(rows) if form.method is Method.IVFFLAT else None
    options = f"m = {HNSW_LINKS}, ef_construction = {HNSW_BREADTH}" if lists is None else f"lists = {lists}"
    logger.info("building %s: %s, %s, %d rows", status.name, form.in_words(), options, rows)
    index = (
        f"{NEW} ON face_templates USING {form.method} (({form.expression('embedding')}) {form.operator_class}) "
        f"WITH ({options}) WHERE model_id = '{check_model_id(status.model_id)}'"
    )
    memory = f"{memory_for(form, rows)}MB"
    if status.shards is None:
        execute(connection, f"SET maintenance_work_mem = '{memory}'")
        execute(connection, f"CREATE INDEX CONCURRENTLY {index}")
    else:
        with local_settings(connection, {"maintenance_work_mem": memory}):
            execute(connection, f"CREATE INDEX {index}")
    comment = IndexComment(status.rows, datetime.now(UTC)).as_text(status.model_id, form, lists, status.shards)
    execute(connection, f"COMMENT ON INDEX {NEW} IS '{comment}'")
    _take_its_place(connection, status)
    execute(connection, "ANALYZE face_templates")


def drop_leftovers(connection: Connection) -> None:
    """Drops what builds that were cut off have left: indexes that cost writes and serve nobody."""
    for leftover in (NEW, OLD):
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": leftover}).scalar_one() is not None:
            logger.warning("dropping %s, which an unfinished build has left", leftover)
            execute(connection, f"DROP INDEX CONCURRENTLY IF EXISTS {leftover}")


def execute(connection: Connection, statement: str) -> None:
    """Runs a statement that takes no parameters, with names and numbers of this package in it."""
    connection.exec_driver_sql(statement)


def _take_its_place(connection: Connection, status: IndexStatus) -> None:
    with local_settings(connection, {"lock_timeout": LOCK_TIMEOUT}):
        if status.exists:
            execute(connection, f"ALTER INDEX {status.name} RENAME TO {OLD}")
        execute(connection, f"ALTER INDEX {NEW} RENAME TO {status.name}")
    if status.exists:
        execute(connection, f"DROP INDEX CONCURRENTLY {OLD}")
