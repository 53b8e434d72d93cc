"""Distributing the templates with Citus: on a stand-in, and on a real cluster if there is one."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from db.core import citus
from db.core.engine import Database, create_database
from db.core.errors import AccountGoneError, DistributionError
from db.queries.reembedding import sole_reembedding
from db.search import template_owners, templates
from db.search.index import rebuild_index
from db.server.migrate import downgrade, losses, upgrade
from db.sharding.distribution import distribute, undistribute
from tests.db import fake_citus
from tests.db.distributing import FORM, PEOPLE, SIMILARITIES, execute, run
from tests.db.gallery import MODEL, enrol, unit_vectors

pytestmark = pytest.mark.slow

SCHEMA = text("""
    SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint'))
    FROM pg_constraint
    WHERE conrelid IN ('users'::regclass, 'face_templates'::regclass) AND contype <> 'n'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = 'face_templates'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'users'::regclass AND NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attstorage,
                               col_description(attrelid, attnum))
              FROM pg_attribute WHERE attrelid = 'face_templates'::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT obj_description('face_templates'::regclass, 'pg_class')
    ORDER BY 1
""")


def schema(database: Database) -> list[str]:
    """Returns what the catalogue says about the tables that belong together."""
    with database.unit_of_work() as work:
        return list(work.session.execute(SCHEMA).scalars())


def test_without_citus_it_says_what_to_do(scratch_database: Database) -> None:
    with pytest.raises(DistributionError, match="CREATE EXTENSION citus"):
        run(scratch_database)


def test_a_worker_is_refused(stand_in: Database) -> None:
    execute(stand_in, "UPDATE pg_dist_local_group SET groupid = 1")
    with pytest.raises(DistributionError, match="a worker"):
        run(stand_in)
    assert fake_citus.calls(stand_in) == []


def test_accounts_that_an_earlier_version_distributed_are_to_be_taken_back(stand_in: Database) -> None:
    execute(stand_in, "INSERT INTO citus_tables VALUES ('users', 'reference', 1)")
    with pytest.raises(DistributionError, match="undistribute_table"):
        run(stand_in)
    assert fake_citus.calls(stand_in) == []


def test_the_templates_alone_are_distributed_without_their_index(stand_in: Database) -> None:
    enrol(stand_in, unit_vectors(PEOPLE, seed=1))
    rebuild_index(stand_in, MODEL, FORM, SIMILARITIES)
    run(stand_in, shards=4)
    assert fake_citus.calls(stand_in) == [
        "distributed face_templates by user_id in 4 vector indexes: 0",
        "truncated face_templates",
    ]


def test_a_second_run_distributes_nothing(cluster: Database) -> None:
    run(cluster)
    said = run(cluster, shards=4)
    assert said[0] == "the templates are distributed already"
    with cluster.unit_of_work() as work:
        assert citus.shards(work.session) == 2


def test_by_default_there_are_two_shards_for_each_worker(cluster: Database) -> None:
    list(distribute(cluster, MODEL, FORM, SIMILARITIES))
    with cluster.unit_of_work() as work:
        workers = work.session.execute(text("SELECT count(*) FROM pg_dist_node WHERE groupid > 0")).scalar_one()
        assert citus.shards(work.session) == 2 * workers


def test_distributed_rows_are_removed_from_the_coordinators_disk(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    with cluster.unit_of_work() as work:
        size = work.session.execute(text("SELECT pg_relation_size('face_templates')")).scalar_one()
        kept = work.session.execute(text("SELECT count(*) FROM face_templates")).scalar_one()
    assert size == 0 or fake_citus.is_installed(cluster)
    assert kept == PEOPLE


def test_it_waits_for_services_to_be_stopped(cluster: Database) -> None:
    service = create_database(cluster.engine.url.render_as_string(hide_password=False), serving=MODEL)
    with service.engine.connect(), pytest.raises(DistributionError, match="a service runs"):
        run(cluster)
    service.dispose()
    with cluster.unit_of_work() as work:
        assert not citus.is_distributed(work.session)
        assert not template_owners.are_detached(work.session)


def test_templates_go_with_their_accounts(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    execute(cluster, "DELETE FROM users WHERE username IN ('p1', 'p2', 'nobody')")
    with cluster.unit_of_work() as work:
        left = work.session.execute(text("SELECT count(*) FROM face_templates")).scalar_one()
    assert left == PEOPLE - 2


def test_a_template_without_an_account_is_refused(cluster: Database) -> None:
    run(cluster)
    with pytest.raises(AccountGoneError), cluster.unit_of_work() as work:
        templates.put(work.session, uuid4(), MODEL, unit_vectors(1, seed=1)[0])


def test_taken_back_the_schema_is_as_it_was(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    before = schema(cluster)
    run(cluster)
    assert schema(cluster) != before
    list(undistribute(cluster))
    assert schema(cluster) == before
    with cluster.unit_of_work() as work:
        assert not citus.is_distributed(work.session)
        assert templates.count_by_model(work.session, [MODEL]) == {MODEL: PEOPLE}


def test_only_what_is_distributed_is_taken_back(cluster: Database) -> None:
    with pytest.raises(DistributionError, match="not distributed"):
        list(undistribute(cluster))


def test_templates_are_not_renewed_while_they_are_distributed(cluster: Database) -> None:
    run(cluster)
    with pytest.raises(DistributionError, match="--undo"), sole_reembedding(cluster):
        pass


def test_the_schema_goes_up_but_not_back_while_templates_are_distributed(cluster: Database) -> None:
    url = cluster.engine.url.render_as_string(hide_password=False)
    downgrade(url, "0011")
    run(cluster)
    upgrade(url)
    with pytest.raises(DistributionError, match="--undo"):
        losses(url, "0010")
    with pytest.raises(DistributionError, match="--undo"):
        downgrade(url, "0010")
    list(undistribute(cluster))
    downgrade(url, "0010")
