"""Measures the level of a model's impostor scores among some people: one robust number, reliable from ten people on.

If a group of people resemble each other, or share one camera, all their impostor scores are higher by about the same
amount, also far out in the tail. This was measured with SFace on twenty groups of LFW's people that FaceNet finds
similar, and on people of other sets. The shift of the upper quartile predicts the scores at false match rates of 1e-2,
1e-3 and 1e-4 without bias, with a deviation of 0.02 from ten people and of 0.015 from twenty. A scale in addition to
the shift, or a tail fitted to the group's own scores, predicts them worse (``benchmarks/results/accuracy.md``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Vector

QUARTILE = 0.75
"""The quantile of the pairs' scores that is the level. It is low enough that a few pairs, such as twins or people who
are enrolled twice, do not change it. Higher quantiles predict the tail no better, and are noisier."""

REPLICATES, SEED = 200, 20261124
INTERVAL = (2.5, 97.5)
"""Per cent: a 95 % interval."""


@dataclass(frozen=True)
class ImpostorLevel:
    """A level with its 95 % interval, bootstrapped by person.

    Attributes:
        value: the upper quartile, over pairs of different people, of the mean cosine between their captures.
        low: the lower end of the interval.
        high: the upper end of the interval.
        people: the number of people it was measured on.
    """

    value: float
    low: float
    high: float
    people: int

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ImpostorLevel":
        """Reads a level from the result of :meth:`as_json`."""
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """Returns the level as numbers."""
        return asdict(self)


def impostor_level(people: Sequence[Sequence[Vector]], kin: Collection[tuple[int, int]] = ()) -> ImpostorLevel:
    """Measures the level of the scores between these people.

    Args:
        people: each person's captures, (dimension,) unit vectors of one model; at least two people.
        kin: pairs of people, by their indices, to leave out.
    """
    means = np.stack([np.mean(captures, axis=0) for captures in people])
    first, second = np.triu_indices(len(people), 1)
    scores = (means @ means.T)[first, second]
    counted = np.ones((len(people), len(people)), np.bool_)
    for one, other in kin:
        counted[one, other] = counted[other, one] = False
    order = np.argsort(scores)
    order = order[counted[first, second][order]]
    scores, first, second = scores[order], first[order], second[order]
    generator = np.random.default_rng(SEED)
    replicates = []
    for _ in range(REPLICATES):
        drawn = np.bincount(generator.integers(len(people), size=len(people)), minlength=len(people))
        weights = drawn[first] * drawn[second]
        if weights.any():
            replicates.append(_quantile(scores, weights))
    value = _quantile(scores, np.ones(len(scores), np.int64))
    low, high = np.percentile(replicates, INTERVAL)
    return ImpostorLevel(round(value, 4), round(float(low), 4), round(float(high), 4), len(people))


def _quantile(scores: NDArray[np.floating], weights: NDArray[np.int64]) -> float:
    """Returns the quantile ``QUARTILE`` of (n,) scores in ascending order with these weights."""
    reached = np.cumsum(weights)
    return float(scores[np.searchsorted(reached, QUARTILE * reached[-1])])
