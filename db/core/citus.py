"""What has to be done differently where Citus keeps the templates on several servers; see docs/scaling.md.

``db.sharding.distribution`` is what spreads them, and ``db.search.shard_search`` searches them. The functions and views
named here are those that Citus documents from 11 on.
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
"""Has Citus pass ``SET LOCAL`` on to the servers of the shards where it is ``local``; nothing else that sets is passed
on. Without Citus it does nothing: PostgreSQL takes any setting whose name has a dot in it."""

REPEATED = (
    "ivfflat.probes",
    "hnsw.ef_search",
    "ivfflat.iterative_scan",
    "hnsw.iterative_scan",
    "jit",
    "work_mem",
)
"""What a search depends on, of this transaction and of what ``db.core.engine`` opens connections with."""

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
"""Where a connection keeps whether there is Citus."""


def look_out(engine: Engine) -> None:
    """Has each new connection of an engine find out whether there is Citus, so that no search has to ask."""

    def find_out(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_VERSION)
            record.info[_INFO] = cursor.fetchone() is not None
        connection.rollback()

    event.listen(engine, "connect", find_out)


def is_here(source: Session | Connection) -> bool:
    """Whether there was Citus in this database when the connection was opened; asks nothing."""
    connection = source.connection() if isinstance(source, Session) else source
    return bool(connection.info.get(_INFO))


def version(source: Session | Connection) -> str | None:
    """The version of Citus in this database, or None without it."""
    found: str | None = source.execute(text(_VERSION)).scalar()
    return found


def shards(source: Session | Connection) -> int | None:
    """In how many pieces the templates are spread over several servers; None where they are not."""
    if version(source) is None:
        return None
    found: int | None = source.execute(_SHARDS).scalar()
    return found


def is_distributed(source: Session | Connection) -> bool:
    """Whether the templates are spread over several servers."""
    return shards(source) is not None


def check_undistributed(source: Session | Connection) -> None:
    """Raises DistributionError where the templates are spread over several servers."""
    if is_distributed(source):
        raise DistributionError("the templates are distributed: run `visage distribute --undo` first")


def estimated_rows(source: Session | Connection) -> int:
    """How many templates there are, by the numbers of every server; the coordinator's own table is empty.

    Raises:
        DatabaseUnavailableError: a server did not answer.
    """
    return _sum_of_shards(source, _SHARD_ROWS)


def index_size(source: Session | Connection, model_id: str) -> int:
    """Bytes on disk of a model's vector indexes on all shards; raises as :func:`estimated_rows`."""
    return _sum_of_shards(source, _SHARD_INDEX_SIZES.format(model_id=check_model_id(model_id)))


def _sum_of_shards(source: Session | Connection, command: str) -> int:
    total, complete = source.execute(_SUM, {"command": command}).one()
    if not complete:
        raise DatabaseUnavailableError("a server of the cluster does not answer")
    return int(total)


def repeat_settings(source: Session | Connection) -> None:
    """Has the servers of the shards search as this transaction has been set to; only where there is Citus.

    Neither what ``set_config`` sets nor what a connection is opened with reaches them.
    """
    source.execute(_REPEAT)
