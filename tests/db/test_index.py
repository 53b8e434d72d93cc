"""The vector index: when it is built, that the planner wants it, and that it finds the right people."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db import index, templates
from db.engine import Database, create_database
from db.index import Action, IndexStatus, build_index, ensure_index, index_status
from db.probes import index_name
from tests.db.gallery import DIMENSION, MODEL, Vectors, enrol, genuine_queries, unit_vectors
from tests.db.people import add_person
from tests.query_log import query_log

PEOPLE = index.MIN_ROWS


@pytest.fixture(scope="module")
def gallery() -> Vectors:
    """As many random templates as it takes for an index."""
    return unit_vectors(PEOPLE, seed=1)


@pytest.fixture(scope="module")
def indexed(module_url: str, gallery: Vectors) -> Iterator[Database]:
    """A database with that many people and the index that follows, shared by the tests of this file."""
    database = create_database(module_url)
    enrol(database, gallery)
    assert ensure_index(database, MODEL, DIMENSION) is Action.BUILT
    yield database
    database.dispose()


def explain(database: Database, query: Vectors) -> str:
    """The plan of the statement that `nearest` itself sends, with the settings that it makes."""
    with database.unit_of_work() as unit, query_log(database) as log:
        templates.nearest(unit.session, {MODEL: query})
        (statement,) = log.reading("face_templates")
        arguments = {"query_0": str(query.tolist())}
        connection = unit.session.connection()
        return "\n".join(connection.exec_driver_sql("EXPLAIN " + statement, arguments).scalars())


def test_no_index_is_built_on_an_empty_table(scratch_database: Database) -> None:
    assert ensure_index(scratch_database, MODEL, DIMENSION) is Action.TOO_FEW_ROWS
    assert build_index(scratch_database, MODEL, DIMENSION) is Action.TOO_FEW_ROWS
    assert not index_status(scratch_database, MODEL).exists


def test_no_index_is_built_for_a_few_people_unless_asked_for(scratch_database: Database) -> None:
    enrol(scratch_database, unit_vectors(20, seed=1))
    assert ensure_index(scratch_database, MODEL, DIMENSION) is Action.TOO_FEW_ROWS
    assert build_index(scratch_database, MODEL, DIMENSION) is Action.BUILT


def test_the_planner_chooses_the_index_by_itself(indexed: Database, gallery: Vectors) -> None:
    query = genuine_queries(gallery[:1], seed=2)[0]
    assert f"Index Scan using {index_name(MODEL)}" in explain(indexed, query)


def test_the_planner_chooses_the_index_in_a_generic_plan(indexed: Database, gallery: Vectors) -> None:
    query = genuine_queries(gallery[:1], seed=2)[0]
    with indexed.unit_of_work() as unit, query_log(indexed) as log:
        templates.nearest(unit.session, {MODEL: query})
        (statement,) = log.reading("face_templates")
        connection = unit.session.connection()
        prepared = statement % {"query_0": "$1"}
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
    queries = genuine_queries(gallery[:200], seed=4)
    with indexed.unit_of_work() as unit:
        firsts = [templates.nearest(unit.session, {MODEL: query})[0].user_id.int for query in queries]
    assert sum(first == person for person, first in enumerate(firsts)) / len(queries) >= 0.97


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
        status = index_status(indexed, MODEL)
        assert unit.session.execute(text("SHOW ivfflat.probes")).scalar_one() == str(status.probes)
        unit.session.rollback()
        assert unit.session.execute(text("SHOW ivfflat.probes")).scalar_one() == "1"


def test_the_index_explains_itself(indexed: Database) -> None:
    status = index_status(indexed, MODEL)
    assert status.trained_rows == status.rows == PEOPLE
    assert status.lists == 71
    assert status.recall is not None
    assert status.recall >= 0.97
    assert not status.outgrown


def test_an_index_that_fits_is_left_alone(indexed: Database) -> None:
    assert ensure_index(indexed, MODEL, DIMENSION) is Action.UP_TO_DATE


def test_an_outgrown_index_is_trained_anew(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery[: PEOPLE // index.GROWTH])
    build_index(scratch_database, MODEL, DIMENSION)
    enrol(scratch_database, gallery[PEOPLE // index.GROWTH :], first=PEOPLE // index.GROWTH)
    assert ensure_index(scratch_database, MODEL, DIMENSION) is Action.REBUILT
    status = index_status(scratch_database, MODEL)
    assert (status.trained_rows, status.lists) == (PEOPLE, 71)


def test_a_second_builder_finds_it_busy(scratch_database: Database) -> None:
    with scratch_database.autocommit() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": index.LOCK_KEY})
        assert ensure_index(scratch_database, MODEL, DIMENSION) is Action.BUSY


def test_an_invalid_index_is_dropped_and_built_again(scratch_database: Database) -> None:
    enrol(scratch_database, unit_vectors(20, seed=1))
    build_index(scratch_database, MODEL, DIMENSION)
    name = index_name(MODEL)
    break_index(scratch_database, name)
    assert not index_status(scratch_database, MODEL).exists
    assert build_index(scratch_database, MODEL, DIMENSION) is Action.BUILT


def test_people_can_enrol_while_the_index_is_built(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery)
    building = threading.Thread(target=ensure_index, args=(scratch_database, MODEL, DIMENSION))
    building.start()
    vector = unit_vectors(1, seed=9)[0]
    with scratch_database.unit_of_work() as unit:
        templates.put(unit.session, add_person(unit.session, "newcomer").id, MODEL, vector)
    building.join()
    with scratch_database.unit_of_work() as unit:
        assert templates.nearest(unit.session, {MODEL: vector})[0].username == "newcomer"


def test_only_a_table_grown_fourfold_has_outgrown_its_index() -> None:
    grown = IndexStatus(MODEL, "ix", rows=19_999, exists=True, trained_rows=5_000)
    assert not grown.outgrown
    assert IndexStatus(MODEL, "ix", rows=20_000, exists=True, trained_rows=5_000).outgrown


def break_index(database: Database, name: str) -> None:
    """Leaves an index as a build that was cancelled leaves it: by cancelling one."""
    with database.autocommit() as connection:
        connection.exec_driver_sql(f"DROP INDEX {name}")
        connection.exec_driver_sql("SET statement_timeout = '200ms'")
        with database.unit_of_work() as other:
            # A transaction that has seen the table keeps the build waiting until it is cancelled.
            other.session.execute(text("LOCK TABLE face_templates IN ROW EXCLUSIVE MODE"))
            with pytest.raises(Exception, match="statement timeout"):
                connection.exec_driver_sql(
                    f"CREATE INDEX CONCURRENTLY {name} ON face_templates "
                    f"USING ivfflat ((embedding::vector({DIMENSION})) vector_cosine_ops) "
                    f"WITH (lists = 4) WHERE model_id = '{MODEL}'"
                )
