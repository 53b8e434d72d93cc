"""Builds a vector index while reads and writes continue, and removes what interrupted builds have left.

A new index is built under its own name. Two renamings in one transaction then replace the old index, so that there is
an index at every moment, even after a crash.
"""

import logging
import math
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from db.core.index_form import IndexForm, Method
from db.core.local_settings import local_settings
from db.core.models import check_model_id
from db.search.index_comment import IndexComment
from db.search.index_status import IndexStatus
from db.search.index_use import NEW, index_name

logger = logging.getLogger(__name__)

OLD = "ix_face_templates_old"
"""The name of an index that has been replaced. The holder of the advisory lock of ``db.search.index`` finds an index
with this name or the name ``NEW`` only after a crash."""

LISTS_PER_ROOT, MANY_LISTS = 2, 2_000
"""Lists for each square root of the rows, and the maximal number of lists. With more lists a search reads fewer
templates, but training takes longer. With a million people, 2,000 lists need a tenth fewer templates than 1,000, and
3,000 need no fewer than 2,000 (measured)."""

HNSW_LINKS, HNSW_BREADTH = 16, 64
"""pgvector's ``m`` and ``ef_construction``, at its defaults."""

LOCK_TIMEOUT = "5s"
"""The longest time that the renaming may wait for its lock, because other statements wait behind it."""

MEMORY_MARGIN = 1.25
"""The factor on the memory that pgvector's own formulas give (ivfkmeans.c, hnswbuild.c)."""

BUFFERS = 4
"""A build may use this many times the server's shared buffers. That is half of the memory if the shared buffers are an
eighth of it, as on the embedded server."""

MIN_MEMORY = 64
"""MiB; PostgreSQL's default of maintenance_work_mem."""


def lists_for(rows: int) -> int:
    """Returns the number of lists for a number of templates."""
    root = math.sqrt(rows)
    return max(1, round(max(root, min(LISTS_PER_ROOT * root, MANY_LISTS))))


def lists_within(form: IndexForm, rows: int, memory_mib: int) -> int:
    """Returns the number of lists, reduced until the training fits in the memory."""
    lists = lists_for(rows)
    while lists > 1 and memory_for(form, rows, lists) > memory_mib:
        lists = lists * 9 // 10
    return lists


def memory_for(form: IndexForm, rows: int, lists: int) -> int:
    """Returns the MiB of maintenance_work_mem that a build needs.

    For IVFFlat, pgvector samples 50 rows a list, at least 10,000. It keeps the samples, a bound for every pair of
    sample and list, the lists' centres and the distances between them, as float32 (ivfbuild.c, ivfkmeans.c). HNSW is
    many times faster while its whole graph fits: the vectors, and twice the links on the lowest layer.
    """
    if form.method is Method.HNSW:
        size = rows * (form.bytes_each + 32 * HNSW_LINKS)
    else:
        samples = max(50 * lists, 10_000)
        size = samples * (form.bytes_each + 4 * lists) + lists * (12 * form.dimension + 4 * lists)
    return max(MIN_MEMORY, math.ceil(MEMORY_MARGIN * size / 2**20))


def build(connection: Connection, status: IndexStatus, form: IndexForm) -> None:
    """Builds a model's index from the current rows, and replaces the old index if there is one.

    On shards the build is not concurrent: the servers need the memory setting, and only a transaction's settings reach
    them. Searches continue meanwhile, but sign-ups wait.

    Args:
        connection: one in autocommit mode, whose caller has the lock of ``db.search.index``.
        status: the status before the build.
        form: the form to build.
    """
    rows = status.rows_each
    lists = lists_within(form, rows, _most_memory(connection)) if form.method is Method.IVFFLAT else None
    options = f"m = {HNSW_LINKS}, ef_construction = {HNSW_BREADTH}" if lists is None else f"lists = {lists}"
    logger.info("building %s: %s, %s, %d rows", status.name, form.in_words(), options, rows)
    index = (
        f"{NEW} ON face_templates USING {form.method} (({form.expression('embedding')}) {form.operator_class}) "
        f"WITH ({options}) WHERE model_id = '{check_model_id(status.model_id)}'"
    )
    memory = f"{min(memory_for(form, rows, lists or 0), _most_memory(connection))}MB"
    if status.shards is None:
        execute(connection, f"SET maintenance_work_mem = '{memory}'")
        execute(connection, f"CREATE INDEX CONCURRENTLY {index}")
    else:
        with local_settings(connection, {"maintenance_work_mem": memory}):
            execute(connection, f"CREATE INDEX {index}")
    comment = IndexComment(status.rows, datetime.now(UTC)).as_text(status.model_id, form, lists, status.shards)
    execute(connection, f"COMMENT ON INDEX {NEW} IS '{comment}'")
    _replace(connection, status)
    # Prepared statements may have plans from when there were few people.
    execute(connection, "ANALYZE users, face_templates")


def drop_leftovers(connection: Connection, model_id: str) -> None:
    """Drops the indexes that interrupted builds and drops have left: they slow down writes, and no search uses them."""
    statement = text("""
        SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid
        WHERE indrelid = to_regclass('face_templates')
            AND (relname = ANY (:leftovers) OR (relname = :name AND NOT indisvalid))
    """)
    names = {"leftovers": [NEW, OLD], "name": index_name(model_id)}
    for leftover in connection.execute(statement, names).scalars().all():
        logger.warning("dropping %s, left by an interrupted build or drop", leftover)
        drop(connection, leftover)


def drop(connection: Connection, name: str) -> None:
    """Drops an index while searches continue."""
    execute(connection, f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')


def _most_memory(connection: Connection) -> int:
    """Returns the MiB that a build may use, derived from the server's shared buffers."""
    statement = text("SELECT pg_size_bytes(current_setting('shared_buffers')) >> 20")
    return max(MIN_MEMORY, BUFFERS * int(connection.execute(statement).scalar_one()))


def execute(connection: Connection, statement: str) -> None:
    """Runs a statement without parameters; its names and numbers come from this package."""
    connection.exec_driver_sql(statement)


def _replace(connection: Connection, status: IndexStatus) -> None:
    """Puts the new index in the place of the old one, and drops that."""
    with local_settings(connection, {"lock_timeout": LOCK_TIMEOUT}):
        if status.exists:
            execute(connection, f"ALTER INDEX {status.name} RENAME TO {OLD}")
        execute(connection, f"ALTER INDEX {NEW} RENAME TO {status.name}")
    if status.exists:
        drop(connection, OLD)
