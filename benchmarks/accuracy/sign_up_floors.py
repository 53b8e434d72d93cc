"""Measures how well a floor separates honest sign-ups from those with a stranger's photograph."""

from typing import Any

import numpy as np

from benchmarks.accuracy.sample import Sample
from benchmarks.common.protocols import Vectors, sign_ups
from embeddings.quality.selection import agreement_with_rest

CAPTURES = (3, 5)
SIGN_UPS, SEED = 4000, 20261122
FLOORS = (0.30, 0.34, 0.36, 0.38, 0.40, 0.42, 0.45, 0.50, 0.55)


def by_floor(sample: Sample) -> list[dict[str, Any]]:
    """Returns, by captures and floor, the shares of honest sign-ups refused and of mixed sign-ups accepted."""
    rows = []
    for captures in CAPTURES:
        drawn = list(sign_ups(sample.vectors, sample.people, captures=captures, count=SIGN_UPS, seed=SEED))
        honest = np.array([_lowest_agreement(one) for one, _ in drawn])
        mixed = np.array([_lowest_agreement(other) for _, other in drawn])
        rows += [
            {
                "captures": captures,
                "floor": floor,
                "honest_refused": float((honest < floor).mean()),
                "mixed_accepted": float((mixed >= floor).mean()),
            }
            for floor in FLOORS
        ]
    return rows


def _lowest_agreement(vectors: Vectors) -> float:
    """Returns the highest floor that a sign-up of these captures passes."""
    return float(agreement_with_rest(vectors).min())
