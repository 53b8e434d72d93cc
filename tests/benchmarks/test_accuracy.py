from typing import Any

import numpy as np
import pytest

from benchmarks import accuracy_figures
from benchmarks.accuracy_report import as_markdown
from embeddings.models import FACENET_CASIA_WEBFACE

PEOPLE, PHOTOGRAPHS = 7, 6


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """Of people who look like nobody else and always the same."""
    with pytest.MonkeyPatch.context() as quicker:
        quicker.setattr(accuracy_figures, "SPLITS", 20)
        quicker.setattr(accuracy_figures, "SIGN_UPS", 20)
        people = np.repeat(np.arange(PEOPLE), PHOTOGRAPHS)
        counted = accuracy_figures.count_figures(
            np.eye(PEOPLE, dtype=np.float32)[people], people, FACENET_CASIA_WEBFACE
        )
    found = {
        "people": PEOPLE,
        "photographs": 43,
        "missed": ["ann/9.jpg"],
        "several_faces": [],
        "detectors": {"dlib": 42},
    }
    return found | counted


def test_unmistakable_people_are_never_mistaken(figures: dict[str, Any]) -> None:
    assert figures["pairs"]["tar"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert figures["open_set"]["fnir"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_the_shipped_decision_is_measured_as_the_card_has_it(figures: dict[str, Any]) -> None:
    shipped = figures["shipped"]
    assert (shipped["cutoff"], shipped["margin"]) == (FACENET_CASIA_WEBFACE.cutoff, FACENET_CASIA_WEBFACE.margin)
    assert shipped["search"]["false_match"]["value"] == shipped["search"]["false_non_match"]["value"] == 0.0


def test_a_stranger_in_a_sign_up_is_told_at_any_floor(figures: dict[str, Any]) -> None:
    for way in ("half", "rest"):
        rows = figures[f"by_floor_with_{way}"]
        assert {row["honest_refused"] for row in rows} == {row["mixed_let_through"] for row in rows} == {0.0}


def test_the_report_names_photographs_without_a_face(figures: dict[str, Any]) -> None:
    report = as_markdown({"some": figures})
    assert "No face found in 1 (ann/9.jpg)" in report
    assert "1.0000 [1.0000, 1.0000]" in report
