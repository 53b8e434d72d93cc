"""The benchmark of two pictures compares each pair once, and no relatives as strangers."""

import numpy as np

from benchmarks.accuracy.sample import Sample
from benchmarks.accuracy.two_pictures import CAPTURES, as_markdown, compared, figures_of
from embeddings.core.models import SFACE, card

PEOPLE, PICTURES = 6, 5


def sample(noise: float = 0.1) -> Sample:
    """Returns people with five pictures each; the first two are twins."""
    generator = np.random.default_rng(1)
    people = np.repeat(np.arange(PEOPLE), PICTURES)
    vectors = generator.normal(size=(PEOPLE, card(SFACE).dimension))[people]
    vectors += noise * generator.normal(size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Sample("people", vectors.astype(np.float32), people, frozenset({(0, 1)}))


def test_every_pair_is_compared_once() -> None:
    genuine, strange = compared(sample())["another picture"]
    assert len(genuine) == PEOPLE * PICTURES * (PICTURES - 1) // 2
    assert len(strange) == PEOPLE * (PEOPLE - 1) // 2 - 1  # without the twins
    assert genuine.scores.min() > strange.scores.max()


def test_templates_are_of_other_pictures() -> None:
    genuine, strange = compared(sample())[f"a template of {CAPTURES} pictures"]
    assert len(genuine) == PEOPLE * (PICTURES - CAPTURES)
    assert len(strange) == PEOPLE * (PEOPLE - 1) * PICTURES - 2 * PICTURES


def test_the_report_has_each_rate() -> None:
    people = sample()
    rows = figures_of(people)
    assert [row["fnmr"]["value"] for row in rows] == [0.0] * 4
    text = as_markdown(rows, people)
    assert "30 photographs of 6 people" in text
    assert text.count("\n| 0.") == 4
