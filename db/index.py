"""The life of a model's vector index: built once it helps, on the rows there are, and anew when they have outgrown it.

Measured on two cores with random 512-d float32 vectors (a hard case for an index, as there are no clusters to find)
and query vectors at cosine 0.7 to the right template; milliseconds of a search at a client, and how often the right
person came first:

    people     exact     index: lists, probes
     1,000       2.9     32,   8:   1.4 ms  100 %
     2,000       3.1     45,  16:   2.1 ms  100 %
     5,000      10.7     71,  16:   2.6 ms  100 %
    10,000      15.6    100,  32:   3.4 ms  100 %
    20,000      21      141,  53:   7   ms   97.5 %
   100,000     100      316, 119:  32   ms   99 %;  32: 11 ms, 89 %

The planner, left to itself, takes the index up to about 0.43 of the lists probed, and beyond that the exact scan; with
more rows, more probes are needed and worth it. Below ``MIN_ROWS`` there is no index: the exact scan takes a millisecond
or two longer (at 1,000 and 2,000 people), which nobody notices, and misses nobody.
"""

import logging
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, text

from db.engine import Database
from db.locks import try_lock
from db.models import check_model_id
from db.probes import LISTS_SQL, PROBES_SQL, index_name
from db.recall import draw_trials, measure

logger = logging.getLogger(__name__)

MIN_ROWS = 5_000
"""Templates from which on an index is built: there it saves 8 ms of 11 (see above), and more with every further one."""

GROWTH = 4
"""An index is trained anew when there are this many times the templates it was trained on."""

TARGET_RECALL = 0.99
"""How often the right person must come first; whoever the index misses is asked for their password in vain."""

SHARES = (1 / 16, 1 / 8, 3 / 16, 1 / 4, 5 / 16, 3 / 8)
"""Shares of the lists that are tried as the number of probes, until one reaches the target. The last is taken even if
it does not: with more, the planner would no longer use the index."""

LOCK_KEY = 0x56697361_696E6478
"""The advisory lock held while building or dropping ("Visaindx" in ASCII): one index at a time."""

LOCK_TIMEOUT = "5s"
"""How long a rebuild may wait, and make others wait behind it, for the moment in which it changes the index."""

MEMORY_MARGIN = 1.25
"""What to allow beyond the memory that pgvector's k-means counts (ivfkmeans.c)."""


class Action(StrEnum):
    """What was done about an index."""

    BUILT = "built"
    REBUILT = "rebuilt"
    UP_TO_DATE = "up to date"
    TOO_FEW_ROWS = "too few rows"
    BUSY = "busy"


@dataclass(frozen=True)
class IndexStatus:
    """A model's index, as it is now.

    Attributes:
        rows: templates of the model.
        exists: whether there is an index that searches use; the rest is None without one.
        lists: what it was built with.
        probes: how many of them a search probes.
        trained_rows: how many templates there were when it was built.
        recall: how often the right person came first in a search, measured when it was built; 0 to 1.
        size: bytes on disk.
    """

    model_id: str
    name: str
    rows: int
    exists: bool = False
    lists: int | None = None
    probes: int | None = None
    trained_rows: int | None = None
    recall: float | None = None
    size: int | None = None

    @property
    def outgrown(self) -> bool:
        """Whether the table has grown so much that the index should be trained anew."""
        return self.exists and self.rows >= GROWTH * (self.trained_rows or 0)


def index_status(database: Database, model_id: str) -> IndexStatus:
    """What there is to know about a model's index."""
    with database.autocommit() as connection:
        return _status(connection, model_id)


def ensure_index(database: Database, model_id: str, dimension: int) -> Action:
    """Builds or rebuilds a model's index if it is time to. Reads and writes go on meanwhile.

    Takes a count of the rows when there is nothing to do, minutes when there is, and returns at once when another
    process is at it. Not for the middle of a request.
    """
    return _build(database, model_id, dimension, force=False)


def build_index(database: Database, model_id: str, dimension: int) -> Action:
    """Builds or rebuilds a model's index now, however few rows there are; with none it has nothing to learn from."""
    return _build(database, model_id, dimension, force=True)


def lists_for(rows: int) -> int:
    """How many lists to divide a number of templates into: the square root."""
    return max(1, round(math.sqrt(rows)))


def memory_for(lists: int, dimension: int) -> int:
    """Megabytes of maintenance_work_mem that training takes, at least PostgreSQL's default of 64.

    pgvector samples 50 rows a list, at least 10,000, and keeps them, a bound for every pair of sample and list, and
    the distances between lists, as float32 (ivfbuild.c, ivfkmeans.c).
    """
    samples = max(50 * lists, 10_000)
    numbers = samples * (dimension + lists) + lists * (3 * dimension + lists)
    return max(64, math.ceil(MEMORY_MARGIN * 4 * numbers / 2**20))


def _build(database: Database, model_id: str, dimension: int, *, force: bool) -> Action:
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        return _build_alone(connection, model_id, dimension, force=force) if mine else Action.BUSY


def _build_alone(connection: Connection, model_id: str, dimension: int, *, force: bool) -> Action:
    status = _status(connection, model_id)
    if status.rows < (1 if force else MIN_ROWS):
        return Action.TOO_FEW_ROWS
    if status.exists and not status.outgrown and not force:
        return Action.UP_TO_DATE
    lists = lists_for(status.rows)
    logger.info("building %s: %d lists for %d rows", status.name, lists, status.rows)
    _drop_leftovers(connection, status.name)
    _execute(connection, f"SET maintenance_work_mem = '{memory_for(lists, dimension)}MB'")
    if status.exists:
        _reindex(connection, status.name, lists)
    else:
        _create(connection, status, dimension, lists)
    _execute(connection, "ANALYZE face_templates")
    _describe(connection, status, lists)
    return Action.REBUILT if status.exists else Action.BUILT


def _create(connection: Connection, status: IndexStatus, dimension: int, lists: int) -> None:
    _execute(
        connection,
        f"CREATE INDEX CONCURRENTLY {status.name} ON face_templates "
        f"USING ivfflat ((embedding::vector({int(dimension)})) vector_cosine_ops) "
        f"WITH (lists = {lists}) WHERE model_id = '{check_model_id(status.model_id)}'",
    )


def _reindex(connection: Connection, name: str, lists: int) -> None:
    """Trains an index anew; the old one serves until the new one is there.

    Its comment goes first, as it speaks of the old one: until there is a new one, a safe share of the lists is probed.
    """
    _execute(connection, f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    _execute(connection, f"COMMENT ON INDEX {name} IS 'Nearest templates; being trained anew'")
    _execute(connection, f"ALTER INDEX {name} SET (lists = {lists})")
    _execute(connection, "SET lock_timeout = 0")
    _execute(connection, f"REINDEX INDEX CONCURRENTLY {name}")


def _describe(connection: Connection, status: IndexStatus, lists: int) -> None:
    """Finds the fewest probes that reach the target and writes them into the index's comment."""
    trials = draw_trials(connection, status.model_id, status.rows)
    for share in SHARES:
        probes = math.ceil(share * lists)
        recall = measure(connection, status.model_id, trials, probes)
        if recall >= TARGET_RECALL:
            break
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    comment = (
        f"Nearest templates of {status.model_id} by cosine distance: {lists} lists, {probes} probes, "
        f"recall {recall:.3f} of {len(trials.user_ids)} searches, trained on {status.rows} rows at {when}"
    )
    _execute(connection, f"COMMENT ON INDEX {status.name} IS '{comment}'")


def _drop_leftovers(connection: Connection, name: str) -> None:
    """Drops what builds that failed have left: invalid indexes, which cost writes and serve nobody."""
    statement = text("""
        SELECT relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
        WHERE indrelid = 'face_templates'::regclass AND NOT indisvalid
            AND relname ~ ('^' || :name || '(_cc(new|old)\\d*)?$')
    """)
    for leftover in connection.execute(statement, {"name": name}).scalars().all():
        logger.warning("dropping %s, which an unfinished build has left", leftover)
        _execute(connection, f'DROP INDEX CONCURRENTLY IF EXISTS "{leftover}"')


def _status(connection: Connection, model_id: str) -> IndexStatus:
    name = index_name(model_id)
    rows = connection.execute(
        text("SELECT count(*) FROM face_templates WHERE model_id = :model_id"), {"model_id": model_id}
    ).scalar_one()
    found = connection.execute(
        text(f"""
            SELECT {LISTS_SQL} AS lists, {PROBES_SQL} AS probes, pg_relation_size(oid) AS size,
                   coalesce(obj_description(oid, 'pg_class'), '') AS comment
            FROM pg_class JOIN pg_index ON indexrelid = oid
            WHERE oid = to_regclass(:name) AND indisvalid
        """),  # noqa: S608
        {"name": name},
    ).one_or_none()
    if found is None:
        return IndexStatus(model_id, name, rows)
    trained = re.search(r"trained on (\d+) rows", found.comment)
    recall = re.search(r"recall ([\d.]+)", found.comment)
    return IndexStatus(
        model_id,
        name,
        rows,
        exists=True,
        lists=found.lists,
        probes=found.probes,
        trained_rows=int(trained[1]) if trained else None,
        recall=float(recall[1]) if recall else None,
        size=found.size,
    )


def _execute(connection: Connection, statement: str) -> None:
    """Runs a statement that takes no parameters, with names and numbers of this module in it."""
    connection.exec_driver_sql(statement)
