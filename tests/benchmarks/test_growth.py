"""Searches still find the right people while the gallery grows."""

import threading

import pytest

from benchmarks.speed.growth import as_markdown, grow
from db.core.engine import Database
from db.search import index
from embeddings.core.models import card
from service.gallery.upkeep import Upkeep
from service.gallery.vector_index import VectorIndex

CARD = card("sface")
SIZES = (100, 500, 1_000, 2_000)


@pytest.mark.slow
def test_the_upkeep_keeps_the_recall_of_a_growing_gallery(
    scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "MIN_ROWS", 200)
    upkeep = Upkeep(
        scratch_database,
        CARD,
        VectorIndex(scratch_database, CARD, "ivfflat"),
        [],
    )
    figures = list(grow(scratch_database, CARD, upkeep, SIZES))
    for thread in threading.enumerate():
        if thread.name == "upkeep":
            thread.join()
    assert [size["people"] for size in figures] == list(SIZES)
    assert min(size["hit_rate"] for size in figures) >= 0.97
    assert figures[-1]["trained_on"] >= 200
    assert "2,000" in as_markdown(figures)
