"""A search of a large gallery: a first look at a fifth of the lists, and a second one where that settles nothing."""

import math
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.search import index_use, recall, templates
from db.search.index import ensure_index
from db.search.index_status import index_status
from db.search.index_use import FIRST_SHARE
from db.search.templates import Candidate
from tests.db.gallery import MODEL, Vectors, enrol, genuine_queries, unit_vectors
from tests.db.indexes import FORM
from tests.query_log import query_log

PEOPLE = 2_000

HARD = [0.6]
"""Similarities of query vectors that are found in many lists alone."""


@pytest.fixture(scope="module")
def gallery() -> Vectors:
    return unit_vectors(PEOPLE, seed=1)


@pytest.fixture(scope="module")
def indexed(module_url: str, gallery: Vectors) -> Iterator[Database]:
    """A database with an index of 2,000 templates."""
    database = create_database(module_url)
    enrol(database, gallery)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recall, "SAMPLE", 50)
        ensure_index(database, MODEL, FORM, HARD)
    yield database
    database.dispose()


@pytest.fixture
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first look is taken however few templates there are."""
    monkeypatch.setattr(index_use, "WORTH_TWO_LOOKS", 0)


def search(
    database: Database, query: Vectors, is_enough: Callable[[list[Candidate]], bool] | None
) -> tuple[list[Candidate], int, int]:
    """Who is found, how many statements read templates, and how many lists the last one probed."""
    with database.unit_of_work() as work, query_log(database) as log:
        found = templates.nearest(work.session, {MODEL: query}, is_enough=is_enough)
        probes = int(work.session.execute(text("SHOW ivfflat.probes")).scalar_one())
        return found, len(log.reading("face_templates")), probes


def whole(database: Database) -> int:
    """How many lists a whole search probes."""
    tuning = index_status(database, MODEL).tuning
    assert tuning is not None
    return tuning.effort


@pytest.mark.usefixtures("worthwhile")
def test_a_first_look_that_settles_the_search_is_not_followed_by_a_second(indexed: Database, gallery: Vectors) -> None:
    found, statements, probes = search(indexed, gallery[7], lambda found: found[0].similarity > 0.99)
    assert found[0].user_id.int == 7
    assert (statements, probes) == (1, math.ceil(FIRST_SHARE * whole(indexed)))


@pytest.mark.usefixtures("worthwhile")
def test_a_second_look_finds_what_a_whole_search_finds(indexed: Database, gallery: Vectors) -> None:
    for query in genuine_queries(gallery[:20], seed=2):
        expected, once, _ = search(indexed, query, None)
        found, statements, probes = search(indexed, query, lambda _found: False)
        assert found == expected
        assert (once, statements, probes) == (1, 2, whole(indexed))
    assert whole(indexed) > 1


def test_a_small_index_is_searched_in_one_look(indexed: Database, gallery: Vectors) -> None:
    _, statements, probes = search(indexed, gallery[7], lambda _found: False)
    assert (statements, probes) == (1, whole(indexed))


@pytest.mark.usefixtures("worthwhile")
def test_searches_without_an_index_take_one_look(scratch_database: Database, gallery: Vectors) -> None:
    enrol(scratch_database, gallery[:20])
    found, statements, _ = search(scratch_database, gallery[3], lambda _found: False)
    assert (found[0].user_id.int, statements) == (3, 1)
