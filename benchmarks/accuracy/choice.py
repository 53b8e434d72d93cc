"""Compares networks and fusions of networks by one rule.

The rule: the lowest FNIR at the cut-off at which every group keeps the budget, and its cost in milliseconds and bytes.
The cut-off is that of a gallery without own scores, recomputed for each candidate from the same people.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.accuracy.embedded import Embedded
from benchmarks.accuracy.sample import enrol, genuine_scores, impostor_scores, sample_of
from benchmarks.accuracy.tail_fit import fit_tail
from benchmarks.common.statistics import Counts
from embeddings.core.models import FACENET_CASIA_WEBFACE, SFACE, card
from service.domain.budget import Budget

CANDIDATES: Sequence[Mapping[str, float]] = (
    {SFACE: 1.0},
    {FACENET_CASIA_WEBFACE: 1.0, SFACE: 16.0},
    {FACENET_CASIA_WEBFACE: 1.0, SFACE: 8.0},
    {FACENET_CASIA_WEBFACE: 1.0, SFACE: 4.0},
    {FACENET_CASIA_WEBFACE: 1.0},
)
"""The weight of each network in the cosine."""

CAPTURES = 3
PEOPLE, FPIR = 300, 0.001
FLOAT_BYTES = 4


def compare(reference: Embedded, groups: Sequence[Embedded]) -> list[dict[str, Any]]:
    """Returns a row for each candidate; the reference's people are searched for."""
    milliseconds = reference.milliseconds()
    return [_row(weights, reference, groups, milliseconds) for weights in CANDIDATES]


def _row(
    weights: Mapping[str, float], reference: Embedded, groups: Sequence[Embedded], milliseconds: Mapping[str, float]
) -> dict[str, Any]:
    sample = sample_of(reference, weights)
    level = sample.level()
    levels = {group.name: sample_of(group, weights).level() for group in groups}
    allowance = max([0.0, *(one.high - level.value for one in levels.values())])
    tail = fit_tail(impostor_scores(sample, enrol(sample, sample.with_captures(CAPTURES), CAPTURES)))
    cutoff = tail.score_at(Budget(FPIR, 1.0).fmr_of_search(PEOPLE))
    scores, people = genuine_scores(sample, CAPTURES)

    def fnir(limit: float) -> dict[str, float]:
        return Counts.of(people, scores < limit, sample.count).share().as_dict()

    return {
        "networks": " + ".join(f"{name} {weight:g}" for name, weight in weights.items()),
        "cutoff": cutoff,
        "fnir": fnir(cutoff),
        "shifts": {name: one.value - level.value for name, one in levels.items()},
        "strictest_cutoff": cutoff + allowance,
        "strictest_fnir": fnir(cutoff + allowance),
        "milliseconds": sum(milliseconds[network] for network in weights),
        "bytes": FLOAT_BYTES * sum(card(network).dimension for network in weights),
    }
