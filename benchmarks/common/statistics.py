"""Error rates of comparisons and searches by the terms of ISO/IEC 19795, with intervals by person.

A comparison is accepted if its score is at or above the cut-off. This module does not depend on images or networks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NEVER = np.nan
"""The score of a mated search whose best candidate is another person: not accepted at any cut-off."""


@dataclass(frozen=True)
class Comparisons:
    """Scores, and the two people of each.

    Attributes:
        scores: (n,) float64, higher is more similar.
        first: (n,) int64, index of the person whose photograph was compared.
        second: (n,) int64, index of the person it was compared with; the same as ``first`` in a genuine comparison.
    """

    scores: Floats
    first: Integers
    second: Integers

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Returns the figures for a result file."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Counts:
    """Trials and hits by the person whose photograph was tried.

    Attributes:
        hits: (people,) float64.
        trials: (people,) float64.
    """

    hits: Floats
    trials: Floats

    @classmethod
    def of(cls, persons: Integers, hit: NDArray[np.bool_], people: int) -> "Counts":
        """Counts trials.

        Args:
            persons: (n,) int64, the person of each trial, from 0 on.
            hit: (n,), whether each trial is a hit.
            people: the number of people.
        """
        trials = np.bincount(persons, minlength=people).astype(np.float64)
        return cls(np.bincount(persons, hit.astype(np.float64), people).astype(np.float64), trials)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.hits + other.hits, self.trials + other.trials)

    def share(self, replicates: int = 2000, seed: int = 20261122) -> "Estimate":
        """Returns the share of hits in all trials with its 95 % interval, drawing people with replacement."""
        people = np.flatnonzero(self.trials)
        if not len(people):
            return Estimate(float("nan"), float("nan"), float("nan"))
        drawn = np.random.default_rng(seed).choice(people, (replicates, len(people)))
        shares = self.hits[drawn].sum(axis=1) / self.trials[drawn].sum(axis=1)
        low, high = np.percentile(shares, [2.5, 97.5])
        return Estimate(float(self.hits.sum() / self.trials.sum()), float(low), float(high))


def accepted(scores: Floats, cutoff: float) -> float:
    """Returns the share, 0 to 1, of scores at or above the cut-off; nan if there are none."""
    return float(np.mean(scores >= cutoff)) if len(scores) else float("nan")


def cutoff_for(impostor: Floats, rate: float) -> float:
    """Returns the lowest cut-off that accepts at most this share of the impostors.

    It is just above one of their scores. Any value between two scores accepts the same impostors, and the lowest
    accepts the most genuine comparisons. It is ``-inf`` if accepting everybody is within the rate.
    """
    scores = np.sort(impostor)[::-1]
    allowed = int(np.floor(rate * len(scores) + 1e-9))
    return float("-inf") if allowed >= len(scores) else float(np.nextafter(scores[allowed], np.inf))
