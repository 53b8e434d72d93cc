"""Estimates quantiles from the buckets of a histogram."""

from collections.abc import Mapping


def quantile(share: float, counts: Mapping[float, float]) -> float | None:
    """Estimates a quantile as Prometheus's ``histogram_quantile`` does: linear within the bucket it falls into.

    Args:
        share: 0 to 1, such as 0.95.
        counts: by the upper bound of a bucket, how many values are in it and in no lower one. All bounds, also those
            of empty buckets; the last may be infinite, and the lower bound of the first is 0.

    Returns:
        The estimate; the largest finite bound if the quantile is above it; None without values. It is off by at most
        the width of its bucket.
    """
    total = sum(counts.values())
    if total <= 0:
        return None
    rank, below, lower = share * total, 0.0, 0.0
    for upper in sorted(counts):
        if below + counts[upper] >= rank and counts[upper] > 0:
            if upper == float("inf"):
                return lower
            return lower + (upper - lower) * (rank - below) / counts[upper]
        below += counts[upper]
        lower = upper
    return lower
