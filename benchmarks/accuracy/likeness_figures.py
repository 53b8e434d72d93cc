"""Figures to compare real and synthetic people: scores, the spectrum of the covariance, variance within a person.

Pure functions of unit vectors and the people that they belong to.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.common.protocols import Vectors
from benchmarks.common.statistics import Comparisons, Estimate, Floats, Integers

AXES = (1, 2, 4, 8, 16, 32, 64)
"""The numbers of axes with the most variance for which the share of all variance is reported."""

IMPOSTOR_LEVELS = (0.5, 0.9, 0.99, 0.999)
GENUINE_LEVELS = (0.001, 0.01, 0.1, 0.5, 0.9)

REPLICATES, SEED = 500, 20261124
"""The number of bootstrap replicates, and their seed."""


def summary(found: Comparisons, levels: Sequence[float]) -> dict[str, dict[str, float]]:
    """Returns mean, standard deviation and quantiles of scores with 95 % intervals, drawing people with replacement.

    Args:
        found: either all within people, or all between two people.
        levels: of the quantiles, 0 to 1.
    """
    order = np.argsort(found.scores)
    scores, first, second = found.scores[order], found.first[order], found.second[order]
    people = int(max(first.max(), second.max())) + 1
    generator = np.random.default_rng(SEED)
    drawn = []
    for _ in range(REPLICATES):
        times = np.bincount(generator.integers(people, size=people), minlength=people).astype(np.float64)
        weights = np.where(first == second, times[first], times[first] * times[second])
        if weights.any():
            drawn.append(_moments(scores, weights, levels))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    names = ["mean", "sd", *(quantile_name(level) for level in levels)]
    values = _moments(scores, np.ones(len(scores)), levels)
    return {
        name: Estimate(*(float(one) for one in figures)).as_dict()
        for name, *figures in zip(names, values, low, high, strict=True)
    }


def plain_summary(scores: Floats, levels: Sequence[float]) -> dict[str, float]:
    """Returns the same without intervals, for so many scores that the intervals would be negligible."""
    quantiles = np.quantile(scores, levels)
    named = {quantile_name(level): float(one) for level, one in zip(levels, quantiles, strict=True)}
    return {"mean": float(scores.mean()), "sd": float(scores.std()), **named}


def quantile_name(level: float) -> str:
    """Returns a quantile's name, such as ``99.9 %``."""
    return f"{100 * level:g} %"


def spectrum(vectors: Vectors) -> dict[str, Any]:
    """Returns how the variance of these people, (people, dimension), is distributed over the axes.

    Returns:
        ``cumulative``, the shares of the first ``AXES`` (1 for more axes than there are), and ``effective``, the
        number of axes of equal variance that would have the same total variance and the same sum of its squares.
    """
    centred = (vectors - vectors.mean(axis=0)).astype(np.float64)
    variances = np.linalg.svd(centred, compute_uv=False) ** 2
    shares = np.cumsum(variances) / variances.sum()
    cumulative = [float(shares[min(axes, len(shares)) - 1]) for axes in AXES]
    return {"cumulative": cumulative, "effective": float(variances.sum() ** 2 / (variances**2).sum())}


def within_share(vectors: Vectors, people: Integers) -> float:
    """Returns the share of all variance that is between photographs of one person, 0 to 1.

    Args:
        vectors: (n, dimension); several photographs a person, of at least two people.
        people: (n,) int64, the person of each photograph.
    """
    own = [vectors[people == person].astype(np.float64) for person in np.unique(people)]
    within = float(np.mean([some.var(axis=0, ddof=1).sum() for some in own]))
    means = np.array([some.mean(axis=0) for some in own])
    left_in_means = within * float(np.mean([1 / len(some) for some in own]))
    between = float(means.var(axis=0, ddof=1).sum()) - left_in_means
    return within / (within + between)


def _moments(scores: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """Returns mean, standard deviation and quantiles of sorted scores with these weights."""
    mean = np.average(scores, weights=weights)
    deviation = np.sqrt(np.average((scores - mean) ** 2, weights=weights))
    shares = np.cumsum(weights) / weights.sum()
    places = np.minimum(np.searchsorted(shares, levels), len(scores) - 1)
    return np.array([mean, deviation, *scores[places]])
