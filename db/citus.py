"""What a statement has to do differently where Citus keeps the templates on several servers; see docs/scaling.md.

Everything else in ``db`` is the same with and without Citus. ``db.distribution`` is what spreads them. Neither has been
run on Citus by its tests: they are written against the functions and views that its documentation names, from Citus 11
on, and tested on fakes of these.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

_VERSION = "SELECT extversion FROM pg_extension WHERE extname = 'citus'"

_SHARDS = text("""
    SELECT shard_count FROM citus_tables
    WHERE table_name = 'face_templates'::regclass AND citus_table_type = 'distributed'
""")

_SHARD_ROWS = text("""
    SELECT coalesce(sum(greatest(result::float8, 0)), 0) FROM run_command_on_shards(
        'face_templates', $$SELECT reltuples FROM pg_class WHERE oid = '%s'::regclass$$
    ) WHERE success
""")

PROPAGATION = "citus.propagate_set_commands"
"""Has Citus pass ``SET LOCAL`` on to the servers of the shards where it is ``local``; nothing else that sets is passed
on. Without Citus it does nothing: PostgreSQL takes any setting whose name has a dot in it."""

ONE_AT_A_TIME = "set_config('citus.multi_shard_modify_mode', 'sequential', true)"
"""Makes a transaction ask the shards of a server one after another. Citus refuses to change a table that is on every
server (``users``) in a transaction that has read another one that refers to it (``face_templates``) in parallel.
Without Citus it does nothing either."""

_REPEAT = text(f"""
    DO $$ DECLARE name text; BEGIN
        PERFORM set_config('{PROPAGATION}', 'local', true);
        FOREACH name IN ARRAY
            ARRAY['ivfflat.probes', 'hnsw.ef_search', 'ivfflat.iterative_scan', 'hnsw.iterative_scan']
        LOOP
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


def estimated_rows(source: Session | Connection) -> int:
    """How many templates there are, by the planner's numbers on every server; the coordinator's own table is empty."""
    return int(source.execute(_SHARD_ROWS).scalar_one())


def repeat_settings(session: Session) -> None:
    """Has the servers of the shards search as this transaction has been set to; without Citus, nothing.

    Neither what ``set_config`` sets nor what a connection is opened with reaches them.
    """
    if session.connection().info.get(_INFO):
        session.execute(_REPEAT)
