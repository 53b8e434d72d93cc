"""Searches of a gallery, mostly for people who are not enrolled: FNIR at a fixed FPIR."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.accuracy.sample import SEED, Enrolled, Sample, enrol
from benchmarks.common.protocols import Vectors
from benchmarks.common.statistics import NEVER, Counts, Floats, Integers, cutoff_for

CAPTURES = (1, 3, 5)
"""Captures a template."""

FPIRS = (0.01, 0.003, 0.001)
DRAWS = 10
"""How often the captures of the templates are drawn."""


@dataclass(frozen=True)
class Searches:
    """The results of searches.

    Attributes:
        mated: (m,) float64, the best score of each search for an enrolled person; ``NEVER`` if it is another person's.
        mated_people: (m,) int64, the person searched for.
        lead: (m,) float64, the difference between the best and the second-best person's score.
        strangers: (s,) float64, the best score of each search for a person who is not enrolled.
        strange_people: (s,) int64, the person searched for.
    """

    mated: Floats
    mated_people: Integers
    lead: Floats
    strangers: Floats
    strange_people: Integers


def search(sample: Sample, enrolled: Enrolled) -> Searches:
    """Searches two or more templates with every other capture; leaves out relatives of enrolled people."""
    known = np.isin(sample.people, enrolled.people)
    kin = np.isin(sample.people, np.flatnonzero(sample.related()[:, enrolled.people].any(axis=1)))
    mated = np.flatnonzero(known & ~enrolled.used)
    strangers = np.flatnonzero(~known & ~kin)
    best, who, lead = _best(sample.vectors[mated], enrolled)
    right = who == sample.people[mated]
    strange, _, _ = _best(sample.vectors[strangers], enrolled)
    return Searches(np.where(right, best, NEVER), sample.people[mated], lead, strange, sample.people[strangers])


def _best(captures: Vectors, enrolled: Enrolled) -> tuple[Floats, Integers, Floats]:
    scores = (captures @ enrolled.templates.T).astype(np.float64)
    if not len(captures):
        return np.zeros(0), np.zeros(0, np.int64), np.zeros(0)
    best = scores.argmax(axis=1)
    two = np.partition(scores, -2, axis=1)[:, -2:]
    return two[:, 1], enrolled.people[best], two[:, 1] - two[:, 0]


def open_set(sample: Sample, margin: float) -> list[dict[str, Any]]:
    """Enrols, for each number of captures, everybody with more, and searches for them and for strangers.

    The cut-off is chosen on one half of the strangers, by person, and judged on the other half and all mated searches,
    in both directions. ``refused_by_margin`` is the share of mated searches at or above the cut-off whose lead is less
    than the margin.
    """
    return [_with_captures(sample, captures, margin) for captures in CAPTURES]


def _with_captures(sample: Sample, captures: int, margin: float) -> dict[str, Any]:
    able = sample.with_captures(captures + 1)
    none = Counts(np.zeros(sample.count), np.zeros(sample.count))
    missed, taken, close = (dict.fromkeys(FPIRS, none) for _ in range(3))
    half = np.random.default_rng(SEED).permutation(sample.count) % 2
    searches = strangers = 0
    for draw in range(DRAWS):
        found = search(sample, enrol(sample, able, captures, SEED + draw))
        searches, strangers = searches + len(found.mated), len(np.unique(found.strange_people))
        for side in (0, 1):
            chosen = half[found.strange_people] == side
            for fpir in FPIRS:
                cutoff = cutoff_for(found.strangers[chosen], fpir)
                above = found.mated >= cutoff
                missed[fpir] += Counts.of(found.mated_people, ~above, sample.count)
                close[fpir] += Counts.of(found.mated_people, above & (found.lead < margin), sample.count)
                judged = found.strange_people[~chosen], found.strangers[~chosen] >= cutoff
                taken[fpir] += Counts.of(*judged, sample.count)
    return {
        "captures": captures,
        "enrolled": len(able),
        "strangers": strangers,
        "mated_searches": searches,
        "rates": [
            {
                "fpir": fpir,
                "fnir": missed[fpir].share().as_dict(),
                "fpir_achieved": taken[fpir].share().as_dict(),
                "refused_by_margin": close[fpir].share().value,
            }
            for fpir in FPIRS
        ],
    }
