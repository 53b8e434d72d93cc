"""Quantiles are estimated from buckets as Prometheus does."""

import pytest

from service.history.quantiles import quantile

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("share", "counts", "estimate"),
    [
        (0.5, {1.0: 0, 2.0: 10, INFINITE: 0}, 1.5),
        (0.5, {1.0: 10}, 0.5),
        (0.9, {1.0: 50, 2.0: 50}, 1.8),
        (0.5, {1.0: 50, 2.0: 50}, 1.0),
        (0.95, {1.0: 1, 2.0: 0, INFINITE: 9}, 2.0),
        (1.0, {1.0: 1, 2.0: 1, 4.0: 0}, 2.0),
        (0.5, {1.0: 0, INFINITE: 0}, None),
        (0.5, {}, None),
    ],
)
def test_a_quantile_is_linear_within_its_bucket(
    share: float, counts: dict[float, float], estimate: float | None
) -> None:
    found = quantile(share, counts)
    assert found is None if estimate is None else found == pytest.approx(estimate)
