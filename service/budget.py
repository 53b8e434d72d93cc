"""From how many strangers may be taken for somebody to the cosine similarity that a match needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.score_tail import ScoreTail
from service.decision import Decision

MAX_EXTRAPOLATION = 100.0
"""By how much a rate may be smaller than what one comparison in all shows, for the budget to be called honest."""

HONEST_FACTOR = 3.0
"""What the upper end of the FPIR's 95 % interval may be, in budgets, for the budget to be called honest."""

LARGEST_GALLERY = 100_000_000


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

    def decision(self, tails: Sequence[ScoreTail], people: int, margin: float) -> Decision:
        """The rule for a gallery of so many people.

        Args:
            tails: of the reference, and of the gallery where it has one. The strictest counts, so that a gallery of
                people who are more alike than the reference's raises the cut-off and no gallery lowers it.
            people: how many are enrolled.
            margin: by how much the best must be ahead of the second best.
        """
        search = self.fmr_of_search(people)
        return Decision(
            cutoff=max(tail.score_at(search) for tail in tails),
            verify_cutoff=max(tail.score_at(self.fmr) for tail in tails),
            margin=margin,
        )

    def largest_honest_gallery(self, tail: ScoreTail) -> int:
        """For how many people the tail supports the budget, by ``MAX_EXTRAPOLATION`` and ``HONEST_FACTOR``."""
        low, high = 0, LARGEST_GALLERY
        while low < high:
            people = (low + high + 1) // 2
            if self._is_honest(tail, people):
                low = people
            else:
                high = people - 1
        return low

    def _is_honest(self, tail: ScoreTail, people: int) -> bool:
        rate = self.fmr_of_search(people)
        _, upper = tail.rate_interval(tail.score_at(rate))
        return rate >= tail.resolved / MAX_EXTRAPOLATION and fpir_of(upper, people) <= HONEST_FACTOR * self.fpir


def fpir_of(fmr: float, people: int) -> float:
    """How often a search of so many people takes a stranger for somebody, when each comparison does at this rate."""
    return 1.0 - float((1.0 - fmr) ** people)
