"""The upper tail of a model's impostor scores: how often a stranger's capture is as like a template as that.

A score is the cosine of one capture and the template of somebody else. Peaks over a threshold follow a generalised
Pareto distribution (Pickands 1975; Coles 2001, "An Introduction to Statistical Modeling of Extreme Values", chapter 4),
so that rates can be told that are smaller than any share of the comparisons at hand, with growing uncertainty.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RATES = tuple(float(f"{10.0**-exponent:.4g}") for exponent in np.arange(1.0, 9.01, 0.5))
"""The rates at which a tail is written down; between them it is interpolated in their logarithm."""

SHAPE_MEAN, SHAPE_DEVIATION = -0.15, 0.06
"""What is known of the shape before any score is: a cosine ends at 1, so its tail is lighter than exponential, but not
by much; the reference's people have shapes of -0.10 to -0.20. Without that, a thousand scores leave the shape open, and
with it all that is extrapolated. Chosen on ORL, twenty people enrolled and twenty as strangers, 120 times: at budgets
of 0.01 and 0.003 the FPIR was 1.3 and 2.2 times the budget. A deviation of 0.1 gave 1.8 and 2.9 times; a mean of -0.1
and a deviation of 0.05 gave 0.7 and 0.8 times, at twice the FNIR of the best cut-off there is."""

GROWTH = 0.75
"""How the number of peaks grows with that of scores."""

REPLICATES = 200
SEED = 20261124
EXPONENTIAL = 1e-6
"""A shape so near to zero is taken for zero, where the formula has its limit."""

MAX_PEAKS = 5000
"""More scores above the threshold would cost time and reach down into the bulk."""

MIN_PEAKS = 30
"""With fewer scores above the threshold there is nothing to fit."""


@dataclass(frozen=True)
class ImpostorScores:
    """Scores of captures compared with templates of other people.

    Attributes:
        scores: (n,) float64 cosines.
        captured: (n,) int64, whose capture it was, from 0 on.
        enrolled: (n,) int64, whose template, numbered alike.
    """

    scores: Floats
    captured: Integers
    enrolled: Integers

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def people(self) -> int:
        """How many people there are, by the highest number."""
        return int(max(self.captured.max(), self.enrolled.max())) + 1 if len(self) else 0


@dataclass(frozen=True)
class ScoreTail:
    """A fitted tail, as numbers that can be shipped.

    Attributes:
        people: how many people's scores it was fitted on.
        comparisons: how many scores.
        scores: at each of ``RATES``, the score that a stranger is expected to reach at this rate. The people at hand
            might as well have been others, so it goes by the mean of the rates of all bootstrap replicates.
        low: the same by the 2.5 % of replicates with the lowest rates; at most ``scores``.
        high: the same by the 2.5 % with the highest rates; at least ``scores``, which far out go by those alone.
        shape: of the fit to all people.
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
        return _interpolate(rate, self.scores)

    def rate_interval(self, score: float) -> tuple[float, float]:
        """The 95 % interval, by bootstrap over people, of how often a stranger reaches this score with one template."""
        return _rate(score, self.low), _rate(score, self.high)


def fit_tail(impostors: ImpostorScores) -> ScoreTail:
    """Fits the tail of these scores.

    The threshold leaves the n^``GROWTH`` highest of n scores: the larger the sample, the further out. The replicates
    draw people, not scores: one person's scores are alike, and drawing scores would make the interval far too narrow.

    Raises:
        ValueError: there are too few scores.
    """
    count = min(round(len(impostors) ** GROWTH), MAX_PEAKS)
    if count < MIN_PEAKS:
        raise ValueError(f"{len(impostors)} comparisons are too few to fit a tail")
    threshold = float(np.partition(impostors.scores, -count)[-count])
    peak = impostors.scores >= threshold
    heights = impostors.scores[peak] - threshold
    pairs = impostors.captured[peak], impostors.enrolled[peak]
    people, fits = impostors.people, []
    generator = np.random.default_rng(SEED)
    for _ in range(REPLICATES):
        drawn = np.bincount(generator.integers(people, size=people), minlength=people)
        weights = (drawn[pairs[0]] * drawn[pairs[1]]).astype(np.float64)
        total = float((drawn[impostors.captured] * drawn[impostors.enrolled]).sum())
        if np.count_nonzero(weights) >= MIN_PEAKS and total:
            fits.append((weights.sum() / total, *_fit_peaks(heights, weights)))
    if not fits:
        raise ValueError(f"the scores of {people} people are too few to fit a tail")
    grid = np.linspace(threshold, 1.0, 2000)
    curves = np.array([share * _survival(grid - threshold, scale, shape) for share, scale, shape in fits])
    _, shape = _fit_peaks(heights, np.ones(len(heights)))
    expected = curves.mean(axis=0)
    low, high = np.percentile(curves, [2.5, 97.5], axis=0)
    return ScoreTail(
        people,
        len(impostors),
        _scores_at_rates(grid, expected),
        _scores_at_rates(grid, np.minimum(low, expected)),
        _scores_at_rates(grid, np.maximum(high, expected)),
        round(float(shape), 4),
    )


def _fit_peaks(heights: Floats, weights: Floats) -> tuple[float, float]:
    """Scale and shape with the greatest likelihood of these heights above the threshold, given the shape's prior."""
    mean = float(np.average(heights, weights=weights))

    def unlikelihood(parameters: Floats) -> float:
        scale, shape = np.exp(parameters[0]), parameters[1]
        inside = 1.0 + shape * heights / scale
        if inside.min() <= 0.0:
            return np.inf
        tail = (1.0 / shape + 1.0) * np.log(inside) if abs(shape) > EXPONENTIAL else heights / scale
        return float(weights @ (parameters[0] + tail) + 0.5 * ((shape - SHAPE_MEAN) / SHAPE_DEVIATION) ** 2)

    start = np.array([np.log(mean * (1.0 - SHAPE_MEAN)), -0.01])
    best = minimize(unlikelihood, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-4})
    return float(np.exp(best.x[0])), float(best.x[1])


def _survival(heights: Floats, scale: float, shape: float) -> Floats:
    """The share of peaks that are higher, by the generalised Pareto distribution."""
    if abs(shape) <= EXPONENTIAL:
        return np.asarray(np.exp(-heights / scale))
    return np.asarray(np.maximum(1.0 + shape * heights / scale, 0.0) ** (-1.0 / shape))


def _scores_at_rates(grid: Floats, rates: Floats) -> tuple[float, ...]:
    """The lowest score of the grid whose rate is at most each of ``RATES``."""
    reached = np.searchsorted(-rates, [-rate for rate in RATES])
    return tuple(round(float(score), 4) for score in grid[np.minimum(reached, len(grid) - 1)])


def _interpolate(rate: float, scores: tuple[float, ...]) -> float:
    return float(np.interp(-np.log10(max(rate, RATES[-1])), -np.log10(RATES), scores))


def _rate(score: float, scores: tuple[float, ...]) -> float:
    return float(10.0 ** np.interp(score, scores, np.log10(RATES)))
