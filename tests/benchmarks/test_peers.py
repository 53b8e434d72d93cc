"""The peers find the same people as an exhaustive comparison in NumPy."""

from importlib.util import find_spec

import numpy as np
import pytest

from benchmarks.common.synthetic import Drawn, SyntheticPeople
from benchmarks.peers.peers import FaissFlat, Hnswlib, M, Peer
from embeddings.core.models import CARDS

PEOPLE = 500

needs_hnswlib = pytest.mark.skipif(find_spec("hnswlib") is None, reason="chroma-hnswlib has no wheel for this Python")


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return SyntheticPeople(CARDS[0]).draw(PEOPLE, captures=1)


@pytest.mark.parametrize("kind", [FaissFlat, pytest.param(Hnswlib, marks=needs_hnswlib)])
def test_captures_find_their_people(drawn: Drawn, kind: type[FaissFlat] | type[Hnswlib]) -> None:
    peer: Peer = kind(drawn.templates)
    queries = drawn.captures[:, 0]
    exact = np.argmax(queries @ drawn.templates.T, axis=1)
    found = np.array([peer.nearest(query) for query in queries])
    assert (found == exact).mean() > 0.99
    assert peer.build_seconds > 0.0


def test_faiss_is_exact(drawn: Drawn) -> None:
    peer = FaissFlat(drawn.templates)
    strangers = SyntheticPeople(CARDS[0], seed=2).draw(100).templates
    exact = np.argmax(strangers @ drawn.templates.T, axis=1)
    assert [peer.nearest(query) for query in strangers] == exact.tolist()


def test_faiss_keeps_the_vectors_alone(drawn: Drawn) -> None:
    assert FaissFlat(drawn.templates).memory_bytes == drawn.templates.nbytes


@needs_hnswlib
def test_hnswlib_keeps_links_beside_the_vectors(drawn: Drawn) -> None:
    links = PEOPLE * 2 * M * np.dtype(np.uint32).itemsize
    memory = Hnswlib(drawn.templates).memory_bytes
    assert drawn.templates.nbytes + links < memory < drawn.templates.nbytes + 2 * links


@needs_hnswlib
def test_a_search_that_keeps_more_candidates_misses_less(drawn: Drawn) -> None:
    peer, strangers = Hnswlib(drawn.templates, m=2, ef_construction=4), SyntheticPeople(CARDS[0], seed=2).draw(200)
    exact = np.argmax(strangers.templates @ drawn.templates.T, axis=1)
    right = []
    for ef in (1, PEOPLE):
        peer.set_ef(ef)
        right.append(np.mean([peer.nearest(query) for query in strangers.templates] == exact))
    assert right[0] < right[1]
