"""Spreads the templates over the servers of a Citus cluster.

``users`` becomes a reference table, which every server has a copy of, and ``face_templates`` a distributed table by
``user_id``: so a search goes to all shards at once, each answers with its nearest few, and a person's row is found on
one. ``refresh_tokens`` refers to ``users`` and is written at every login; Citus keeps it on the coordinator, as a local
table that may refer to a reference table. The other tables stay as they are.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from db import citus
from db.engine import Database
from db.errors import DistributionError
from db.index import LOCK_KEY
from db.index_form import IndexForm
from db.index_status import vector_indexes
from db.locks import try_lock
from db.presence import models_served
from db.shard_index import ensure_shard_indexes

SHARD_COUNT = 32
"""Shards of the templates unless the operator says otherwise, which is Citus' own default."""

_KIND = text("SELECT citus_table_type FROM citus_tables WHERE table_name = CAST(:name AS regclass)")

_KNOWS_TOKENS = text(
    "SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = CAST('refresh_tokens' AS regclass))"
)
"""Whether Citus keeps up what refers to ``users``; it takes such tables over by itself when that is distributed."""


def distribute(
    database: Database, model_id: str, form: IndexForm, similarities: Sequence[float], shards: int = SHARD_COUNT
) -> Iterator[str]:
    """Distributes the tables where that is not done yet, and builds a model's indexes where it is time to.

    Run again, it goes on where it was interrupted. The tables cannot be written to while they are distributed, and new
    people cannot be enrolled while an index is built.

    Args:
        database: the coordinator's, migrated.
        model_id: the model of the index.
        form: what that is to be made of.
        similarities: as :func:`db.recall.draw_trials` takes them.
        shards: how many, where there are none yet.

    Yields:
        What is about to be done, or need not be, in a sentence for the operator.

    Raises:
        DistributionError: there is no Citus, it is not set up for it, or a service is running.
    """
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        if not mine:
            raise DistributionError("another process builds an index: run this again when it is done")
        _check_cluster(connection)
        yield from _distribute_tables(database, connection, shards)
        yield from ensure_shard_indexes(connection, model_id, form, similarities)


def _check_cluster(connection: Connection) -> None:
    if citus.version(connection) is None:
        raise DistributionError(
            "this database has no Citus: install it on every server, run CREATE EXTENSION citus in this database there "
            "and add the workers with citus_add_node (see docs/scaling.md)"
        )
    if connection.execute(text("SELECT groupid FROM pg_dist_local_group")).scalar_one() != 0:
        raise DistributionError("this is a worker of the cluster: DATABASE_URL has to name the coordinator")
    if not connection.execute(text("SELECT count(*) FROM pg_dist_node WHERE groupid = 0")).scalar_one():
        raise DistributionError(
            "the coordinator's address is not known to Citus, and refresh_tokens has to stay there: run "
            "SELECT citus_set_coordinator_host('<its host name>') first"
        )


def _distribute_tables(database: Database, connection: Connection, shards: int) -> Iterator[str]:
    kinds = {name: connection.execute(_KIND, {"name": name}).scalar() for name in ("users", "face_templates")}
    if kinds == {"users": "reference", "face_templates": "distributed"}:
        yield "the tables are distributed already"
    else:
        with database.unit_of_work() as work:
            if models_served(work.session):
                raise DistributionError(
                    "a service runs on this database: stop it first, as the tables cannot be written to meanwhile"
                )
        if kinds["users"] != "reference":
            yield "users: a copy for every server"
            connection.execute(text("SELECT create_reference_table('users')"))
        if not connection.execute(_KNOWS_TOKENS).scalar_one():
            yield "refresh_tokens: on the coordinator"
            connection.execute(text("SELECT citus_add_local_table_to_metadata('refresh_tokens', true)"))
        if kinds["face_templates"] != "distributed":
            yield f"face_templates: {shards} shards by user_id"
            for name in vector_indexes(connection):
                connection.exec_driver_sql(f'DROP INDEX "{name}"')  # Citus would build it on shards that are empty
            connection.execute(
                text("SELECT create_distributed_table('face_templates', 'user_id', shard_count => :shards)"),
                {"shards": shards},
            )
    for name in ("face_templates", "users"):
        # Citus hides what was there before and leaves it on disk, where nobody would erase a person's face.
        connection.execute(text("SELECT truncate_local_data_after_distributing_table(:name)"), {"name": name})
    connection.exec_driver_sql("ANALYZE face_templates")
