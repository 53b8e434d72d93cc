"""Quantiles are estimated from buckets as Prometheus does."""

import numpy as np
import pytest

from service.history.quantiles import quantiles

BOUNDS = (1.0, 2.0, 4.0)


@pytest.mark.parametrize(
    ("share", "counts", "estimate"),
    [
        (0.5, (0, 10, 0, 0), 1.5),
        (0.5, (10, 0, 0, 0), 0.5),
        (0.9, (50, 50, 0, 0), 1.8),
        (0.5, (50, 50, 0, 0), 1.0),
        (0.95, (1, 0, 0, 9), float("inf")),
        (0.5, (0, 0, 1, 1), 4.0),
        (1.0, (1, 1, 0, 0), 2.0),
        (0.75, (1, 1, 2, 0), 3.0),
        (0.5, (0, 0, 0, 0), float("nan")),
    ],
)
def test_a_quantile_is_linear_within_its_bucket(share: float, counts: tuple[float, ...], estimate: float) -> None:
    (found,) = quantiles(share, BOUNDS, np.array([counts], dtype=float))
    assert found == pytest.approx(estimate, nan_ok=True)


def test_each_histogram_has_its_own() -> None:
    found = quantiles(0.5, BOUNDS, np.array([[2.0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 2.0, 0]]))
    assert found == pytest.approx([0.5, float("nan"), 3.0], nan_ok=True)
