"""Analyses what makes a photograph hard: scores with the own template by quality, and refusals of the capture check."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.accuracy.embedded import Embedded, Seen
from benchmarks.common.protocols import Vectors
from benchmarks.common.statistics import Floats, Integers
from embeddings.quality.selection import agreement_with_rest

PARTS = 4
"""The number of equally large parts into which each measure divides the photographs."""

MEASURES: dict[str, Callable[[Seen], float]] = {
    "face width (pixels)": lambda one: one.quality.face_width,
    "sharpness (grey levels squared)": lambda one: one.quality.sharpness,
    "brightness (grey level)": lambda one: one.quality.brightness,
    "contrast (grey levels)": lambda one: one.quality.contrast,
    "turn from the camera (degrees)": lambda one: float(np.hypot(one.face.pose.yaw, one.face.pose.pitch)),
}


def by_quality(embedded: Embedded, vectors: Vectors, cutoff: float) -> list[dict[str, Any]]:
    """Returns, for each measure and part: range, median score with the own template, and share below a cut-off.

    The template is made of all other photographs of the person.
    """
    scores = own_scores(vectors, embedded.people)
    rows = []
    for name, measure in MEASURES.items():
        values = np.where(np.isnan(scores), np.nan, [measure(one) for one in embedded.seen])
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
    """Scores every photograph with the template of its person's other photographs, (n,) float64; nan without others."""
    scores = np.full(len(people), np.nan)
    for person in np.flatnonzero(np.bincount(people) > 1):
        own = np.flatnonzero(people == person)
        scores[own] = agreement_with_rest(vectors[own])
    return scores


def refused(embedded: Embedded) -> dict[str, int]:
    """Counts the photographs that the service's capture check would refuse, by the first reason."""
    return dict(Counter(str(one.reasons[0]) for one in embedded.seen if one.reasons))
