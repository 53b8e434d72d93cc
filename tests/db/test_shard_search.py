"""Searches of distributed templates: on a stand-in for Citus, and on a real cluster if there is one."""

import re
from uuid import UUID

import pytest
from sqlalchemy import text

from db.core import citus
from db.core.citus import REPEATED
from db.core.engine import Database
from db.core.index_form import IndexForm
from db.search import templates
from db.search.index_use import UNMEASURED_EF
from db.search.statement import CANDIDATES, Search, shards_statement
from tests.db import fake_citus
from tests.db.distributing import FORM, PEOPLE, run
from tests.db.gallery import DIMENSION, MODEL, enrol, genuine_queries, unit_vectors
from tests.query_log import query_log

pytestmark = pytest.mark.slow

NEWER = "facenet-vggface2"


def test_a_search_repeats_its_settings_for_the_workers(cluster: Database) -> None:
    with cluster.unit_of_work() as work:
        templates.nearest(work.session, {MODEL: unit_vectors(1, seed=1)[0]})
        shown = [work.session.execute(text(f"SHOW {name}")).scalar_one() for name in (citus.PROPAGATION, *REPEATED)]
    assert shown == ["local", "1", str(UNMEASURED_EF), "relaxed_order", "relaxed_order", "off", "64MB"]


def test_the_workers_search_with_the_settings_of_the_coordinator(cluster: Database) -> None:
    if fake_citus.is_installed(cluster):
        pytest.skip("the stand-in has no workers to tell")
    run(cluster)
    enrol(cluster, unit_vectors(PEOPLE, seed=1))
    shown = ", ".join(f"current_setting('{name}') || left(user_id::text, 0)" for name in (*REPEATED, "lock_timeout"))
    with cluster.unit_of_work() as work:
        work.session.execute(text("SELECT set_config('lock_timeout', '5s', true)"))  # no search depends on this setting
        templates.nearest(work.session, {MODEL: unit_vectors(1, seed=1)[0]})
        on_workers = work.session.execute(text(f"SELECT DISTINCT {shown} FROM face_templates")).all()  # noqa: S608
    assert on_workers == [("1", str(UNMEASURED_EF), "relaxed_order", "relaxed_order", "off", "64MB", "0")]


def test_without_citus_a_search_repeats_nothing(database: Database) -> None:
    with database.unit_of_work() as work, query_log(database) as log:
        templates.nearest(work.session, {MODEL: unit_vectors(1, seed=1)[0]})
    assert not any("citus" in statement for statement in log)


@pytest.mark.parametrize("form", [None, FORM])
def test_each_search_has_the_form_that_a_coordinator_passes_on(form: IndexForm | None) -> None:
    """One query level, the model as a literal, only the nearest few of the distributed table, and no vectors."""
    statement = " ".join(str(shards_statement(Search(MODEL, DIMENSION, form), 2)).split())
    columns = rf"'{MODEL}' AS model_id, user_id, embedding::vector\(512\) <=> :query_0 AS distance"
    rest = rf"FROM face_templates WHERE model_id = '{MODEL}' ORDER BY .* LIMIT (\d+)"
    found = re.fullmatch(f"SELECT {columns} {rest}", statement)
    assert found is not None
    assert statement.count("SELECT") == 1
    assert found[1] == str(CANDIDATES if form else 2)


def test_a_person_is_found_by_face_and_by_name(cluster: Database) -> None:
    vectors = unit_vectors(PEOPLE, seed=1)
    enrol(cluster, vectors)
    run(cluster)
    query = genuine_queries(vectors[5:6], seed=2)[0]
    with cluster.unit_of_work() as work:
        first, second = templates.nearest(work.session, {MODEL: query})
        assert (first.username, first.display_name) == ("p5", "Person 5")
        assert first.similarity == pytest.approx(0.7, abs=0.001)
        assert second.similarity < first.similarity
        assert templates.of_username(work.session, {MODEL: query}, "p5") == first
        assert templates.of_user(work.session, {MODEL: query}, first.user_id) == first
        assert templates.of_username(work.session, {MODEL: query}, "nobody") is None


def test_an_older_template_of_a_person_is_superseded_by_their_newer_one(cluster: Database) -> None:
    vectors = unit_vectors(PEOPLE, seed=1)
    enrol(cluster, vectors)
    run(cluster)
    query = genuine_queries(vectors[5:6], seed=2)[0]
    newer = unit_vectors(1, seed=3)[0]
    with cluster.unit_of_work() as work:
        templates.put(work.session, UUID(int=5), NEWER, newer)
        found = templates.nearest(work.session, {NEWER: newer, MODEL: query}, limit=1)
        assert [(one.model_id, one.username, one.superseded) for one in found] == [
            (NEWER, "p5", False),
            (MODEL, "p5", True),
        ]
        others = templates.nearest(work.session, {NEWER: newer, MODEL: vectors[6]}, limit=1)
        assert {(one.username, one.superseded) for one in others} == {("p5", False), ("p6", False)}
