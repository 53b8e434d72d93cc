"""Searches of a gallery (open-set): FNIR at a fixed FPIR."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks.protocols import OpenSet, Vectors, gallery_size, halves, open_set, splits
from benchmarks.statistics import Counts, accepted, cutoff_for
from embeddings.score_tail import Integers

FPIRS = (0.1, 0.01, 0.003, 0.001)
ENROL = (1, 3, 5)
"""Captures to a template."""

REPEATS, DRAWS, SEED = 10, 20, 20261124
"""How often people are drawn into halves, and galleries out of each half."""


@dataclass(frozen=True)
class Trials:
    """Everybody's photographs, out of which galleries and the searches in them are drawn.

    Attributes:
        templates: (n, dimension), the vectors that templates are made of.
        probes: (n, dimension), those that are searched for.
        people: (n,) int64, whose each is, from 0 on.
        frames: photographs to a search, whose scores are averaged.
    """

    templates: Vectors
    probes: Vectors
    people: Integers
    frames: int = 1

    @classmethod
    def of(cls, vectors: Vectors, people: Integers) -> "Trials":
        """The ordinary case: one vector a photograph."""
        return cls(vectors, vectors, people)

    def search(self, among: Integers, captures: int, seed: int, draws: int = DRAWS) -> OpenSet:
        """Searches of ``draws`` galleries that hold half of these people, the other half being strangers."""
        drawn = splits(
            self.templates,
            self.people,
            captures=captures,
            gallery=gallery_size(self.people, captures, among),
            count=draws,
            seed=seed,
            among=among,
        )
        return open_set(self.probes, self.people, drawn, self.frames)


Fit = Callable[[Integers], Trials]
"""Makes what is judged, with whatever it has to choose chosen on these people."""


def fnir_at_fpir(fit: Fit, people: Integers, captures: int) -> list[dict[str, Any]]:
    """FNIR at each of ``FPIRS``, at cut-offs chosen on other people than they are judged on.

    The people are drawn into two halves ``REPEATS`` times. On each half galleries are drawn; the cut-off that one
    half's strangers give is judged on the other half's searches, whose FPIR is reported as achieved.
    """
    count = int(people.max()) + 1
    none = Counts(np.zeros(count), np.zeros(count))
    missed, taken = dict.fromkeys(FPIRS, none), dict.fromkeys(FPIRS, none)
    for number, (choose, judge) in enumerate(halves(people, REPEATS, SEED)):
        trials = fit(choose)
        known = trials.search(choose, captures, seed=SEED + number)
        judged = trials.search(judge, captures, seed=SEED - number)
        mated, strangers = judged.mated.best, judged.strangers.best
        for fpir in FPIRS:
            cutoff = cutoff_for(known.strangers.best.scores, fpir)
            missed[fpir] += Counts.of(mated.first, ~(mated.scores >= cutoff), count)
            taken[fpir] += Counts.of(strangers.first, strangers.scores >= cutoff, count)
    return [
        {"fpir": fpir, "fnir": missed[fpir].share().as_dict(), "fpir_achieved": taken[fpir].share().as_dict()}
        for fpir in FPIRS
    ]


def fnir_afterwards(trials: Trials, captures: int) -> list[dict[str, Any]]:
    """FNIR at each of ``FPIRS`` with half of all people enrolled, the cut-off being that of these very searches."""
    found = trials.search(np.unique(trials.people), captures, SEED, draws=10 * DRAWS)
    mated, strangers = found.mated.best, found.strangers.best.scores
    count = int(trials.people.max()) + 1
    return [
        {"fpir": fpir, "fnir": Counts.of(mated.first, missed, count).share().as_dict()}
        for fpir in FPIRS
        for missed in [~(mated.scores >= cutoff_for(strangers, fpir))]
    ]


def mean_fnir(trials: Trials, among: Integers, captures: int, fpirs: tuple[float, ...], seed: int) -> float:
    """The mean FNIR of these people at these rates, cut-offs chosen on the same people: for choosing by."""
    found = trials.search(among, captures, seed, draws=DRAWS // 2)
    strangers, mated = found.strangers.best.scores, found.mated.best.scores
    return float(np.mean([1.0 - accepted(mated, cutoff_for(strangers, fpir)) for fpir in fpirs]))


def by_gallery_size(vectors: Vectors, people: Integers, captures: int, fpir: float) -> list[dict[str, float]]:
    """FNIR for galleries of growing size, the rest of the people being strangers.

    Half of the strangers choose the cut-off, and the other half judge what FPIR it achieves.
    """
    everybody = np.unique(people)
    most = int(np.count_nonzero(np.bincount(people) > captures))
    sizes = sorted({min(most, max(2, round(share * len(everybody)))) for share in (0.1, 0.25, 0.5, 0.75)})
    drawn = partial(splits, vectors, people, captures=captures, count=10 * DRAWS, seed=SEED)
    return [{"people": size} | _at_size(open_set(vectors, people, drawn(gallery=size)), fpir) for size in sizes]


def _at_size(found: OpenSet, fpir: float) -> dict[str, float]:
    strangers, mated = found.strangers.best, found.mated.best.scores
    fnir, achieved = [], []
    for half in (0, 1):
        choosing = strangers.first % 2 == half
        cutoff = cutoff_for(strangers.scores[choosing], fpir)
        fnir.append(1.0 - accepted(mated, cutoff))
        achieved.append(accepted(strangers.scores[~choosing], cutoff))
    return {"fnir": float(np.mean(fnir)), "fpir_achieved": float(np.mean(achieved))}
