"""The level of impostor scores, on people with known scores."""

import numpy as np
import pytest

from embeddings.core.types import Vector
from embeddings.core.vectors import normalise
from embeddings.scores.impostor_level import ImpostorLevel, impostor_level

DIMENSION = 128


def people(count: int, alike: float = 0.0, seed: int = 1) -> list[list[Vector]]:
    """Returns one capture each of people whose vectors share a direction, so that their mean score is ``alike``."""
    generator = np.random.default_rng(seed)
    common = normalise(generator.normal(size=DIMENSION))
    return [
        [normalise(np.sqrt(alike) * common + np.sqrt(1 - alike) * normalise(generator.normal(size=DIMENSION)))]
        for _ in range(count)
    ]


@pytest.mark.parametrize("alike", [0.0, 0.2])
def test_it_is_the_upper_quartile_of_the_pairs(alike: float) -> None:
    spread = (1 - alike) / np.sqrt(DIMENSION)  # standard deviation of the cosine of two random directions
    assert impostor_level(people(300, alike)).value == pytest.approx(alike + 0.674 * spread, abs=0.02)


def test_a_pair_scores_the_mean_of_its_captures_cosines() -> None:
    east, north = np.eye(2, dtype=np.float32)
    level = impostor_level([[east, north], [east]])
    assert level == ImpostorLevel(0.5, 0.5, 0.5, 2)


def test_the_interval_holds_the_value_and_narrows_with_people() -> None:
    few, many = impostor_level(people(12)), impostor_level(people(200))
    assert few.low <= few.value <= few.high
    assert many.high - many.low < (few.high - few.low) / 3


def test_twins_hardly_move_it() -> None:
    some = people(10)
    twin = normalise(some[0][0] + 0.5 * normalise(np.random.default_rng(9).normal(size=DIMENSION)))
    with_twin, without = impostor_level([*some, [twin]]), impostor_level(some)
    assert with_twin.value == pytest.approx(without.value, abs=0.02)


def test_kin_are_left_out() -> None:
    same = people(1)[0]
    assert impostor_level([same, same, *people(2, seed=3)], kin=[(0, 1)]).high < 0.5


def test_it_can_be_written_and_read_as_json() -> None:
    level = impostor_level(people(12))
    assert ImpostorLevel.from_json(level.as_json()) == level
