import numpy as np
import pytest

from benchmarks.common.protocols import Vectors, pairs, sign_ups
from benchmarks.common.statistics import Integers

PER_PERSON = 4


def people_on_axes(count: int) -> tuple[Vectors, Integers]:
    """Returns photographs of unrelated people: person p is exactly on axis p."""
    people = np.repeat(np.arange(count), PER_PERSON)
    return np.eye(count, dtype=np.float32)[people], people


def test_pairs_are_taken_once_and_sorted_into_genuine_and_impostor() -> None:
    vectors, people = people_on_axes(3)
    genuine, impostor = pairs(vectors, people)
    assert len(genuine) == 3 * 6
    assert len(impostor) == 3 * 16
    assert set(genuine.scores) == {1.0}
    assert set(impostor.scores) == {0.0}


def test_a_sign_up_is_drawn_with_and_without_a_stranger() -> None:
    vectors, people = people_on_axes(3)
    for honest, mixed in sign_ups(vectors, people, captures=3, count=10, seed=1):
        assert honest @ honest[0] == pytest.approx([1.0, 1.0, 1.0])
        assert mixed @ mixed[0] == pytest.approx([1.0, 1.0, 0.0])
