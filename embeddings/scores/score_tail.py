"""The upper tail of a model's impostor scores: how often a stranger's capture reaches a score with one template.

A score is the cosine of one capture and another person's template. ``benchmarks.accuracy.tail_fit`` fits the tails.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

RATES = tuple(float(f"{10.0**-exponent:.4g}") for exponent in np.arange(1.0, 9.01, 0.5))
"""The rates for which a tail is stored; between them it is interpolated in the logarithm of the rate."""


@dataclass(frozen=True)
class ScoreTail:
    """A fitted tail as numbers.

    Attributes:
        people: the number of people in the fit.
        comparisons: the number of scores.
        scores: for each of ``RATES``, the score that a stranger is expected to reach at this rate. The rate is the mean
            of all bootstrap replicates, because the measured people are a random sample.
        low: the scores by the 2.5 % of replicates with the lowest rates; at most ``scores``.
        high: the scores by the 2.5 % with the highest rates; at least ``scores``, which are close to them far out.
        shape: of the generalised Pareto distribution fitted to all people.
    """

    people: int
    comparisons: int
    scores: tuple[float, ...]
    low: tuple[float, ...] = field(repr=False)
    high: tuple[float, ...] = field(repr=False)
    shape: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ScoreTail":
        """Reads a tail from the result of :meth:`as_json`."""
        curves = {name: tuple(values[name]) for name in ("scores", "low", "high")}
        return cls(values["people"], values["comparisons"], **curves, shape=values["shape"])

    def as_json(self) -> dict[str, Any]:
        """Returns the tail as numbers and lists of numbers."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def resolved(self) -> float:
        """The smallest rate that the comparisons show without extrapolation: one of all comparisons."""
        return 1.0 / self.comparisons

    def score_at(self, rate: float) -> float:
        """Returns the score that a stranger is expected to reach with one template at this rate, 0 to 1."""
        return float(np.interp(-np.log10(max(rate, RATES[-1])), -np.log10(RATES), self.scores))

    def expected_rate(self, score: float) -> float:
        """Returns the rate at which a stranger is expected to reach this score, within the range of ``RATES``."""
        return _rate(score, self.scores)

    def lowest_rate(self, score: float) -> float:
        """Returns the rate at which a stranger reaches this score, by the lower end of the 95 % interval."""
        return _rate(score, self.low)

    def highest_rate(self, score: float) -> float:
        """Returns the rate by the upper end of the 95 % interval."""
        return _rate(score, self.high)


def _rate(score: float, scores: tuple[float, ...]) -> float:
    return float(10.0 ** np.interp(score, scores, np.log10(RATES)))
