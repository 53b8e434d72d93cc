"""Makes comparisons from vectors and their people. Pure functions, seeded."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.common.statistics import Comparisons, Integers

Vectors = NDArray[np.float32]
"""(n, dimension) float32, rows of unit length."""


def pairs(vectors: Vectors, people: Integers) -> tuple[Comparisons, Comparisons]:
    """Compares every photograph with every other: returns the comparisons within a person, and those between two."""
    rows, columns = np.triu_indices(len(vectors), k=1)
    scores = (vectors @ vectors.T)[rows, columns].astype(np.float64)
    first, second = people[rows], people[columns]
    genuine = first == second
    return (
        Comparisons(scores[genuine], first[genuine], second[genuine]),
        Comparisons(scores[~genuine], first[~genuine], second[~genuine]),
    )


def sign_ups(
    vectors: Vectors, people: Integers, *, captures: int, count: int, seed: int
) -> Iterator[tuple[Vectors, Vectors]]:
    """Draws sign-ups at random, each once with one person's photographs and once with a stranger's among them.

    Args:
        vectors: all photographs.
        people: (n,) int64, the person of each photograph.
        captures: photographs a sign-up.
        count: the number of sign-ups.
        seed: of the random numbers.

    Yields:
        (captures, dimension) twice: all of one person; then with the last one replaced by a stranger's.
    """
    generator = np.random.default_rng(seed)
    able = [person for person in np.unique(people) if np.count_nonzero(people == person) >= captures]
    for _ in range(count):
        person = generator.choice(able)
        chosen = generator.choice(np.flatnonzero(people == person), size=captures, replace=False)
        stranger = generator.choice(np.flatnonzero(people != person))
        yield vectors[chosen], vectors[np.append(chosen[:-1], stranger)]
