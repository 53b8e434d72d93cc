"""Synthetic people are vectors of the model's form, and as similar to each other as real people in the references."""

import numpy as np
import pytest

from benchmarks.accuracy.figures import SHIPPED
from benchmarks.common.synthetic import Shape, SyntheticPeople, read_shape
from embeddings.core.models import CARDS, ModelCard
from embeddings.scores.references import reference

pytestmark = pytest.mark.slow

DEFAULT = CARDS[0]
PEOPLE = 2_000


def lengths(vectors: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vectors, axis=-1)


def test_templates_and_captures_are_unit_vectors_of_the_models_dimension() -> None:
    drawn = SyntheticPeople(DEFAULT).draw(30, captures=4)
    assert drawn.templates.shape == (30, DEFAULT.dimension)
    assert drawn.captures.shape == (30, 4, DEFAULT.dimension)
    assert drawn.templates.dtype == drawn.captures.dtype == np.float32
    assert lengths(drawn.templates) == pytest.approx(1, abs=1e-5)
    assert lengths(drawn.captures) == pytest.approx(1, abs=1e-5)


def test_the_same_seed_draws_the_same_people_and_each_call_others() -> None:
    one, other = SyntheticPeople(DEFAULT, seed=3), SyntheticPeople(DEFAULT, seed=3)
    first = one.draw(5, captures=1)
    again = other.draw(5, captures=1)
    assert np.array_equal(first.templates, again.templates)
    assert np.array_equal(first.captures, again.captures)
    assert not np.array_equal(first.templates, one.draw(5, captures=1).templates)


def test_people_of_another_seed_are_others_of_the_same_population() -> None:
    some, strangers = (SyntheticPeople(DEFAULT, seed).draw(PEOPLE).templates for seed in (1, 2))
    among, across = some @ some[:500].T, some @ strangers[:500].T
    others = among[500:]
    assert across.max() < 0.95
    assert across.mean() == pytest.approx(others.mean(), abs=0.005)
    assert across.std() == pytest.approx(others.std(), abs=0.005)


def test_batches_are_as_many_people_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.common.synthetic.BATCH", 40)
    assert [len(batch) for batch in SyntheticPeople(DEFAULT).batches(100)] == [40, 40, 20]


@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.model_id)
def test_people_are_more_like_themselves_than_like_others(card: ModelCard) -> None:
    drawn = SyntheticPeople(card).draw(PEOPLE, captures=1)
    scores = drawn.captures[:, 0] @ drawn.templates.T
    own = np.diag(scores).copy()
    np.fill_diagonal(scores, -1)
    assert own.mean() > 0.7
    assert (own > scores.max(axis=1)).mean() > 0.97


@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.model_id)
@pytest.mark.parametrize("rate", [1e-3, 1e-4])
def test_impostors_reach_what_the_reference_says(rate: float, card: ModelCard) -> None:
    """The tail of FaceNet differs more (`results/likeness.md`)."""
    drawn, known = SyntheticPeople(card).draw(PEOPLE, captures=1), reference(card.model_id).impostors
    scores = drawn.captures[:500, 0] @ drawn.templates[500:].T
    assert np.quantile(scores, 1 - rate) == pytest.approx(known.score_at(rate), abs=0.035)


@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.model_id)
def test_own_captures_score_what_the_reference_says(card: ModelCard) -> None:
    drawn, known = SyntheticPeople(card).draw(PEOPLE, captures=1), reference(card.model_id)
    genuine = (drawn.captures[:, 0] * drawn.templates).sum(axis=1)
    for level in (0.01, 0.05, 0.1, 0.25, 0.5):
        assert np.quantile(genuine, level) == pytest.approx(known.genuine_at(level), abs=0.04)


@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.model_id)
def test_a_shape_can_be_written_and_read(card: ModelCard) -> None:
    shape = read_shape(card)
    assert len(shape.person) == len(shape.capture) == card.dimension
    assert sum(shape.person) + sum(shape.capture) + shape.mean**2 == pytest.approx(1, abs=0.02)
    assert Shape.from_json(shape.as_json()) == shape
