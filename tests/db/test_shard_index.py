"""The indexes of distributed templates: on a stand-in for Citus, and on a real cluster if there is one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from db.core import citus, gallery_size
from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.core.index_form import IndexForm, Storage
from db.queries import impostor_levels
from db.search import index, templates
from db.search.index import Action, ensure_index, rebuild_index, tune_index
from db.search.index_build import lists_for
from db.search.index_comment import IndexComment
from db.search.index_status import index_status
from db.sharding.distribution import undistribute
from tests.db import fake_citus
from tests.db.distributing import FORM, PEOPLE, SIMILARITIES, execute, run
from tests.db.gallery import DIMENSION, MODEL, enrol, genuine_queries, unit_vectors
from tests.query_log import query_log

pytestmark = pytest.mark.slow


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds indexes for as few people as a test enrols."""
    monkeypatch.setattr(index, "MIN_ROWS", PEOPLE // 4)


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
    assert status.size is not None
    assert status.size > 2 * 8192


@pytest.mark.usefixtures("small_shards")
def test_an_index_is_trained_anew_once_the_gallery_has_outgrown_it(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    assert "up to date" in run(cluster)[-1]
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


@pytest.mark.usefixtures("small_shards")
def test_templates_are_taken_back_without_their_indexes(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    list(undistribute(cluster))
    assert not index_status(cluster, MODEL).exists
    assert rebuild_index(cluster, MODEL, FORM, SIMILARITIES) is Action.BUILT


def test_the_service_leaves_the_index_to_the_command(cluster: Database) -> None:
    run(cluster)
    assert ensure_index(cluster, MODEL, FORM, SIMILARITIES) is Action.DISTRIBUTED
    assert rebuild_index(cluster, MODEL, FORM, SIMILARITIES) is Action.DISTRIBUTED
    assert tune_index(cluster, MODEL, SIMILARITIES) is Action.DISTRIBUTED


@pytest.mark.usefixtures("small_shards")
def test_settings_for_the_workers_are_set_so_that_citus_propagates_them(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    with query_log(cluster) as log:
        run(cluster)
    for setting in ("maintenance_work_mem", "ivfflat.probes"):
        at = next(number for number, statement in enumerate(log) if f"SET LOCAL {setting}" in statement)
        assert log[at - 2 : at] == ["BEGIN", "SET LOCAL citus.propagate_set_commands = 'local'"]


def test_a_large_gallery_is_counted_on_the_shards(cluster: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_size, "EXACT_COUNT", 100)
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    run(cluster)
    with cluster.unit_of_work() as work:
        counted = templates.count_by_model(work.session, [MODEL])
    assert PEOPLE <= counted[MODEL] <= fake_citus.SHARDS_HERE * PEOPLE  # never fewer than there are, perhaps more


def test_a_count_that_lacks_a_shard_is_an_error(stand_in: Database) -> None:
    execute(stand_in, "UPDATE citus_tables SET shard_count = 2")
    execute(stand_in, fake_citus.UNANSWERED)
    with stand_in.unit_of_work() as work, pytest.raises(DatabaseUnavailableError):
        citus.estimated_rows(work.session)


def test_people_are_sampled_without_a_clause_that_citus_refuses(cluster: Database) -> None:
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    execute(cluster, "UPDATE users SET facial_data = '{}'")
    run(cluster)
    with cluster.unit_of_work() as work, query_log(cluster) as log:
        assert len(impostor_levels.sample(work.session, MODEL, 50, PEOPLE)) == 50
    assert "TABLESAMPLE" not in " ".join(log)
