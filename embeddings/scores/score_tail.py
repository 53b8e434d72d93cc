"""The upper tail of a model's impostor scores: how often a stranger's capture is as like a template as that.

A score is the cosine of one capture and the template of somebody else. ``benchmarks.accuracy.tail_fit`` fits the tails.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

RATES = tuple(float(f"{10.0**-exponent:.4g}") for exponent in np.arange(1.0, 9.01, 0.5))
"""The rates at which a tail is written down; between them it is interpolated in their logarithm."""


@dataclass(frozen=True)
class ScoreTail:
    """A fitted tail, as numbers that can be shipped.

    Attributes:
        people: how many people's scores it was fitted on.
        comparisons: how many scores.
        scores: at each of ``RATES``, the score that a stranger is expected to reach at this rate: the mean of the rates
            of all bootstrap replicates, since the people measured might as well have been others.
        low: the same by the 2.5 % of replicates with the lowest rates; at most ``scores``.
        high: the same by the 2.5 % with the highest rates; at least ``scores``, which far out follow these.
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
        """The tail that :meth:`as_json` wrote."""
        curves = {name: tuple(values[name]) for name in ("scores", "low", "high")}
        return cls(values["people"], values["comparisons"], **curves, shape=values["shape"])

    def as_json(self) -> dict[str, Any]:
        """The tail as numbers and lists of numbers."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def resolved(self) -> float:
        """The smallest rate that the comparisons show without extrapolation: one of them all."""
        return 1.0 / self.comparisons

    def score_at(self, rate: float) -> float:
        """The score that a stranger reaches against one template at this rate, 0 to 1; at most 1."""
        return float(np.interp(-np.log10(max(rate, RATES[-1])), -np.log10(RATES), self.scores))

    def lowest_rate(self, score: float) -> float:
        """How often a stranger reaches this score with one template, by the lower end of the 95 % interval."""
        return _rate(score, self.low)

    def highest_rate(self, score: float) -> float:
        """The same by the upper end."""
        return _rate(score, self.high)


def _rate(score: float, scores: tuple[float, ...]) -> float:
    return float(10.0 ** np.interp(score, scores, np.log10(RATES)))
