import numpy as np
import pytest

from benchmarks.protocols import Split, Vectors, open_set, pairs, sign_ups, splits
from embeddings.score_tail import Integers

PER_PERSON = 4


def people_on_axes(count: int) -> tuple[Vectors, Integers]:
    """Photographs of people who share nothing: person p is exactly on axis p."""
    people = np.repeat(np.arange(count), PER_PERSON)
    return np.eye(count, dtype=np.float32)[people], people


def test_pairs_are_taken_once_and_sorted_into_genuine_and_impostor() -> None:
    vectors, people = people_on_axes(3)
    genuine, impostor = pairs(vectors, people)
    assert len(genuine) == 3 * 6
    assert len(impostor) == 3 * 16
    assert set(genuine.scores) == {1.0}
    assert set(impostor.scores) == {0.0}


def test_probes_are_never_part_of_their_own_template() -> None:
    people = np.repeat(np.arange(3), PER_PERSON)
    vectors = np.eye(len(people), dtype=np.float32)
    for split in splits(vectors, people, captures=3, gallery=2, count=20, seed=1):
        assert not np.any(vectors[split.mated] @ split.templates.T)
        assert len(split.mated) == 2


def test_strangers_are_all_photographs_of_the_people_not_enrolled() -> None:
    vectors, people = people_on_axes(3)
    split = next(splits(vectors, people, captures=2, gallery=2, count=1, seed=1))
    assert set(people[split.others]) == set(range(3)) - set(split.enrolled)
    assert len(split.others) == PER_PERSON


def test_templates_are_unit_vectors() -> None:
    vectors = np.random.default_rng(1).normal(size=(12, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    split = next(splits(vectors, np.repeat(np.arange(3), 4), captures=3, gallery=2, count=1, seed=1))
    assert np.linalg.norm(split.templates, axis=1) == pytest.approx(1.0, abs=1e-6)


def test_the_same_seed_draws_the_same_galleries() -> None:
    vectors, people = people_on_axes(5)
    once, again = (
        [split.enrolled.tolist() for split in splits(vectors, people, captures=2, gallery=2, count=9, seed=4)]
        for _ in range(2)
    )
    assert once == again


def test_too_few_people_for_a_gallery_and_strangers_are_refused() -> None:
    vectors, people = people_on_axes(2)
    with pytest.raises(ValueError, match="not enough people"):
        next(splits(vectors, people, captures=2, gallery=2, count=1, seed=1))


def test_a_search_reports_the_best_person_and_the_lead_over_the_second() -> None:
    vectors = np.array([[0.8, 0.6, 0.0], [0.6, 0.0, 0.8]], dtype=np.float32)
    split = Split(np.array([0, 1]), np.eye(3, dtype=np.float32)[:2], np.array([0]), np.array([1]))
    outcome = open_set(vectors, np.array([0, 2]), iter([split]))
    assert outcome.mated.best.scores == pytest.approx([0.8])
    assert outcome.mated.lead == pytest.approx([0.2])
    assert outcome.strangers.best.second.tolist() == [0]
    assert outcome.strangers.lead == pytest.approx([0.6])
    assert outcome.own.scores == pytest.approx([0.8])
    assert sorted(outcome.foreign.scores) == pytest.approx([0.0, 0.6, 0.6])


def test_a_mated_search_that_finds_somebody_else_has_no_score() -> None:
    vectors = np.array([[0.6, 0.8], [0.0, 1.0]], dtype=np.float32)
    split = Split(np.array([0, 1]), np.eye(2, dtype=np.float32), np.array([0]), np.array([1]))
    outcome = open_set(vectors, np.array([0, 2]), iter([split]))
    assert np.isnan(outcome.mated.best.scores).all()


def test_a_sign_up_is_drawn_with_and_without_a_stranger() -> None:
    vectors, people = people_on_axes(3)
    for honest, mixed in sign_ups(vectors, people, captures=3, count=10, seed=1):
        assert honest @ honest[0] == pytest.approx([1.0, 1.0, 1.0])
        assert mixed @ mixed[0] == pytest.approx([1.0, 1.0, 0.0])
