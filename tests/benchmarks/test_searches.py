"""The measurement of searches, on a gallery of a few hundred people."""

import json
from collections.abc import Iterator

import pytest

from benchmarks.common.gallery import Seeded, seed_gallery
from benchmarks.common.searches import decide, frontiers, search_as_a_login_does, search_exactly
from db.core.engine import Database, create_database
from embeddings.core.models import card
from service.domain.budget import Budget
from service.gallery.gallery import Gallery
from service.gallery.vector_index import VectorIndex

CARD = card("sface")
PEOPLE, SEARCHES = 400, 30


@pytest.fixture(scope="module")
def gallery(module_url: str) -> Iterator[tuple[Database, Seeded]]:
    database = create_database(module_url)
    yield database, seed_gallery(database, CARD, PEOPLE, facial_data=False, queries=SEARCHES)
    database.dispose()


def test_an_exact_search_finds_everybody(gallery: tuple[Database, Seeded]) -> None:
    database, seeded = gallery
    found = search_exactly(database, CARD, seeded, SEARCHES)
    assert (found.hit_rate, found.timing.runs) == (1.0, SEARCHES)


def test_logins_search_with_the_index_there_is(gallery: tuple[Database, Seeded]) -> None:
    database, seeded = gallery
    VectorIndex(database, CARD, "ivfflat").rebuild()
    snapshot = Gallery(database, [CARD], Budget(fpir=0.1, fmr=0.1)).snapshot()
    assert search_as_a_login_does(database, CARD, seeded, SEARCHES, snapshot).hit_rate >= 0.9


def test_the_fnir_of_an_exact_search_is_at_most_that_of_the_index(gallery: tuple[Database, Seeded]) -> None:
    database, seeded = gallery
    lenient = Gallery(database, [CARD], Budget(fpir=0.1, fmr=0.1)).snapshot()
    outcomes = decide(database, CARD, seeded, lenient)
    assert 0.0 <= outcomes.fnir_exact <= outcomes.fnir <= 0.2


def test_every_kind_of_index_is_built_and_searched(gallery: tuple[Database, Seeded]) -> None:
    database, seeded = gallery
    kinds = [kind.as_dict() for kind in frontiers(database, CARD, seeded, SEARCHES)]
    assert len({kind["form"] for kind in kinds}) == len(kinds) == 4
    for kind in kinds:
        efforts = [point["effort"] for point in kind["points"]]
        assert efforts == sorted(efforts)
        assert kind["points"][-1]["hit_rate"] >= 0.8
    json.dumps(kinds)
