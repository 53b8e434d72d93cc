"""The comment that an index stores about itself."""

from datetime import UTC, datetime

import pytest

from db.core.index_form import IndexForm, Method
from db.search.index_comment import IndexComment, Tuning, read_comment

TRAINED = datetime(2026, 11, 24, 21, 5, tzinfo=UTC)
TUNED = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
MODEL = "facenet-casia-webface"


@pytest.mark.parametrize(("method", "lists"), [(Method.IVFFLAT, 632), (Method.HNSW, None)])
@pytest.mark.parametrize("tuning", [None, Tuning(41, 0.9975, 998, 120_000, TUNED)])
def test_a_comment_is_read_as_it_was_written(method: Method, lists: int | None, tuning: Tuning | None) -> None:
    comment = IndexComment(100_000, TRAINED, tuning)
    assert read_comment(comment.as_text(MODEL, IndexForm(512, method), lists)) == comment


def test_a_comment_speaks_to_people() -> None:
    comment = IndexComment(100_000, TRAINED, Tuning(41, 0.9975, 998, 120_000, TUNED))
    assert comment.as_text(MODEL, IndexForm(128), 632) == (
        "Nearest templates of facenet-casia-webface by cosine distance: ivfflat of halfvec; "
        "trained on 100000 rows at 2026-11-24 21:05 UTC; 632 lists; "
        "41 probes: recall 0.9975 of 998 searches among 120000 rows at 2026-11-25 08:30 UTC"
    )


def test_a_comment_has_the_number_of_shards() -> None:
    told = IndexComment(100_000, TRAINED).as_text(MODEL, IndexForm(512), 112, shards=32)
    assert told.endswith("; 112 lists; one on each of 32 shards")


def test_a_comment_of_somebody_elses_says_nothing() -> None:
    assert read_comment("my index") is None
