"""A prepared search uses the index that there is, however long its connection lives."""

from collections.abc import Iterator

import pytest

from db.core.engine import Database, create_database
from db.core.vector_text import format_vector
from db.search import recall, templates
from db.search.index import ensure_index, rebuild_index
from db.search.index_build import drop
from db.search.index_use import index_name
from tests.db.gallery import MODEL, Vectors, enrol, unit_vectors
from tests.db.indexes import FORM
from tests.query_log import query_log

PEOPLE = 2_000
ALIKE = [0.9]
GENERIC = 6
"""So many calls that PostgreSQL then has one plan for all vectors."""


@pytest.fixture(scope="module")
def gallery() -> Vectors:
    return unit_vectors(PEOPLE, seed=1)


@pytest.fixture
def living(scratch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A service with one connection."""
    monkeypatch.setattr(recall, "SAMPLE", 50)
    database = create_database(scratch_url, pool_size=1)
    yield database
    database.dispose()


def search(database: Database, gallery: Vectors, people: int) -> str:
    """Searches until the plan is the generic one, always finding the right person; returns that plan."""
    for person in range(GENERIC):
        with query_log(database) as log, database.single_statements() as work:
            found = templates.nearest(work.session, {MODEL: gallery[person % people]})
        assert found[0].user_id.int == person % people
    setting, _, execution = log[-1].partition("; ")
    assert execution.startswith("EXECUTE")
    name = execution.split()[1]
    with database.autocommit_statement() as connection:
        plans = f"SELECT generic_plans FROM pg_prepared_statements WHERE name = '{name}'"  # noqa: S608
        assert connection.exec_driver_sql(plans).scalar_one() > 0
        explain = f"{setting}; EXPLAIN EXECUTE {name} ('{format_vector(gallery[0])}')"
        return "\n".join(connection.exec_driver_sql(explain).scalars())


def test_a_gallery_that_grows_on_a_living_connection_is_searched_by_its_index(
    living: Database, scratch_database: Database, gallery: Vectors
) -> None:
    enrol(scratch_database, gallery[:1])
    plan = search(living, gallery, 1)
    assert "Seq Scan on face_templates" in plan
    enrol(scratch_database, gallery[1:], first=1)
    assert "Seq Scan on face_templates" in search(living, gallery, PEOPLE)
    ensure_index(scratch_database, MODEL, FORM, ALIKE)
    plan = search(living, gallery, PEOPLE)
    assert f"Index Scan using {index_name(MODEL)}" in plan
    assert "Index Scan using pk_users" in plan


def test_an_index_of_a_few_people_is_used_once_they_are_many(
    living: Database, scratch_database: Database, gallery: Vectors
) -> None:
    enrol(scratch_database, gallery[:20])
    rebuild_index(scratch_database, MODEL, FORM, ALIKE)
    search(living, gallery, 20)
    enrol(scratch_database, gallery[20:], first=20)
    assert f"Index Scan using {index_name(MODEL)}" in search(living, gallery, PEOPLE)


def test_an_index_that_is_rebuilt_dropped_renamed_or_new_is_noticed(
    living: Database, scratch_database: Database, gallery: Vectors
) -> None:
    enrol(scratch_database, gallery)
    ensure_index(scratch_database, MODEL, FORM, ALIKE)
    used = f"Index Scan using {index_name(MODEL)}"
    assert used in search(living, gallery, PEOPLE)
    rebuild_index(scratch_database, MODEL, FORM, ALIKE)
    assert used in search(living, gallery, PEOPLE)
    with scratch_database.autocommit() as connection:
        connection.exec_driver_sql(f"ALTER INDEX {index_name(MODEL)} RENAME TO renamed")
    search(living, gallery, PEOPLE)
    with scratch_database.autocommit() as connection:
        connection.exec_driver_sql(f"ALTER INDEX renamed RENAME TO {index_name(MODEL)}")
    assert used in search(living, gallery, PEOPLE)
    with scratch_database.autocommit() as connection:
        drop(connection, index_name(MODEL))
    assert "Seq Scan on face_templates" in search(living, gallery, PEOPLE)
    ensure_index(scratch_database, MODEL, FORM, ALIKE)
    assert used in search(living, gallery, PEOPLE)
