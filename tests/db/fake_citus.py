"""A stand-in for Citus in one database: the functions and tables in its documentation, for tables that never move.

It records the calls and answers as Citus would. So tests can check the order of the calls, and the statements that
depend on the answers. Only a real Citus can show whether it accepts the statements and what they do: see
``tests.citus_cluster``.
"""

from sqlalchemy import create_engine, make_url, text

from db.core.engine import Database
from db.server.embedded_cluster import ROLE, SUPERUSER

SHARDS_HERE = 2
"""The number of shards that each command on shards runs on; each of them is the table itself."""

INSTALL = f"""
    SET allow_system_table_mods = on;
    INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
        SELECT 99999, 'citus', oid, 'pg_catalog'::regnamespace, false, '13.0-1'
        FROM pg_roles WHERE rolname = '{SUPERUSER}';
    SET ROLE {ROLE};
    CREATE TABLE calls (number serial, call text);
    CREATE TABLE pg_dist_local_group (groupid int);
    CREATE TABLE pg_dist_node (groupid int, isactive bool, shouldhaveshards bool, noderole text);
    CREATE TABLE citus_tables (table_name regclass, citus_table_type text, shard_count bigint);
    INSERT INTO pg_dist_local_group VALUES (0);
    INSERT INTO pg_dist_node SELECT number, true, number > 0, 'primary' FROM generate_series(0, 2) AS number;

    CREATE FUNCTION create_distributed_table(
        table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
        colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL
    ) RETURNS void LANGUAGE sql AS $$
        INSERT INTO calls (call)
            SELECT concat_ws(' ', 'distributed', $1, 'by', $2, 'in', $5, 'vector indexes:', count(*))
            FROM pg_indexes WHERE indexdef LIKE '%ivfflat%';
        INSERT INTO citus_tables VALUES ($1, 'distributed', $5);
    $$;
    CREATE FUNCTION undistribute_table(table_name regclass) RETURNS void LANGUAGE sql AS $$
        INSERT INTO calls (call)
            SELECT concat_ws(' ', 'undistributed', $1, 'vector indexes:', count(*))
            FROM pg_indexes WHERE indexdef LIKE '%ivfflat%';
        DELETE FROM citus_tables WHERE citus_tables.table_name = $1;
    $$;
    CREATE FUNCTION truncate_local_data_after_distributing_table(function_name regclass) RETURNS void LANGUAGE sql AS $$
        INSERT INTO calls (call) VALUES ('truncated ' || $1);
    $$;
    CREATE FUNCTION run_command_on_shards(table_name regclass, command text, parallel bool DEFAULT true)
    RETURNS TABLE (shardid bigint, success bool, result text) LANGUAGE plpgsql AS $$ BEGIN
        FOR shardid IN 1..{SHARDS_HERE} LOOP
            success := true;
            EXECUTE format(replace(command, '%s', '%1$s'), table_name) INTO result;
            RETURN NEXT;
        END LOOP;
    END $$;
"""  # noqa: S608


UNANSWERED = """
    CREATE OR REPLACE FUNCTION run_command_on_shards(table_name regclass, command text, parallel bool DEFAULT true)
    RETURNS TABLE (shardid bigint, success bool, result text) LANGUAGE sql AS $$
        VALUES (1, true, '300'), (2, false, 'ERROR: connection refused')
    $$
"""
"""Places one of two shards on a server that is unavailable."""


def install(url: str) -> None:
    """Installs the stand-in in a database; new connections use it."""
    as_superuser = make_url(url).set(username=SUPERUSER)
    engine = create_engine(as_superuser, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.connection.cursor().execute(INSTALL)
    engine.dispose()


def is_installed(database: Database) -> bool:
    """Whether the Citus in a database is the stand-in."""
    with database.unit_of_work() as work:
        return bool(work.session.execute(text("SELECT to_regclass('calls') IS NOT NULL")).scalar_one())


def calls(database: Database) -> list[str]:
    """Returns the calls of Citus, in order."""
    with database.unit_of_work() as work:
        return list(work.session.execute(text("SELECT call FROM calls ORDER BY number")).scalars())
