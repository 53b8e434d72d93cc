"""Fits the upper tail of impostor scores, to extrapolate beyond the available comparisons.

Peaks over a threshold follow a generalised Pareto distribution (Pickands 1975; Coles 2001, "An Introduction to
Statistical Modeling of Extreme Values", chapter 4). So rates below the smallest share of the comparisons can be
estimated, with growing uncertainty.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from benchmarks.common.statistics import Floats, Integers
from embeddings.scores.score_tail import RATES, ScoreTail

SHAPE_MEAN, SHAPE_DEVIATION = -0.15, 0.06
"""A normal prior of the shape: a cosine ends at 1, so its tail is lighter than exponential, but not by much. Twenty
groups of LFW's people that FaceNet finds similar have shapes of -0.06 to -0.17 with SFace. With millions of scores the
prior has hardly any effect; with a few thousand and no prior, the shape is undetermined."""

MAX_PEAKS = 20_000
"""The maximal number of scores above the threshold: with LFW's five million comparisons, 0.4 % of them. With 5,000, the
tail at 1e-8 depended on a handful of pairs, and differed by 0.03 between templates of three and of five captures. With
50,000, the threshold would be in the bulk."""

GROWTH = 0.75
"""The exponent by which the number of peaks grows with the number of scores, up to ``MAX_PEAKS``."""

MIN_PEAKS = 30
"""With fewer scores above the threshold no fit is possible."""

REPLICATES, SEED = 200, 20261124
EXPONENTIAL = 1e-6
"""A shape with a smaller absolute value counts as zero, where the formula has its limit."""


@dataclass(frozen=True)
class ImpostorScores:
    """Scores of captures compared with templates of other people.

    Attributes:
        scores: (n,) float64 cosines.
        captured: (n,) int64, the person of the capture, from 0 on.
        enrolled: (n,) int64, the person of the template, with the same numbers.
    """

    scores: Floats
    captured: Integers
    enrolled: Integers

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def people(self) -> int:
        """The number of people, by the highest number."""
        return int(max(self.captured.max(), self.enrolled.max())) + 1 if len(self) else 0


def fit_tail(impostors: ImpostorScores) -> ScoreTail:
    """Fits the tail of these scores.

    The n^``GROWTH`` highest of n scores are above the threshold, so a larger sample has a threshold further out. The
    bootstrap draws people, not scores: one person's scores are similar, and drawing scores would make the interval far
    too narrow.

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
    """Returns scale and shape with the greatest likelihood of these heights above the threshold, given the prior."""
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
    """Returns the share of higher peaks by the generalised Pareto distribution."""
    if abs(shape) <= EXPONENTIAL:
        return np.asarray(np.exp(-heights / scale))
    return np.asarray(np.maximum(1.0 + shape * heights / scale, 0.0) ** (-1.0 / shape))


def _scores_at_rates(grid: Floats, rates: Floats) -> tuple[float, ...]:
    """Returns the lowest score of the grid whose rate is at most each of ``RATES``."""
    reached = np.searchsorted(-rates, [-rate for rate in RATES])
    return tuple(round(float(score), 4) for score in grid[np.minimum(reached, len(grid) - 1)])
