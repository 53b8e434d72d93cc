"""FMR by group at one cut-off, as in NIST's demographic reports, and each group's ratio to the reference.

It uses pairs of single captures, so that groups with few photographs a person can be compared with those with many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.sample import Sample
from benchmarks.common.statistics import Estimate, Floats

FMRS = (0.01, 0.001, 0.0001)
"""The reference's FMRs, for which the cut-offs are chosen."""

REPLICATES, SEED = 1_000, 20261124


@dataclass(frozen=True)
class Exceedances:
    """For each pair of people, the number of comparisons that reach each cut-off.

    Attributes:
        comparisons: (people, people) float64, upper triangle.
        reached: (cut-offs, people, people) float64, upper triangles.
    """

    comparisons: Floats
    reached: Floats

    def rates(self, times: NDArray[Any]) -> Floats:
        """Returns (cut-offs,) shares of comparisons that reach each, with people weighted by (people,); nan if none."""
        pairs = np.outer(times, times)
        with np.errstate(invalid="ignore"):
            return np.asarray((self.reached * pairs).sum(axis=(1, 2)) / (self.comparisons * pairs).sum())


def exceedances(sample: Sample, cutoffs: Sequence[float]) -> Exceedances:
    """Counts the comparisons between any two people of a small sample, and how many of them reach each cut-off."""
    scores = sample.vectors @ sample.vectors.T
    first, second = np.triu_indices(len(scores), 1)
    one, other = sample.people[first], sample.people[second]
    strangers = (one != other) & ~sample.related()[one, other]
    one, other, reached = one[strangers], other[strangers], scores[first, second][strangers]
    shape = (sample.count, sample.count)

    def counted(chosen: Any) -> Floats:
        table = np.zeros(shape)
        np.add.at(table, (one[chosen], other[chosen]), 1.0)
        return table

    return Exceedances(counted(slice(None)), np.stack([counted(reached >= cutoff) for cutoff in cutoffs]))


def fmr_by_group(sample: Sample, cutoffs: Sequence[float], fmrs: Sequence[float] = FMRS) -> list[dict[str, Any]]:
    """Returns a group's FMR at each cut-off, and its ratio to the reference's FMR, with intervals by person.

    The reference is so much larger than the groups that its own uncertainty is ignored.
    """
    found, people = exceedances(sample, cutoffs), sample.count
    drawn = np.random.default_rng(SEED).multinomial(people, np.full(people, 1.0 / people), REPLICATES)
    rates = found.rates(np.ones(people))
    low, high = np.nanpercentile([found.rates(times) for times in drawn], [2.5, 97.5], axis=0)
    return [
        {
            "reference_fmr": fmr,
            "cutoff": cutoff,
            "fmr": Estimate(*map(float, bounds)).as_dict(),
            "ratio": Estimate(*(float(bound) / fmr for bound in bounds)).as_dict(),
        }
        for fmr, cutoff, *bounds in zip(fmrs, cutoffs, rates, low, high, strict=True)
    ]
