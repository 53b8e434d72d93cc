"""What makes a photograph hard: scores with the own template, by quality; and whom the capture check refuses."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.evaluation.embedded import Embedded
from benchmarks.protocols import Vectors
from embeddings.score_tail import Floats, Integers
from embeddings.selection import agreement_with_rest

PARTS = 4
"""Photographs are divided into so many parts of equal size by each measure."""

MEASURES: dict[str, Callable[[Embedded], list[float]]] = {
    "face width (pixels)": lambda one: [quality.face_width for quality in one.qualities],
    "sharpness (grey levels squared)": lambda one: [quality.sharpness for quality in one.qualities],
    "brightness (grey level)": lambda one: [quality.brightness for quality in one.qualities],
    "contrast (grey levels)": lambda one: [quality.contrast for quality in one.qualities],
    "turn from the camera (degrees)": lambda one: [float(np.hypot(f.pose.yaw, f.pose.pitch)) for f in one.faces],
}


def by_quality(embedded: Embedded, vectors: Vectors, cutoff: float) -> list[dict[str, Any]]:
    """For each measure and part: the range, the median score with the own template, and the share below a cut-off.

    The template is that of all the person's other photographs.
    """
    scores = own_scores(vectors, embedded.people)
    rows = []
    for name, measured in MEASURES.items():
        values = np.where(np.isnan(scores), np.nan, measured(embedded))
        for part in np.array_split(np.argsort(values)[: np.count_nonzero(~np.isnan(scores))], PARTS):
            rows.append(
                {
                    "measure": name,
                    "from": float(values[part].min()),
                    "to": float(values[part].max()),
                    "photographs": len(part),
                    "median_score": float(np.median(scores[part])),
                    "below_cutoff": float(np.mean(scores[part] < cutoff)),
                }
            )
    return rows


def own_scores(vectors: Vectors, people: Integers) -> Floats:
    """Every photograph against the template of its person's other photographs, (n,) float64; nan where it has none."""
    scores = np.full(len(people), np.nan)
    for person in np.flatnonzero(np.bincount(people) > 1):
        own = people == person
        scores[own] = agreement_with_rest(vectors[own])
    return scores


def refused(embedded: Embedded) -> dict[str, int]:
    """How many photographs the service's capture check would refuse, by the first reason."""
    return dict(Counter(str(reasons[0]) for reasons in embedded.reasons if reasons))
