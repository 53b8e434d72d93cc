"""The vector index: when it is built, that the planner uses it, and that it finds the right people."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db.core import gallery_size
from db.core.engine import Database, create_database
from db.core.index_form import IndexForm, Method
from db.search import index, index_build, index_tuning, recall, templates
from db.search.index import Action, ensure_index, rebuild_index, tune_index
from db.search.index_status import index_status
from db.search.index_use import NEW, index_name
from tests.db.gallery import DIMENSION, MODEL, Vectors, enrol, genuine_queries, unit_vectors
from tests.db.indexes import FORM, SIMILARITIES, found_first, vector_indexes
from tests.db.people import add_person
from tests.query_log import QueryLog, query_log

PEOPLE = 2_000
SEARCHES = 200


@pytest.fixture(scope="module", autouse=True)
def few_searches() -> Iterator[None]:
    """Measures indexes with fewer searches than usual, because these take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recall, "SAMPLE", SEARCHES)
        yield


@pytest.fixture(scope="module")
def gallery() -> Vectors:
    """As many random templates as an index requires."""
    return unit_vectors(PEOPLE, seed=1)


@pytest.fixture(scope="module")
def indexed(module_url: str, gallery: Vectors) -> Iterator[Database]:
    """A database with that many people and the index for them, shared by the tests of this file."""
    database = create_database(module_url)
    enrol(database, gallery)
    assert ensure_index(database, MODEL, FORM, SIMILARITIES) is Action.BUILT
    yield database
    database.dispose()


def search_statement(log: QueryLog) -> str:
    """Returns the statement of a search without the one that sets the effort, which is sent with it."""
    (sent,) = log.reading("face_templates")
    return sent.partition(";")[2]


def explain(database: Database, query: Vectors) -> str:
    """Returns the plan of the statement that `nearest` sends, with the same settings."""
    with database.unit_of_work() as unit, query_log(database) as log:
        templates.nearest(unit.session, {MODEL: query})
        arguments = {"query_0": str(query.tolist())}
        connection = unit.session.connection()
        return "\n".join(connection.exec_driver_sql("EXPLAIN " + search_statement(log), arguments).scalars())


def test_no_index_is_built_on_an_empty_table(scratch_database: Database) -> None:
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.TOO_FEW_ROWS
    assert rebuild_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.TOO_FEW_ROWS
    assert not index_status(scratch_database, MODEL).exists


def test_no_index_is_built_for_a_few_people_unless_asked_for(scratch_database: Database) -> None:
    enrol(scratch_database, unit_vectors(20, seed=1))
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.TOO_FEW_ROWS
    assert rebuild_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.BUILT


def test_the_planner_chooses_the_index_by_itself(indexed: Database, gallery: Vectors) -> None:
    query = genuine_queries(gallery[:1], seed=2)[0]
    assert f"Index Scan using {index_name(MODEL)}" in explain(indexed, query)


def test_the_planner_chooses_the_index_in_a_generic_plan(indexed: Database, gallery: Vectors) -> None:
    query = genuine_queries(gallery[:1], seed=2)[0]
    with indexed.unit_of_work() as unit, query_log(indexed) as log:
        templates.nearest(unit.session, {MODEL: query})
        connection = unit.session.connection()
        prepared = search_statement(log) % {"query_0": "$1"}
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        connection.exec_driver_sql(f"PREPARE nearest (vector) AS {prepared}")
        plan = connection.exec_driver_sql(
            "EXPLAIN EXECUTE nearest (%(query_0)s)", {"query_0": str(query.tolist())}
        ).scalars()
        assert f"Index Scan using {index_name(MODEL)}" in "\n".join(plan)


def test_without_an_index_the_scan_is_exact(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery[:500])
    queries = genuine_queries(gallery[:20], seed=3)
    with scratch_database.unit_of_work() as unit:
        for person, query in enumerate(queries):
            found = templates.nearest(unit.session, {MODEL: query}, limit=5)
            order = (-(gallery[:500] @ query)).argsort()[:5]
            assert [candidate.user_id.int for candidate in found] == order.tolist()
            assert found[0].username == f"p{person}"


def test_the_right_person_comes_first_through_the_index(indexed: Database, gallery: Vectors) -> None:
    assert found_first(indexed, genuine_queries(gallery[:200], seed=4, cosine=0.9)) >= 0.97


def test_a_person_enrolled_after_the_build_is_found(indexed: Database) -> None:
    vector = unit_vectors(1, seed=5)[0]
    with indexed.unit_of_work() as unit:
        templates.put(unit.session, add_person(unit.session, "newcomer").id, MODEL, vector)
        assert templates.nearest(unit.session, {MODEL: vector})[0].username == "newcomer"
        unit.session.rollback()


def test_people_of_another_model_are_not_found(indexed: Database, gallery: Vectors) -> None:
    with indexed.unit_of_work() as unit:
        assert templates.nearest(unit.session, {"facenet-vggface2": gallery[0]}) == []


def test_the_probes_end_with_the_transaction(indexed: Database, gallery: Vectors) -> None:
    with indexed.unit_of_work() as unit:
        templates.nearest(unit.session, {MODEL: gallery[0]})
        tuning = index_status(indexed, MODEL).tuning
        assert tuning is not None
        assert unit.session.execute(text("SHOW ivfflat.probes")).scalar_one() == str(tuning.effort)
        unit.session.rollback()
        assert unit.session.execute(text("SHOW ivfflat.probes")).scalar_one() == "1"


def test_the_index_explains_itself(indexed: Database) -> None:
    status = index_status(indexed, MODEL)
    assert status.form == FORM
    assert status.lists == index_build.lists_for(PEOPLE)
    assert status.trained_rows == status.rows == PEOPLE
    assert status.tuning is not None
    assert status.tuning.recall >= index_tuning.LEAST_RECALL
    assert status.tuning.rows == PEOPLE


def test_an_index_that_fits_is_left_alone(indexed: Database) -> None:
    assert ensure_index(indexed, MODEL, FORM, SIMILARITIES) is Action.UP_TO_DATE


def test_a_gallery_that_has_grown_a_little_is_measured_again(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery[:1600])
    rebuild_index(scratch_database, MODEL, FORM, [0.99])
    enrol(scratch_database, gallery[1600:], first=1600)
    assert ensure_index(scratch_database, MODEL, FORM, [0.99]) is Action.TUNED
    status = index_status(scratch_database, MODEL)
    assert status.trained_rows == 1600
    assert status.tuning is not None
    assert status.tuning.rows == PEOPLE
    assert ensure_index(scratch_database, MODEL, FORM, [0.99]) is Action.UP_TO_DATE


def test_a_gallery_that_has_become_small_is_searched_exactly(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, SIMILARITIES)
    forget_all_but(scratch_database, 10)
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.DROPPED
    assert vector_indexes(scratch_database) == []


def test_the_index_of_an_emptied_gallery_is_dropped(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, SIMILARITIES)
    forget_all_but(scratch_database, 0)
    assert tune_index(scratch_database, MODEL, SIMILARITIES) is Action.TOO_FEW_ROWS
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.DROPPED
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.TOO_FEW_ROWS


def test_templates_of_another_model_do_not_have_an_index_measured_anew(
    scratch_database: Database, gallery: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, SIMILARITIES)
    measured = index_status(scratch_database, MODEL).tuning
    enrol(scratch_database, gallery, model_id="facenet-vggface2")
    monkeypatch.setattr(gallery_size, "EXACT_COUNT", 100)
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.UP_TO_DATE
    assert index_status(scratch_database, MODEL).tuning == measured


def test_an_unusable_index_under_the_models_name_is_dropped(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery)
    cancel_a_build(scratch_database)
    with scratch_database.autocommit() as connection:
        connection.exec_driver_sql(f"ALTER INDEX {NEW} RENAME TO {index_name(MODEL)}")
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.BUILT
    assert vector_indexes(scratch_database) == [index_name(MODEL)]


def test_a_new_index_that_has_not_replaced_the_old_one_gets_enough_probes(
    scratch_database: Database, gallery: Vectors
) -> None:
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, SIMILARITIES)
    with scratch_database.autocommit() as connection:
        connection.exec_driver_sql(
            f"CREATE INDEX {NEW} ON face_templates USING ivfflat (({FORM.expression('embedding')}) "
            f"{FORM.operator_class}) WITH (lists = 900) WHERE model_id = '{MODEL}'"
        )
    with scratch_database.unit_of_work() as unit:
        assert templates.nearest(unit.session, {MODEL: gallery[0]})[0].user_id.int == 0
        assert unit.session.execute(text("SHOW ivfflat.probes")).scalar_one() == "225"


@pytest.mark.parametrize("few", [PEOPLE // index.GROWTH, pytest.param(PEOPLE // 10, marks=pytest.mark.slow)])
def test_an_outgrown_index_is_trained_anew(scratch_database: Database, gallery: Vectors, few: int) -> None:
    enrol(scratch_database, gallery[:few])
    rebuild_index(scratch_database, MODEL, FORM, SIMILARITIES)
    enrol(scratch_database, gallery[few:], first=few)
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.REBUILT
    status = index_status(scratch_database, MODEL)
    assert (status.trained_rows, status.lists) == (PEOPLE, index_build.lists_for(PEOPLE))


def test_an_index_whose_recall_no_effort_reaches_is_rebuilt(
    scratch_database: Database, gallery: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(scratch_database, gallery[:1000])
    rebuild_index(scratch_database, MODEL, FORM, SIMILARITIES)
    enrol(scratch_database, gallery[1000:], first=1000)
    monkeypatch.setattr(index_tuning, "SHARES", (1 / 1000,))
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.REBUILT
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.UP_TO_DATE


@pytest.mark.slow
def test_an_index_is_rebuilt_if_new_people_crowd_into_few_lists(scratch_database: Database) -> None:
    enrol(scratch_database, unit_vectors(1000, seed=1))
    rebuild_index(scratch_database, MODEL, FORM, SIMILARITIES)
    alike = genuine_queries(unit_vectors(1, seed=7).repeat(4000, axis=0), seed=8, cosine=0.9)
    enrol(scratch_database, alike, first=1000)
    assert tune_index(scratch_database, MODEL, SIMILARITIES) is Action.REBUILT


@pytest.mark.slow
def test_the_effort_is_tuned_by_the_measured_recall(indexed: Database) -> None:
    assert tune_index(indexed, MODEL, [0.7]) is Action.TUNED
    hard = index_status(indexed, MODEL).tuning
    assert tune_index(indexed, MODEL, [0.999]) is Action.TUNED
    easy = index_status(indexed, MODEL).tuning
    assert hard is not None
    assert easy is not None
    assert hard.effort > easy.effort
    tune_index(indexed, MODEL, SIMILARITIES)


def test_another_method_takes_the_place_of_the_first(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, SIMILARITIES)
    hnsw = IndexForm(DIMENSION, Method.HNSW)
    assert ensure_index(scratch_database, MODEL, hnsw, SIMILARITIES) is Action.REBUILT
    status = index_status(scratch_database, MODEL)
    assert (status.form, status.lists) == (hnsw, None)
    queries = genuine_queries(gallery[:100], seed=4, cosine=0.9)
    assert f"Index Scan using {index_name(MODEL)}" in explain(scratch_database, queries[0])
    assert found_first(scratch_database, queries) >= 0.97
    assert vector_indexes(scratch_database) == [index_name(MODEL)]


def test_a_second_builder_finds_it_busy(scratch_database: Database) -> None:
    with scratch_database.autocommit() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": index.LOCK_KEY})
        assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.BUSY
        assert rebuild_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.BUSY
        assert tune_index(scratch_database, MODEL, SIMILARITIES) is Action.BUSY


def test_the_rest_of_a_cancelled_build_is_dropped(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, SIMILARITIES)
    cancel_a_build(scratch_database)
    assert vector_indexes(scratch_database) == [index_name(MODEL), NEW]
    assert ensure_index(scratch_database, MODEL, FORM, SIMILARITIES) is Action.UP_TO_DATE
    assert vector_indexes(scratch_database) == [index_name(MODEL)]


def test_people_can_enrol_while_the_index_is_built(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery)
    building = threading.Thread(target=ensure_index, args=(scratch_database, MODEL, FORM, SIMILARITIES))
    building.start()
    vector = unit_vectors(1, seed=9)[0]
    with scratch_database.unit_of_work() as unit:
        templates.put(unit.session, add_person(unit.session, "newcomer").id, MODEL, vector)
    building.join()
    with scratch_database.unit_of_work() as unit:
        assert templates.nearest(unit.session, {MODEL: vector})[0].username == "newcomer"


@pytest.mark.parametrize(
    ("rows", "lists"), [(1, 2), (2_000, 89), (100_000, 632), (1_000_000, 2_000), (9_000_000, 3_000)]
)
def test_lists_follow_the_rows(rows: int, lists: int) -> None:
    assert index_build.lists_for(rows) == lists


def forget_all_but(database: Database, few: int) -> None:
    """Erases everybody except the first few, and analyses the tables."""
    with database.autocommit() as connection:
        connection.execute(
            text("DELETE FROM users WHERE id NOT IN (SELECT id FROM users ORDER BY id LIMIT :few)"), {"few": few}
        )
        connection.execute(text("ANALYZE users, face_templates"))


def cancel_a_build(database: Database) -> None:
    """Cancels a build, so that its remains exist."""
    with database.autocommit() as connection:
        connection.exec_driver_sql("SET statement_timeout = '200ms'")
        with database.unit_of_work() as other:
            # A transaction that has read the table blocks the build until it is cancelled.
            other.session.execute(text("LOCK TABLE face_templates IN ROW EXCLUSIVE MODE"))
            with pytest.raises(Exception, match="statement timeout"):
                connection.exec_driver_sql(
                    f"CREATE INDEX CONCURRENTLY {NEW} ON face_templates "
                    f"USING ivfflat (({FORM.expression('embedding')}) {FORM.operator_class}) WITH (lists = 4)"
                )


def test_a_small_machine_trains_fewer_lists() -> None:
    form = IndexForm(128)
    assert index_build.lists_within(form, 1_000_000, 4096) == 2_000
    lists = index_build.lists_within(form, 1_000_000, 512)
    assert 1_000 < lists < 2_000
    assert index_build.memory_for(form, 1_000_000, lists) <= 512
