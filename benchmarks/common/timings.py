"""Medians, 95th and 99th percentiles of repeated runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Timing:
    """The times of one stage over several runs, in milliseconds."""

    median: float
    p95: float
    p99: float
    runs: int

    def as_dict(self) -> dict[str, float]:
        """Returns the figures for a result file."""
        return {"median_ms": self.median, "p95_ms": self.p95, "p99_ms": self.p99, "runs": self.runs}


def summarise(milliseconds: Sequence[float]) -> Timing:
    """Returns the median and the percentiles (linear between runs) of at least one run."""
    median, p95, p99 = np.percentile(milliseconds, [50, 95, 99])
    return Timing(float(median), float(p95), float(p99), len(milliseconds))


def by_stage(runs: Sequence[Mapping[str, float]]) -> dict[str, Timing]:
    """Summarises every stage of runs that all have the same stages."""
    return {stage: summarise([run[stage] for run in runs]) for stage in runs[0]}


def raw_by_stage(runs: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Returns the raw runs, milliseconds by stage, to the microsecond."""
    return {stage: [round(run[stage], 3) for run in runs] for stage in runs[0]}
