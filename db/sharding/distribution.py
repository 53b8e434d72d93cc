"""Distributes the templates over the servers of a Citus cluster, and takes them back.

Only ``face_templates`` becomes a distributed table, by ``user_id``. A search runs on all shards in parallel, and each
returns its few nearest templates. A person's row is on one shard. All other tables stay ordinary tables of the
coordinator.

As a reference table, with a copy on every server, ``users`` could keep the foreign key of the templates. But only one
transaction at a time may lock or change rows of a reference table, and it must not have searched the shards in
parallel. Every login does both. See ``db.search.template_owners`` for the replacement of the foreign key.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

from db.core import citus
from db.core.engine import Database
from db.core.errors import DistributionError
from db.core.index_form import IndexForm
from db.core.local_settings import local_settings
from db.core.locks import try_lock
from db.core.presence import models_served
from db.search.index import LOCK_KEY
from db.search.index_status import vector_indexes
from db.search.template_owners import attach, detach, drop_trigger
from db.sharding.shard_index import ensure_shard_indexes

SHARDS_PER_WORKER = 2
"""Shards of the templates for each worker, unless the operator sets a number. A search pays for every shard. With a
gallery of 20,000, the overhead of a shard is larger than the search in it (`benchmarks/results/distributed.md`). With
two shards a worker, half of them can move when the number of workers doubles."""

_USERS_ARE_COPIED = text("SELECT EXISTS (SELECT FROM citus_tables WHERE table_name = 'users'::regclass)")

_COMMENTS = text("""
    SELECT format('COMMENT ON TABLE face_templates IS %L', obj_description('face_templates'::regclass, 'pg_class'))
    UNION ALL
    SELECT format('COMMENT ON COLUMN face_templates.%I IS %L', attname, col_description(attrelid, attnum))
    FROM pg_attribute WHERE attrelid = 'face_templates'::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT format('COMMENT ON CONSTRAINT %I ON face_templates IS %L', conname, obj_description(oid, 'pg_constraint'))
    FROM pg_constraint WHERE conrelid = 'face_templates'::regclass AND contype <> 'n'
""")
"""Returns the statements that recreate the table's comments."""


def distribute(
    database: Database, model_id: str, form: IndexForm, similarities: Sequence[float], shards: int | None = None
) -> Iterator[str]:
    """Distributes the templates if they are not distributed yet, and builds a model's indexes if they are due.

    If it was interrupted, a second run continues the work. Nobody can be enrolled while the templates are distributed
    or while an index is built.

    Args:
        database: the coordinator's database, migrated.
        model_id: the model of the index.
        form: the form that the index should have.
        similarities: as :func:`db.search.recall.draw_trials` takes them.
        shards: the number of shards, if there are none yet; None is ``SHARDS_PER_WORKER`` for each worker.

    Yields:
        A sentence for the operator on each step before it begins, or on why it is skipped.

    Raises:
        DistributionError: there is no Citus, the cluster is not set up for it, or a service is running.
    """
    with _alone(database) as connection:
        _check_cluster(connection)
        yield from _distribute_tables(database, connection, shards)
        yield from ensure_shard_indexes(connection, model_id, form, similarities)


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Yields a connection that has the lock for index work; raises DistributionError if another process has it."""
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        if not mine:
            raise DistributionError("another process is building an index: run this again when it has finished")
        yield connection


def _check_cluster(connection: Connection) -> None:
    if citus.version(connection) is None:
        raise DistributionError(
            "this database has no Citus: install it on every server, run CREATE EXTENSION citus in this database there "
            "and add the workers with citus_add_node (see docs/scaling.md)"
        )
    if connection.execute(text("SELECT groupid FROM pg_dist_local_group")).scalar_one() != 0:
        raise DistributionError("this is a worker of the cluster: DATABASE_URL must name the coordinator")
    if connection.execute(_USERS_ARE_COPIED).scalar_one():
        raise DistributionError(
            "users is a table of Citus, made by an earlier version: first run SELECT undistribute_table('users', "
            "cascade_via_foreign_keys => true)"
        )


def _distribute_tables(database: Database, connection: Connection, shards: int | None) -> Iterator[str]:
    if citus.is_distributed(connection):
        yield "the templates are distributed already"
    else:
        _check_alone(database)
        shards = shards or SHARDS_PER_WORKER * _workers(connection)
        yield f"face_templates: {shards} shards by user_id"
        with local_settings(connection, {}):  # one transaction: everything or nothing
            _drop_vector_indexes(connection)  # otherwise Citus builds them on empty shards
            detach(connection)
            connection.execute(
                text("SELECT create_distributed_table('face_templates', 'user_id', shard_count => :shards)"),
                {"shards": shards},
            )
    # Citus hides the earlier local rows but keeps them on disk, where an erasure would not reach a person's face.
    connection.execute(text("SELECT truncate_local_data_after_distributing_table('face_templates')"))
    connection.exec_driver_sql("ANALYZE face_templates")


def undistribute(database: Database) -> Iterator[str]:
    """Takes the templates back into an ordinary table of the coordinator; the service then builds its index.

    Yields:
        A sentence for the operator on each step before it begins.

    Raises:
        DistributionError: the templates are not distributed, or a service is running.
    """
    with _alone(database) as connection:
        if not citus.is_distributed(connection):
            raise DistributionError("the templates are not distributed")
        _check_alone(database)
        yield "face_templates: on the coordinator alone"
        with local_settings(connection, {}):
            drop_trigger(connection)
            _drop_vector_indexes(connection)  # otherwise Citus builds them while writes are blocked
            comments = connection.execute(_COMMENTS).scalars().all()
            connection.execute(text("SELECT undistribute_table('face_templates')"))
            for comment in comments:  # Citus creates a new table without them
                connection.exec_driver_sql(comment)
            attach(connection)
        connection.exec_driver_sql("ANALYZE face_templates")


def _workers(connection: Connection) -> int:
    """Returns the number of servers that take shards, at least 1; if there is none, Citus itself says what to do."""
    found = text("SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'")
    return max(1, int(connection.execute(found).scalar_one()))


def _check_alone(database: Database) -> None:
    with database.unit_of_work() as work:
        if models_served(work.session):
            raise DistributionError(
                "a service runs on this database: stop it first, because the templates cannot be written meanwhile"
            )


def _drop_vector_indexes(connection: Connection) -> None:
    for name in vector_indexes(connection):
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
