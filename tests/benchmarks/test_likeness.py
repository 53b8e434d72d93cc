"""The comparison of real and synthetic people."""

import numpy as np
import pytest

from benchmarks.accuracy import likeness
from benchmarks.accuracy.likeness import compare
from benchmarks.accuracy.likeness_figures import AXES, plain_summary, spectrum, summary, within_share
from benchmarks.accuracy.likeness_report import as_markdown, outside
from benchmarks.common.protocols import Vectors, pairs
from embeddings.core.models import CARDS
from tests.benchmarks.evaluated import sample_people


def spread(people: int, photographs: int, within: float) -> Vectors:
    """Returns points of which this share of the variance is within people, the same on 30 axes."""
    generator = np.random.default_rng(1)
    own = np.sqrt(1 - within) * generator.normal(size=(people, 1, 30))
    points = own + np.sqrt(within) * generator.normal(size=(people, photographs, 30))
    return points.reshape(people * photographs, 30).astype(np.float32)


def test_axes_alike_are_as_many_as_the_effective_dimension() -> None:
    found = spectrum(spread(20_000, 1, 0.0))
    assert found["effective"] == pytest.approx(30, rel=0.02)
    assert found["cumulative"] == pytest.approx([min(axes / 30, 1.0) for axes in AXES], abs=0.03)


def test_the_share_within_a_person_is_found_from_few_photographs() -> None:
    assert within_share(spread(2000, 3, 0.3), np.repeat(np.arange(2000), 3)) == pytest.approx(0.3, abs=0.01)


def test_intervals_hold_the_figures_of_the_scores() -> None:
    people = np.repeat(np.arange(30), 4)
    points = spread(30, 4, 0.3)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    for found in pairs(points, people):
        figures, plain = summary(found, (0.1, 0.5)), plain_summary(found.scores, (0.1, 0.5))
        assert list(figures) == list(plain) == ["mean", "sd", "10 %", "50 %"]
        for name, figure in figures.items():
            assert figure["low"] <= figure["value"] <= figure["high"]
            assert figure["value"] == pytest.approx(plain[name], abs=0.02)


def test_the_report_has_every_model_and_what_differs_from_real_people(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in ("STRANGERS", "KNOWN", "ENROLLED"):
        monkeypatch.setattr(likeness, size, 100)
    monkeypatch.setattr(likeness, "PROBES", 50)
    model = CARDS[0]
    figures = {model.model_id: compare(sample_people(), model)}
    report = as_markdown(figures)
    assert f"| {model.model_id} | real |" in report
    assert ("sface", "impostors", "mean") in [row[:3] for row in outside(figures)]
    assert "60 photographs of 60 people" in report
    assert f"The groups here ({figures['sface']['groups']} for sface)" in report.replace("\n", " ")
