"""Building a vector index while reads and writes go on, and clearing away what a build that was cut off has left.

A new index is built under a name of its own. It takes the old one's place by two renamings in one transaction, so that
there is an index at every moment, whatever happens in between.
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
"""Name of an index that another one has replaced. The holder of the advisory lock of ``db.search.index`` finds one, or
one called ``NEW``, only after a crash."""

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

BUFFERS = 4
"""A build may take so many times the memory of the server's shared buffers: half of the machine where these are an
eighth, as the embedded server has them."""

MIN_MEMORY = 64
"""Megabytes: PostgreSQL's default of maintenance_work_mem."""


def lists_for(rows: int) -> int:
    """How many lists to divide a number of templates into."""
    root = math.sqrt(rows)
    return max(1, round(max(root, min(LISTS_PER_ROOT * root, MANY_LISTS))))


def lists_within(form: IndexForm, rows: int, memory_mib: int) -> int:
    """The same, or as many as can be trained in so much memory."""
    lists = lists_for(rows)
    while lists > 1 and memory_for(form, rows, lists) > memory_mib:
        lists = lists * 9 // 10
    return lists


def memory_for(form: IndexForm, rows: int, lists: int) -> int:
    """Megabytes of maintenance_work_mem that building takes.

    For IVFFlat pgvector samples 50 rows a list, at least 10,000, and keeps them, a bound for every pair of sample and
    list, the lists' centres and the distances between them, as float32 (ivfbuild.c, ivfkmeans.c). HNSW is many times
    as fast while its whole graph fits: the vectors, and twice the links on the lowest layer.
    """
    if form.method is Method.HNSW:
        size = rows * (form.bytes_each + 32 * HNSW_LINKS)
    else:
        samples = max(50 * lists, 10_000)
        size = samples * (form.bytes_each + 4 * lists) + lists * (12 * form.dimension + 4 * lists)
    return max(MIN_MEMORY, math.ceil(MEMORY_MARGIN * size / 2**20))


def build(connection: Connection, status: IndexStatus, form: IndexForm) -> None:
    """Builds a model's index from the rows there are, in the place of the one there is.

    On shards it is not built concurrently: only a setting of a transaction reaches their servers, and they need the
    memory. Searches go on meanwhile, and sign-ups wait.

    Args:
        connection: one in autocommit mode, alone at this by the lock of ``db.search.index``.
        status: as it is before.
        form: what to build.
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
    _take_its_place(connection, status)
    execute(connection, "ANALYZE face_templates")


def drop_leftovers(connection: Connection, model_id: str) -> None:
    """Drops what builds and drops that were cut off have left: indexes that cost writes and serve no search."""
    statement = text("""
        SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid
        WHERE indrelid = to_regclass('face_templates')
            AND (relname = ANY (:leftovers) OR (relname = :name AND NOT indisvalid))
    """)
    names = {"leftovers": [NEW, OLD], "name": index_name(model_id)}
    for leftover in connection.execute(statement, names).scalars().all():
        logger.warning("dropping %s, which something that was cut off has left", leftover)
        drop(connection, leftover)


def drop(connection: Connection, name: str) -> None:
    """Drops an index while searches go on."""
    execute(connection, f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')


def _most_memory(connection: Connection) -> int:
    """Megabytes that a build may take of the server's machine, of which the operator told how large its buffers are."""
    statement = text("SELECT pg_size_bytes(current_setting('shared_buffers')) >> 20")
    return max(MIN_MEMORY, BUFFERS * int(connection.execute(statement).scalar_one()))


def execute(connection: Connection, statement: str) -> None:
    """Runs a statement that takes no parameters, with names and numbers of this package in it."""
    connection.exec_driver_sql(statement)


def _take_its_place(connection: Connection, status: IndexStatus) -> None:
    with local_settings(connection, {"lock_timeout": LOCK_TIMEOUT}):
        if status.exists:
            execute(connection, f"ALTER INDEX {status.name} RENAME TO {OLD}")
        execute(connection, f"ALTER INDEX {NEW} RENAME TO {status.name}")
    if status.exists:
        drop(connection, OLD)
