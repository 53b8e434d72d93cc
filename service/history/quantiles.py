"""Estimates quantiles from the buckets of histograms."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quantiles(share: float, bounds: Sequence[float], counts: Floats) -> Floats:
    """Estimates a quantile of each histogram as Prometheus's ``histogram_quantile`` does: linear within its bucket.

    Args:
        share: above 0 to 1, such as 0.95.
        bounds: (n,) the finite upper bounds of the buckets, ascending, in seconds or another unit. The lower bound of
            the first is 0.
        counts: (histograms, n + 1) float64, how many values are in each bucket and in no lower one; the last bucket has
            no upper bound.

    Returns:
        (histograms,) float64, in the unit of the bounds: inf if the quantile is above the largest bound, where
        Prometheus returns that bound; nan without values. An estimate is off by at most the width of its bucket.
    """
    below = np.cumsum(counts, axis=1)
    rank = share * below[:, -1]
    bucket = np.argmax(below >= rank[:, None], axis=1)
    rows = np.arange(len(counts))
    inside = counts[rows, bucket]
    edges = np.array([0.0, *bounds, np.inf])
    lower, upper = edges[bucket], edges[bucket + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = lower + (upper - lower) * (rank - (below[rows, bucket] - inside)) / inside
    return np.where(below[:, -1] > 0, found, np.nan)
