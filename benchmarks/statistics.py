"""Error rates of comparisons and searches, as ISO/IEC 19795 names them, with intervals by person.

A comparison is accepted when its score is at or above the cut-off. Nothing here knows of images or networks.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NEVER = np.nan
"""The score of a mated search whose best candidate is somebody else: not accepted at any cut-off."""


@dataclass(frozen=True)
class Comparisons:
    """Scores, and between whom.

    Attributes:
        scores: (n,) float64, higher is more alike.
        first: (n,) int64, index of the person whose photograph was compared.
        second: (n,) int64, index of the person it was compared with; the same as ``first`` in a genuine comparison.
    """

    scores: Floats
    first: Integers
    second: Integers

    def __len__(self) -> int:
        return len(self.scores)

    def weights(self, drawn: Integers) -> Floats:
        """How often each comparison counts, (n,), when person p was drawn ``drawn[p]`` times.

        A comparison between two people counts once for each pair of their copies, a genuine one once for each copy:
        two copies of one person are not strangers to each other.
        """
        alone = drawn[self.first]
        return np.where(self.first == self.second, alone, alone * drawn[self.second]).astype(np.float64)


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


def accepted(scores: Floats, cutoff: float, weights: Floats | None = None) -> float:
    """The share, 0 to 1, of scores at or above the cut-off; nan when nothing counts."""
    if weights is None:
        weights = np.ones(len(scores))
    total = weights.sum()
    return float(weights[scores >= cutoff].sum() / total) if total else float("nan")


def cutoff_for(impostor: Floats, rate: float, weights: Floats | None = None) -> float:
    """The lowest cut-off that accepts at most this share of the impostors.

    It lies just above one of their scores: between two scores any value accepts the same, and the lowest is the
    kindest to genuine ones. ``-inf`` when even accepting everybody is within the rate.
    """
    if weights is None:
        weights = np.ones(len(impostor))
    order = np.argsort(impostor)[::-1]
    scores = impostor[order]
    let_in = np.cumsum(weights[order])
    if not let_in.size or let_in[-1] == 0:
        return float("-inf")
    last_of_its_score = np.append(scores[1:] != scores[:-1], True)
    too_many = last_of_its_score & (let_in > rate * let_in[-1] + 1e-9)
    if not too_many.any():
        return float("-inf")
    return float(np.nextafter(scores[np.argmax(too_many)], np.inf))


def missed_at(genuine: Comparisons, impostor: Comparisons, rate: float, drawn: Integers | None = None) -> float:
    """The share of genuine comparisons refused at the cut-off that accepts this share of impostors.

    With pairs of captures: FNMR at FMR (1 - TAR). With the best candidates of searches: FNIR at FPIR.
    """
    genuine_weights = None if drawn is None else genuine.weights(drawn)
    impostor_weights = None if drawn is None else impostor.weights(drawn)
    cutoff = cutoff_for(impostor.scores, rate, impostor_weights)
    return 1.0 - accepted(genuine.scores, cutoff, genuine_weights)


def accepted_at(comparisons: Comparisons, cutoff: float, drawn: Integers | None = None) -> float:
    """The share of these comparisons accepted at a fixed cut-off."""
    return accepted(comparisons.scores, cutoff, None if drawn is None else comparisons.weights(drawn))


def by_person(
    statistic: Callable[[Integers | None], float], people: int, replicates: int = 1000, seed: int = 20261122
) -> Estimate:
    """A statistic with its 95 % percentile interval, people drawn with replacement.

    Photographs of one person are alike, so drawing photographs or pairs would make the interval far too narrow.

    Args:
        statistic: gets how often each person was drawn, (people,) int64, or None for everybody once.
        people: how many there are.
        replicates: how many times people are drawn.
        seed: of the random numbers; the same seed draws the same people.
    """
    generator = np.random.default_rng(seed)
    values = []
    for _ in range(replicates):
        drawn = np.bincount(generator.integers(people, size=people), minlength=people)
        value = statistic(drawn)
        if np.isfinite(value):
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5])
    return Estimate(statistic(None), float(low), float(high))
