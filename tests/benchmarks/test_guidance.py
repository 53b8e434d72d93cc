from typing import Any

import pytest

from benchmarks.speed.guidance import as_markdown
from tests.guidance_films import HARDER

STAGE = {"median_ms": 1.0, "p95_ms": 2.0, "p99_ms": 3.0, "runs": 4}


@pytest.fixture
def figures() -> dict[str, Any]:
    harder = {name: {"films": 100, "right": 0, "others": {"ready": 100}} for name in HARDER}
    return {
        "timings": {"one face": {"decode": STAGE, "total": STAGE}},
        "films": {"turn_left": {"films": 20, "right": 19, "others": {"ready": 1}}, **harder},
    }


def test_the_report_has_the_wrong_hints_of_each_kind_of_film(figures: dict[str, Any]) -> None:
    assert "| turn_left | 20 | 19 | ready 1 |" in as_markdown(figures)


def test_films_that_are_known_to_be_too_hard_are_not_counted(figures: dict[str, Any]) -> None:
    assert "19 of 20 films" in as_markdown(figures)
