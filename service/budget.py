"""From how many strangers may be taken for somebody to the cosine similarity that a match needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.score_tail import ScoreTail
from service.decision import Decision

MAX_EXTRAPOLATION = 100.0
"""By how much a rate may be smaller than what one comparison in all shows, for the budget to be called honest."""

HONEST_FACTOR = 3.0
"""What the upper end of the FPIR's 95 % interval may be, in budgets, for the budget to be called honest."""

GALLERIES = np.unique(np.geomspace(1, 100_000_000, 800).astype(int))
"""The sizes that are looked at for the largest honest one."""


@dataclass(frozen=True)
class Budget:
    """What the operator accepts.

    Attributes:
        fpir: the share of searches for strangers that may end in a match (1:N), 0 to 1.
        fmr: the share of comparisons with one named person that may end in a match for somebody else (1:1), 0 to 1.
    """

    fpir: float
    fmr: float

    def fmr_of_search(self, people: int) -> float:
        """The rate per comparison that keeps a search of so many people within the budget: 1 - (1 - FPIR)^(1/N)."""
        return 1.0 - float((1.0 - self.fpir) ** (1.0 / max(people, 1)))

    def decision(self, tails: Sequence[ScoreTail], people: int, margin: float, ceiling: float = 1.0) -> Decision:
        """The rule for a gallery of so many people.

        Args:
            tails: of the reference, and of the gallery where it has one. The strictest counts, so that a gallery of
                people who are more alike than the reference's raises the cut-off and no gallery lowers it.
            people: how many are enrolled.
            margin: by how much the best must be ahead of the second best.
            ceiling: how far the gallery may raise the cut-off, ``Reference.same_person``: beyond it nobody would be
                recognised, which accounts made to look alike could bring about.
        """
        return Decision(
            cutoff=_cutoff(tails, self.fmr_of_search(people), ceiling),
            verify_cutoff=_cutoff(tails, self.fmr, ceiling),
            margin=margin,
        )

    def largest_honest_gallery(self, tails: Sequence[ScoreTail]) -> int:
        """For how many people these tails support the budget, by ``MAX_EXTRAPOLATION`` and ``HONEST_FACTOR``.

        The first size at which they do not ends it: farther out the curves end, and say nothing.
        """
        honest = 0
        for people in GALLERIES:
            if not self._is_honest(tails, int(people)):
                break
            honest = int(people)
        return honest

    def _is_honest(self, tails: Sequence[ScoreTail], people: int) -> bool:
        """By the tail that decides the cut-off."""
        rate = self.fmr_of_search(people)
        tail = max(tails, key=lambda one: one.score_at(rate))
        cutoff = tail.score_at(rate)
        _, upper = tail.rate_interval(cutoff)
        supported = rate >= tail.resolved / MAX_EXTRAPOLATION and cutoff < 1.0
        return supported and fpir_of(upper, people) <= HONEST_FACTOR * self.fpir


def _cutoff(tails: Sequence[ScoreTail], rate: float, ceiling: float) -> float:
    by_reference, *by_gallery = (tail.score_at(rate) for tail in tails)
    return max([by_reference, *(min(score, ceiling) for score in by_gallery)])


def fpir_of(fmr: float, people: int) -> float:
    """How often a search of so many people takes a stranger for somebody, when each comparison does at this rate."""
    return 1.0 - float((1.0 - fmr) ** people)
