"""Pairs of captures (1:1): FNMR at a fixed FMR, the equal error rate and the DET curve."""

from typing import Any

import numpy as np

from benchmarks.accuracy.sample import Sample
from benchmarks.common.statistics import Counts, Floats, Integers

FMRS = (1e-2, 1e-3, 1e-4, 1e-5)
EDGES = np.linspace(-1.0, 1.0, 20_001)
"""Edges of the histogram of scores, which locate cut-offs to 0.0001."""

BLOCK = 1_000
"""Captures compared with all others at a time."""


def impostor_histogram(sample: Sample) -> Floats:
    """Counts the ordered pairs of captures of two people, without relatives, whose score is between two ``EDGES``."""
    counts = np.zeros(len(EDGES) - 1)
    related = sample.related()
    for first in range(0, len(sample.people), BLOCK):
        rows = slice(first, first + BLOCK)
        people = sample.people[rows, np.newaxis]
        strangers = (people != sample.people) & ~related[people, sample.people]
        counts += np.histogram((sample.vectors[rows] @ sample.vectors.T)[strangers], EDGES)[0]
    return counts


def cutoff_at(histogram: Floats, fmr: float) -> float:
    """Returns the lowest edge at which at most this share of the impostor pairs is accepted."""
    accepted = np.append(np.cumsum(histogram[::-1])[::-1], 0.0) / histogram.sum()
    return float(EDGES[int(np.argmax(accepted <= fmr))])


def genuine_pairs(sample: Sample) -> tuple[Floats, Integers]:
    """Returns the scores of all pairs of captures of one person, and the person of each pair."""
    scores, people = [], []
    for person in sample.with_captures(2):
        own = sample.vectors[sample.people == person]
        first, second = np.triu_indices(len(own), 1)
        scores.append((own @ own.T)[first, second])
        people.append(np.full(len(first), person))
    return np.concatenate(scores).astype(np.float64), np.concatenate(people)


def verification(sample: Sample) -> dict[str, Any]:
    """Computes the figures of one model. The cut-offs come from the same pairs, and may not hold for other people."""
    histogram, (genuine, people) = impostor_histogram(sample), genuine_pairs(sample)
    pairs = histogram.sum() / 2
    cutoffs = {fmr: cutoff_at(histogram, fmr) for fmr in FMRS if fmr * pairs >= 1.0}
    fmr = np.append(np.cumsum(histogram[::-1])[::-1], 0.0) / histogram.sum()
    fnmr = np.searchsorted(np.sort(genuine), EDGES) / len(genuine)
    nearest = int(np.argmin(np.abs(fmr - fnmr)))
    return {
        "genuine": len(genuine),
        "impostor": int(pairs),
        "rates": [
            {
                "fmr": rate,
                "cutoff": cutoff,
                "fnmr": Counts.of(people, genuine < cutoff, sample.count).share().as_dict(),
            }
            for rate, cutoff in cutoffs.items()
        ],
        "eer": float((fmr[nearest] + fnmr[nearest]) / 2.0),
        "det": _curve(fmr, fnmr),
    }


def _curve(fmr: Floats, fnmr: Floats) -> dict[str, list[float]]:
    """Returns the corners of the curve, to a hundredth of a decade of FMR."""
    seen = np.flatnonzero(fmr > 0.0)
    _, corners = np.unique(np.round(np.log10(fmr[seen]), 2), return_index=True)
    kept = np.sort(seen[corners])
    return {"fmr": fmr[kept].tolist(), "fnmr": fnmr[kept].tolist()}
