"""The form of an index, as PostgreSQL and pgvector describe it."""

import itertools

import pytest
from sqlalchemy import text

from db.core.engine import Database
from db.core.index_form import IndexForm, Method, Storage, form_of
from db.core.vector_text import format_vector
from db.search import templates
from db.search.index_use import NEW, index_name
from db.search.statement import Search, nearest_statement
from tests.db.gallery import DIMENSION, MODEL, enrol, genuine_queries, unit_vectors

FORMS = [IndexForm(DIMENSION, method, storage) for method, storage in itertools.product(Method, Storage)]


def name_of(form: IndexForm) -> str:
    return form.in_words()


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_every_form_is_built_recognised_and_used(scratch_database: Database, form: IndexForm) -> None:
    people = unit_vectors(300, seed=1)
    enrol(scratch_database, people)
    with scratch_database.autocommit() as connection:
        connection.exec_driver_sql(
            f"CREATE INDEX {NEW} ON face_templates "
            f"USING {form.method} (({form.expression('embedding')}) {form.operator_class}) WHERE model_id = '{MODEL}'"
        )
        statement = text("SELECT pg_get_indexdef(to_regclass(:name))")
        assert form_of(connection.execute(statement, {"name": NEW}).scalar_one()) == form
        connection.exec_driver_sql("SET ivfflat.probes = 100")
        connection.exec_driver_sql("SET hnsw.ef_search = 300")
        connection.exec_driver_sql("SET enable_sort = off")
        nearest = nearest_statement([Search(MODEL, DIMENSION, form)], 2)
        query = genuine_queries(people[:1], seed=2)[0]
        first, _ = connection.execute(nearest, {"query_0": format_vector(query)}).all()
        assert first.user_id.int == 0
        assert 1.0 - first.distance == pytest.approx(0.7, abs=1e-5)
        plan = connection.execute(text(f"EXPLAIN {nearest.element.text}"), {"query_0": format_vector(query)}).scalars()
        assert f"Index Scan using {NEW}" in "\n".join(plan)


def test_an_index_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="not an index of face templates"):
        form_of("CREATE INDEX ix ON public.face_templates USING btree (model_id)")


def test_a_search_uses_the_form_that_the_catalogue_tells(scratch_database: Database) -> None:
    people = unit_vectors(300, seed=1)
    enrol(scratch_database, people)
    form = IndexForm(DIMENSION, storage=Storage.BIT)
    with scratch_database.autocommit() as connection:
        connection.exec_driver_sql(
            f"CREATE INDEX {index_name(MODEL)} ON face_templates USING ivfflat "
            f"(({form.expression('embedding')}) {form.operator_class}) WITH (lists = 1) WHERE model_id = '{MODEL}'"
        )
    with scratch_database.unit_of_work() as unit:
        found = templates.nearest(unit.session, {MODEL: genuine_queries(people[:1], seed=2)[0]})
    assert found[0].user_id.int == 0
