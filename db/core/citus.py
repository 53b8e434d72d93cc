"""Handles the differences where Citus keeps the templates on several servers; see docs/scaling.md.

``db.sharding.distribution`` distributes the templates, and ``db.search.shard_search`` searches them. Citus documents
the functions and views used here since version 11.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from db.core.errors import DatabaseUnavailableError, DistributionError
from db.core.models import check_model_id

_VERSION = "SELECT extversion FROM pg_extension WHERE extname = 'citus'"

_SHARDS = text("""
    SELECT shard_count FROM citus_tables
    WHERE table_name = to_regclass('face_templates') AND citus_table_type = 'distributed'
""")

_SHARD_ROWS = "SELECT greatest(reltuples, pg_stat_get_live_tuples(oid)) FROM pg_class WHERE oid = '%s'::regclass"

_SHARD_INDEX_SIZES = """
    SELECT coalesce(sum(pg_relation_size(indexrelid)), 0)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = '%s'::regclass AND amname IN ('ivfflat', 'hnsw')
        AND strpos(pg_get_expr(indpred, indrelid), quote_literal('{model_id}')) > 0
"""

_SUM = text("""
    SELECT coalesce(sum(CASE WHEN success THEN greatest(result::float8, 0) END), 0) AS total,
           coalesce(bool_and(success), false) AS complete
    FROM run_command_on_shards('face_templates', :command)
""")

PROPAGATION = "citus.propagate_set_commands"
"""The setting that makes Citus pass ``SET LOCAL`` on to the servers of the shards, if its value is ``local``. Citus
passes on no other way to set. Without Citus it has no effect: PostgreSQL accepts any setting with a dot in its name."""

REPEATED = (
    "ivfflat.probes",
    "hnsw.ef_search",
    "ivfflat.iterative_scan",
    "hnsw.iterative_scan",
    "jit",
    "work_mem",
)
"""The settings that a search depends on. The transaction sets them, or ``db.core.engine`` when it connects."""

_REPEAT = text(f"""
    DO $$ DECLARE name text; BEGIN
        PERFORM set_config('{PROPAGATION}', 'local', true);
        FOREACH name IN ARRAY ARRAY{list(REPEATED)} LOOP
            EXECUTE concat(
                'SET LOCAL ', name, ' = ', coalesce(quote_literal(nullif(current_setting(name, true), '')), 'DEFAULT')
            );
        END LOOP;
    END $$
""")

_INFO = "citus"
"""The key under which a connection's info says whether the database has Citus."""


def detect_on_connect(engine: Engine) -> None:
    """Checks for Citus on each new connection of an engine, so that no search needs to ask."""

    def detect(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_VERSION)
            record.info[_INFO] = cursor.fetchone() is not None
        connection.rollback()

    event.listen(engine, "connect", detect)


def is_installed(source: Session | Connection) -> bool:
    """Whether the database had Citus when the connection was opened; sends no statement."""
    connection = source.connection() if isinstance(source, Session) else source
    return bool(connection.info.get(_INFO))


def version(source: Session | Connection) -> str | None:
    """Returns the version of Citus in this database, or None without Citus."""
    found: str | None = source.execute(text(_VERSION)).scalar()
    return found


def shards(source: Session | Connection) -> int | None:
    """Returns the number of shards of the templates, or None if they are not distributed."""
    if version(source) is None:
        return None
    found: int | None = source.execute(_SHARDS).scalar()
    return found


def is_distributed(source: Session | Connection) -> bool:
    """Whether the templates are distributed over several servers."""
    return shards(source) is not None


def check_undistributed(source: Session | Connection) -> None:
    """Raises DistributionError if the templates are distributed."""
    if is_distributed(source):
        raise DistributionError("the templates are distributed: run `visage distribute --undo` first")


def estimated_rows(source: Session | Connection) -> int:
    """Estimates the number of templates from every server's statistics; the coordinator's own table is empty.

    Raises:
        DatabaseUnavailableError: a server did not answer.
    """
    return _sum_of_shards(source, _SHARD_ROWS)


def index_size(source: Session | Connection, model_id: str) -> int:
    """Returns the bytes on disk of a model's vector indexes on all shards; raises as :func:`estimated_rows`."""
    return _sum_of_shards(source, _SHARD_INDEX_SIZES.format(model_id=check_model_id(model_id)))


def _sum_of_shards(source: Session | Connection, command: str) -> int:
    total, complete = source.execute(_SUM, {"command": command}).one()
    if not complete:
        raise DatabaseUnavailableError("a server of the cluster does not answer")
    return int(total)


def repeat_settings(source: Session | Connection) -> None:
    """Applies this transaction's search settings on the servers of the shards; call it only where there is Citus.

    Neither ``set_config`` nor the options of a connection reach those servers.
    """
    source.execute(_REPEAT)
