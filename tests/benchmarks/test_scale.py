"""The choice of the measured galleries."""

import pytest

from benchmarks.speed.scale import sizes_up_to


@pytest.mark.parametrize(
    ("people", "sizes"),
    [
        (500, [500]),
        (1_000, [1_000]),
        (100_000, [1_000, 10_000, 100_000]),
        (1_000_000, [1_000, 10_000, 100_000, 1_000_000]),
    ],
)
def test_the_usual_sizes_below_are_measured_too(people: int, sizes: list[int]) -> None:
    assert sizes_up_to(people) == sizes
