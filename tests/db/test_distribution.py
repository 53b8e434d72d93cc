"""Distributing the tables with Citus, on a stand-in for it (tests/db/fake_citus.py)."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from db import citus, gallery_size, impostor_levels, index, templates
from db.distribution import distribute
from db.engine import Database, create_database
from db.errors import DistributionError
from db.index import Action, ensure_index, rebuild_index, tune_index
from db.index_build import lists_for
from db.index_comment import IndexComment
from db.index_form import IndexForm, Storage
from db.index_status import index_status
from tests.db import fake_citus
from tests.db.gallery import DIMENSION, MODEL, enrol, genuine_queries, unit_vectors
from tests.query_log import query_log

pytestmark = pytest.mark.slow

PEOPLE = 600
FORM = IndexForm(DIMENSION)
SIMILARITIES = [0.9]

SHOWN = (
    "citus.propagate_set_commands",
    "ivfflat.probes",
    "hnsw.ef_search",
    "ivfflat.iterative_scan",
    "hnsw.iterative_scan",
)


def run(database: Database, shards: int = 2, form: IndexForm = FORM) -> list[str]:
    return list(distribute(database, MODEL, form, SIMILARITIES, shards))


def execute(database: Database, statement: str) -> None:
    with database.unit_of_work() as work:
        work.session.execute(text(statement))


@pytest.fixture
def cluster(scratch_database: Database, scratch_url: str) -> Database:
    """A database in which Citus seems to be."""
    fake_citus.install(scratch_url)
    scratch_database.dispose()
    return scratch_database


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds indexes for as few people as a test enrols."""
    monkeypatch.setattr(index, "MIN_ROWS", PEOPLE // 4)


def test_without_citus_it_says_what_to_do(scratch_database: Database) -> None:
    with pytest.raises(DistributionError, match="CREATE EXTENSION citus"):
        run(scratch_database)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE pg_dist_local_group SET groupid = 1", "a worker"),
        ("DELETE FROM pg_dist_node WHERE groupid = 0", "citus_set_coordinator_host"),
    ],
)
def test_a_cluster_that_is_not_ready_is_told_what_it_lacks(cluster: Database, change: str, said: str) -> None:
    execute(cluster, change)
    with pytest.raises(DistributionError, match=said):
        run(cluster)
    assert fake_citus.calls(cluster) == []


def test_the_tables_are_distributed_in_an_order_that_their_foreign_keys_allow(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    rebuild_index(cluster, MODEL, FORM, SIMILARITIES)
    run(cluster, shards=4)
    assert fake_citus.calls(cluster) == [
        "reference users",
        "local refresh_tokens t",
        "distributed face_templates by user_id in 4 vector indexes: 0",
        "truncated face_templates",
        "truncated users",
    ]


def test_a_table_that_citus_took_over_by_itself_is_left_to_it(cluster: Database) -> None:
    execute(cluster, "INSERT INTO pg_dist_partition VALUES ('refresh_tokens')")
    run(cluster)
    assert not any("refresh_tokens" in call for call in fake_citus.calls(cluster))


def test_a_second_run_distributes_nothing(cluster: Database) -> None:
    run(cluster)
    before = fake_citus.calls(cluster)
    said = run(cluster)
    assert said[0] == "the tables are distributed already"
    assert fake_citus.calls(cluster)[len(before) :] == ["truncated face_templates", "truncated users"]


def test_an_interrupted_run_is_continued(cluster: Database) -> None:
    execute(cluster, "SELECT create_reference_table('users')")
    run(cluster)
    assert sum("reference users" in call for call in fake_citus.calls(cluster)) == 1
    with cluster.unit_of_work() as work:
        assert citus.shards(work.session) == 2


def test_it_waits_for_services_to_be_stopped(cluster: Database, scratch_url: str) -> None:
    service = create_database(scratch_url, serving=MODEL)
    with service.engine.connect(), pytest.raises(DistributionError, match="a service runs"):
        run(cluster)
    service.dispose()
    assert fake_citus.calls(cluster) == []


def test_small_shards_are_searched_exactly(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    assert "no index" in run(cluster)[-1]
    assert not index_status(cluster, MODEL).exists


@pytest.mark.usefixtures("small_shards")
def test_the_index_has_lists_for_the_rows_of_a_shard(cluster: Database) -> None:
    vectors = unit_vectors(PEOPLE, seed=1)
    enrol(cluster, vectors)
    run(cluster)
    status = index_status(cluster, MODEL)
    assert (status.form, status.lists, status.trained_rows) == (FORM, lists_for(PEOPLE // 2), PEOPLE)
    assert status.tuning is not None
    with cluster.unit_of_work() as work:
        found = templates.nearest(work.session, {MODEL: genuine_queries(vectors[5:6], seed=2)[0]})
        assert found[0].username == "p5"
        assert work.session.execute(text("SHOW ivfflat.probes")).scalar_one() == str(status.tuning.effort)


@pytest.mark.usefixtures("small_shards")
def test_an_index_is_trained_anew_once_the_gallery_has_outgrown_it(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    assert "which is good" in run(cluster)[-1]
    enrol(cluster, unit_vectors(3 * PEOPLE, seed=2), first=PEOPLE)
    run(cluster)
    assert index_status(cluster, MODEL).trained_rows == 4 * PEOPLE


@pytest.mark.usefixtures("small_shards")
def test_an_index_that_is_not_measured_yet_is_measured(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    built = index_status(cluster, MODEL)
    unmeasured = IndexComment(PEOPLE, datetime.now(UTC)).as_text(MODEL, FORM, built.lists, 2)
    execute(cluster, f"COMMENT ON INDEX {built.name} IS '{unmeasured}'")
    assert "recall" in run(cluster)[-1]
    assert index_status(cluster, MODEL).tuning is not None


@pytest.mark.usefixtures("small_shards")
def test_an_index_of_another_form_takes_the_place_of_the_first(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    run(cluster, form=IndexForm(DIMENSION, storage=Storage.HALFVEC))
    assert index_status(cluster, MODEL).form == IndexForm(DIMENSION, storage=Storage.HALFVEC)


def test_the_service_leaves_the_index_to_the_command(cluster: Database) -> None:
    run(cluster)
    assert ensure_index(cluster, MODEL, FORM, SIMILARITIES) is Action.DISTRIBUTED
    assert rebuild_index(cluster, MODEL, FORM, SIMILARITIES) is Action.DISTRIBUTED
    assert tune_index(cluster, MODEL, SIMILARITIES) is Action.DISTRIBUTED


@pytest.mark.usefixtures("small_shards")
def test_what_is_set_for_the_workers_is_set_in_a_way_that_citus_passes_on(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    with query_log(cluster) as log:
        run(cluster)
    for setting in ("maintenance_work_mem", "ivfflat.probes"):
        at = next(number for number, statement in enumerate(log) if f"SET LOCAL {setting}" in statement)
        assert log[at - 2 : at] == ["BEGIN", "SET LOCAL citus.propagate_set_commands = 'local'"]


def test_a_search_repeats_its_settings_for_the_workers(cluster: Database) -> None:
    with cluster.unit_of_work() as work:
        work.session.execute(text("SELECT set_config('ivfflat.probes', '7', true)"))
        templates.nearest(work.session, {MODEL: unit_vectors(1, seed=1)[0]})
        shown = [work.session.execute(text(f"SHOW {name}")).scalar_one() for name in SHOWN]
    assert shown == ["local", "7", "40", "relaxed_order", "relaxed_order"]


def test_without_citus_a_search_repeats_nothing(database: Database) -> None:
    with database.unit_of_work() as work, query_log(database) as log:
        citus.repeat_settings(work.session)
    assert [statement for statement in log if "SAVEPOINT" not in statement] == []


def test_a_large_gallery_is_counted_on_the_shards(cluster: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_size, "EXACT_COUNT", 100)
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    with cluster.unit_of_work() as work:
        counted = templates.count_by_model(work.session, [MODEL])
    assert counted == {MODEL: fake_citus.SHARDS_HERE * PEOPLE}


def test_people_are_sampled_without_a_clause_that_citus_refuses(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    execute(cluster, "UPDATE users SET facial_data = '{}'")
    run(cluster)
    with cluster.unit_of_work() as work, query_log(cluster) as log:
        assert len(impostor_levels.sample(work.session, MODEL, 50, PEOPLE)) == 50
    assert "TABLESAMPLE" not in " ".join(log)


def test_an_enrolment_asks_the_shards_one_after_another(cluster: Database) -> None:
    with cluster.unit_of_work() as work:
        templates.lock_gallery(work.session)
        shown = work.session.execute(text("SHOW citus.multi_shard_modify_mode")).scalar_one()
    assert shown == "sequential"


@pytest.mark.parametrize("form", [None, FORM])
def test_each_search_has_the_form_that_a_coordinator_passes_on(form: IndexForm | None) -> None:
    """Innermost, the model as a literal, the nearest few of the distributed table alone, and no vector among them."""
    searches = [templates.Search(MODEL, DIMENSION, form), templates.Search("facenet-vggface2", DIMENSION, form)]
    statement = " ".join(str(templates.nearest_statement(searches, 2)).split())
    for number, model_id in enumerate((MODEL, "facenet-vggface2")):
        columns = f"'{model_id}' AS model_id, user_id, embedding::vector(512) <=> :query_{number} AS distance"
        innermost = (
            rf"{re.escape(columns)} FROM face_templates WHERE model_id = '{model_id}' ORDER BY (.*?) LIMIT (\d+)\)"
        )
        found = re.search(rf"\( ?SELECT {innermost}", statement)
        assert found is not None
        assert found[2] == str(templates.CANDIDATES if form else 2)
