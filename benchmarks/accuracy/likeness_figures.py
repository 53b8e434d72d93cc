"""What is compared of real and of synthetic people: scores, the spectrum of the covariance, variance within a person.

Pure functions of unit vectors and whose they are.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.common.protocols import Vectors
from benchmarks.common.statistics import Comparisons, Estimate, Floats, Integers

AXES = (1, 2, 4, 8, 16, 32, 64)
"""Of so many axes with the most variance is the share of all variance told."""

IMPOSTOR_LEVELS = (0.5, 0.9, 0.99, 0.999)
GENUINE_LEVELS = (0.001, 0.01, 0.1, 0.5, 0.9)

REPLICATES, SEED = 500, 20261124
"""Bootstrap replicates, and their seed."""


def summary(found: Comparisons, levels: Sequence[float]) -> dict[str, dict[str, float]]:
    """Mean, standard deviation and quantiles of scores, each with its 95 % interval, people drawn with replacement.

    Args:
        found: all within people or all between two.
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
    """The same of so many scores that an interval would tell nothing."""
    quantiles = np.quantile(scores, levels)
    named = {quantile_name(level): float(one) for level, one in zip(levels, quantiles, strict=True)}
    return {"mean": float(scores.mean()), "sd": float(scores.std()), **named}


def quantile_name(level: float) -> str:
    """What a quantile is called, such as ``99.9 %``."""
    return f"{100 * level:g} %"


def spectrum(vectors: Vectors) -> dict[str, Any]:
    """How the variance of these people, (people, dimension), is shared among the axes.

    Returns:
        ``cumulative``, the shares of the first ``AXES`` (1 for more axes than there are), and ``effective``, the
        number of axes that would have as much variance, and as much of its square, if all had the same.
    """
    centred = (vectors - vectors.mean(axis=0)).astype(np.float64)
    variances = np.linalg.svd(centred, compute_uv=False) ** 2
    shares = np.cumsum(variances) / variances.sum()
    cumulative = [float(shares[min(axes, len(shares)) - 1]) for axes in AXES]
    return {"cumulative": cumulative, "effective": float(variances.sum() ** 2 / (variances**2).sum())}


def within_share(vectors: Vectors, people: Integers) -> float:
    """The share of all variance that is between photographs of one person, 0 to 1.

    Args:
        vectors: (n, dimension); several photographs of everybody, of two people or more.
        people: (n,) int64, whose each is.
    """
    own = [vectors[people == person].astype(np.float64) for person in np.unique(people)]
    within = float(np.mean([some.var(axis=0, ddof=1).sum() for some in own]))
    means = np.array([some.mean(axis=0) for some in own])
    left_in_means = within * float(np.mean([1 / len(some) for some in own]))
    between = float(means.var(axis=0, ddof=1).sum()) - left_in_means
    return within / (within + between)


def _moments(scores: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """Mean, standard deviation and quantiles of sorted scores that count so many times each."""
    mean = np.average(scores, weights=weights)
    deviation = np.sqrt(np.average((scores - mean) ** 2, weights=weights))
    shares = np.cumsum(weights) / weights.sum()
    places = np.minimum(np.searchsorted(shares, levels), len(scores) - 1)
    return np.array([mean, deviation, *scores[places]])
