"""How well a floor tells a sign-up with a stranger's photograph in it from an honest one."""

import numpy as np

from benchmarks.protocols import Vectors, sign_ups
from embeddings.score_tail import Integers
from embeddings.selection import agreement_with_rest

CAPTURES, SIGN_UPS, SEED = 5, 4000, 20261122
FLOORS = (0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.58, 0.60, 0.65, 0.70)


def lowest_agreement(vectors: Vectors) -> float:
    """The highest floor that a sign-up of these captures passes: what the service asks for."""
    return float(agreement_with_rest(vectors).min())


def agreement_with_half(vectors: Vectors) -> float:
    """The highest floor at which each capture is still like half of the others: what the service does not ask for.

    The way that was not kept, measured beside the one that was.
    """
    others = len(vectors) - 1
    similar = np.sort(vectors @ vectors.T, axis=1)[:, :-1]  # without itself, the most similar of all
    return float(similar[:, others - (others + 1) // 2].min())


WAYS = {"the template of the others, as shipped": lowest_agreement, "half of the others": agreement_with_half}
"""What every capture is compared with."""


def by_floor(vectors: Vectors, people: Integers) -> dict[str, list[dict[str, float]]]:
    """By what each capture is compared with, and by floor: the share of honest sign-ups refused, of mixed let through.

    Args:
        vectors: (n, dimension), a photograph a row.
        people: (n,) int64, whose each is.
    """
    drawn = list(sign_ups(vectors, people, captures=CAPTURES, count=SIGN_UPS, seed=SEED))
    found = {}
    for way, agreement in WAYS.items():
        honest = np.array([agreement(one) for one, _ in drawn])
        mixed = np.array([agreement(other) for _, other in drawn])
        found[way] = [
            {
                "floor": floor,
                "honest_refused": float((honest < floor).mean()),
                "mixed_let_through": float((mixed >= floor).mean()),
            }
            for floor in FLOORS
        ]
    return found
