"""What a search needs to know of an index is looked up once a connection, and again when the index has changed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.search import recall, templates
from db.search.index import ensure_index
from db.search.index_build import drop
from db.search.index_use import NEW, index_name
from tests.db.gallery import MODEL, Vectors, enrol, unit_vectors
from tests.db.indexes import FORM
from tests.query_log import query_log

PEOPLE = 2_000
ALIKE = [0.9]


@pytest.fixture(scope="module")
def gallery() -> Vectors:
    return unit_vectors(PEOPLE, seed=1)


@pytest.fixture
def indexed(scratch_database: Database, gallery: Vectors, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(recall, "SAMPLE", 50)
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, ALIKE)
    return scratch_database


@pytest.fixture
def searching(indexed: Database, scratch_url: str) -> Iterator[Database]:
    """Another service, with one connection that has searched before."""
    database = create_database(scratch_url, pool_size=1)
    search(database, unit_vectors(1, seed=2)[0])
    yield database
    database.dispose()


def search(database: Database, query: Vectors) -> tuple[int, int]:
    """Searches once; returns whom it found, and how many statements it took."""
    with query_log(database) as log, database.single_statements() as work:
        found = templates.nearest(work.session, {MODEL: query})
    return found[0].user_id.int, len(log)


def probes(database: Database, query: Vectors) -> int:
    """How many lists a search probes."""
    with database.unit_of_work() as work:
        templates.nearest(work.session, {MODEL: query})
        return int(work.session.execute(text("SHOW ivfflat.probes")).scalar_one())


def test_a_connection_that_has_searched_before_sends_one_statement(searching: Database, gallery: Vectors) -> None:
    assert search(searching, gallery[7]) == (7, 1)


def test_a_new_comment_is_noticed_by_the_next_search(indexed: Database, searching: Database, gallery: Vectors) -> None:
    before = probes(searching, gallery[7])
    with indexed.autocommit() as connection:
        connection.exec_driver_sql(f"COMMENT ON INDEX {index_name(MODEL)} IS '{before + 5} probes'")
    assert probes(searching, gallery[7]) == before + 5
    assert search(searching, gallery[7]) == (7, 2)  # PREPARE, as the effort is another one, and the search
    assert search(searching, gallery[7]) == (7, 1)


def test_an_index_that_is_gone_is_noticed_by_the_next_search(
    indexed: Database, searching: Database, gallery: Vectors
) -> None:
    with indexed.autocommit() as connection:
        drop(connection, index_name(MODEL))
    found, statements = search(searching, gallery[7])
    assert (found, statements) == (7, 5)  # the search, two look-ups, PREPARE, the search
    assert search(searching, gallery[7]) == (7, 1)


def test_a_new_index_is_noticed_before_it_replaces_the_old_one(
    indexed: Database, searching: Database, gallery: Vectors
) -> None:
    with indexed.autocommit() as connection:
        where = f"WHERE model_id = '{MODEL}'"
        connection.exec_driver_sql(
            f"CREATE INDEX {NEW} ON face_templates USING ivfflat "
            f"(({FORM.expression('embedding')}) {FORM.operator_class}) WITH (lists = 400) {where}"
        )
    assert probes(searching, gallery[7]) == 100  # a quarter of its lists, as it has no comment yet


def test_nobody_is_found_in_an_empty_gallery(scratch_database: Database, gallery: Vectors) -> None:
    for _ in range(2):
        with scratch_database.single_statements() as work:
            assert templates.nearest(work.session, {MODEL: gallery[0]}, is_enough=lambda _: False) == []
