"""The figures of one set of faces, counted from their vectors."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.protocols import (
    OpenSet,
    Searches,
    Vectors,
    agreement_with_half,
    agreement_with_rest,
    open_set,
    pairs,
    sign_ups,
    splits,
)
from benchmarks.statistics import (
    Comparisons,
    Estimate,
    Floats,
    Integers,
    accepted_at,
    by_person,
    cutoff_for,
    missed_at,
)
from embeddings.models import ModelCard

FMR = 1e-3
"""Of pairs of captures; the rate that DESIGN.md compares alignments at."""

FPIR = 0.003
"""Of searches; DESIGN.md's rate for comparing networks."""

CAPTURES, GALLERY, SPLITS, SEED = 5, 5, 400, 20261122
"""Captures to a template, people in a gallery, galleries drawn, and the seed they are drawn with."""

SIGN_UPS = 4000
"""Sign-ups drawn, with and without a stranger in them."""

CUTOFFS = (0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70)
MARGINS = (0.0, 0.02, 0.05, 0.10, 0.15)
FLOORS = (0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55)
PERCENTILES = (0.1, 1, 5, 50, 95, 99, 99.9)

Figures = dict[str, Any]
Statistic = Callable[[Integers | None], float]


def count_figures(vectors: Vectors, people: Integers, card: ModelCard) -> Figures:
    """Every figure of one set of faces.

    Args:
        vectors: (n, dimension), a photograph a row.
        people: (n,) int64 from 0 on, whose each is.
        card: the model, with the cut-off, margin and floor that it ships with.
    """
    genuine, impostor = pairs(vectors, people)
    drawn = splits(vectors, people, captures=CAPTURES, gallery=GALLERY, count=SPLITS, seed=SEED)
    found = open_set(vectors, people, drawn)
    mated, strangers = found.mated.best, found.strangers.best
    estimate = partial(by_person, people=int(people.max()) + 1)
    return {
        "pairs": {
            "genuine": len(genuine),
            "impostor": len(impostor),
            "fmr": FMR,
            "cutoff": cutoff_for(impostor.scores, FMR),
            "tar": _as_dict(estimate(lambda drawn: 1 - missed_at(genuine, impostor, FMR, drawn))),
        },
        "open_set": {
            "captures": CAPTURES,
            "gallery": GALLERY,
            "splits": SPLITS,
            "mated": len(mated),
            "strangers": len(strangers),
            "fpir": FPIR,
            "cutoff": cutoff_for(strangers.scores, FPIR),
            "fnir": _as_dict(estimate(lambda drawn: missed_at(mated, strangers, FPIR, drawn))),
            "wrong_person_first": float(np.isnan(mated.scores).mean()),
        },
        "shipped": {
            "cutoff": card.cutoff,
            "margin": card.margin,
            "same_person_floor": card.same_person_floor,
            "capture_to_template": _rates(found.own, found.foreign, card.cutoff, estimate),
            "capture_to_capture": _rates(genuine, impostor, card.cutoff, estimate),
            "search": _rates(_decided(found.mated, card), _decided(found.strangers, card), card.cutoff, estimate),
        },
        "by_cutoff": [_at_cutoff(level, found, genuine, impostor) for level in CUTOFFS],
        "by_margin": [_at_margin(margin, found, card.cutoff) for margin in MARGINS],
        **_of_sign_ups(vectors, people),
        "percentiles": {
            "capture to own template": _percentiles(found.own.scores),
            "capture to another's template": _percentiles(found.foreign.scores),
            "capture to own capture": _percentiles(genuine.scores),
            "capture to another's capture": _percentiles(impostor.scores),
            "lead of the right person over the second": _percentiles(found.mated.lead[~np.isnan(mated.scores)]),
            "lead of a stranger's best over the second": _percentiles(found.strangers.lead),
        },
    }


def _decided(searches: Searches, card: ModelCard) -> Comparisons:
    """The searches as the decision sees them: without a score where the lead is below the margin."""
    best = searches.best
    return Comparisons(np.where(searches.lead >= card.margin, best.scores, np.nan), best.first, best.second)


def _rates(
    genuine: Comparisons, impostor: Comparisons, cutoff: float, estimate: Callable[[Statistic], Estimate]
) -> dict[str, dict[str, float]]:
    return {
        "false_match": _as_dict(estimate(lambda drawn: accepted_at(impostor, cutoff, drawn))),
        "false_non_match": _as_dict(estimate(lambda drawn: 1 - accepted_at(genuine, cutoff, drawn))),
    }


def _at_cutoff(cutoff: float, found: OpenSet, genuine: Comparisons, impostor: Comparisons) -> dict[str, float]:
    return {
        "cutoff": cutoff,
        "template_fmr": accepted_at(found.foreign, cutoff),
        "template_fnmr": 1 - accepted_at(found.own, cutoff),
        "capture_fmr": accepted_at(impostor, cutoff),
        "capture_fnmr": 1 - accepted_at(genuine, cutoff),
        "fpir": accepted_at(found.strangers.best, cutoff),
        "fnir": 1 - accepted_at(found.mated.best, cutoff),
    }


def _at_margin(margin: float, found: OpenSet, cutoff: float) -> dict[str, float]:
    """What refusing a best person who is too little ahead of the second saves and costs."""
    mated, strangers = found.mated, found.strangers
    return {
        "margin": margin,
        "fpir": float(np.mean((strangers.best.scores >= cutoff) & (strangers.lead >= margin))),
        "fnir": 1 - float(np.mean((mated.best.scores >= cutoff) & (mated.lead >= margin))),
    }


def _of_sign_ups(vectors: Vectors, people: Integers) -> Figures:
    """How well a floor tells a sign-up with a stranger in it from an honest one, by two ways to measure agreement."""
    drawn = list(sign_ups(vectors, people, captures=CAPTURES, count=SIGN_UPS, seed=SEED))
    figures: Figures = {}
    for name, agreement in (("half", agreement_with_half), ("rest", agreement_with_rest)):
        honest = np.array([agreement(one) for one, _ in drawn])
        mixed = np.array([agreement(other) for _, other in drawn])
        figures[f"by_floor_with_{name}"] = [
            {
                "floor": floor,
                "honest_refused": float((honest < floor).mean()),
                "mixed_let_through": float((mixed >= floor).mean()),
            }
            for floor in FLOORS
        ]
    return figures


def _percentiles(scores: Floats) -> dict[str, float]:
    return {str(rank): float(np.percentile(scores, rank)) for rank in PERCENTILES}


def _as_dict(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
