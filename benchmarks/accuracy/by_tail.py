"""Computes FNIR in galleries far larger than the sample, from the tail of its impostor scores."""

from typing import Any

from benchmarks.accuracy.sample import Sample, enrol, genuine_scores, impostor_scores
from benchmarks.accuracy.tail_fit import fit_tail
from benchmarks.common.statistics import Counts
from service.domain.budget import Budget

CAPTURES = (3, 5)
GALLERIES = (300, 1_000, 10_000, 100_000, 1_000_000)
FPIR = 0.001


def by_tail(sample: Sample) -> list[dict[str, Any]]:
    """Returns, for each number of captures, the cut-off that keeps the FPIR in a gallery of each size, and its FNIR.

    The cut-off follows from these people's tail alone, without an allowance for other groups. A search also fails if
    another person is the best candidate. That is not counted, because at such cut-offs it is rarer than the FPIR.
    """
    rows = []
    for captures in CAPTURES:
        tail = fit_tail(impostor_scores(sample, enrol(sample, sample.with_captures(captures), captures)))
        scores, people = genuine_scores(sample, captures)
        budget = Budget(FPIR, 1.0)
        for gallery in GALLERIES:
            cutoff = tail.score_at(budget.fmr_of_search(gallery))
            missed = Counts.of(people, scores < cutoff, sample.count).share()
            rows.append({"captures": captures, "people": gallery, "cutoff": cutoff, "fnir": missed.as_dict()})
    return rows
