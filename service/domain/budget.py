"""From how many strangers may be taken for somebody to the cosine similarity that a match needs."""

from dataclasses import dataclass

import numpy as np

from service.domain.decision import Decision
from service.domain.impostor_model import ImpostorModel

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
        """The rate for one comparison in a search of so many people: 1 - (1 - FPIR)^(1/N), and at most ``fmr``.

        So a search of a small gallery is never laxer than a comparison with one person.
        """
        return min(1.0 - float((1.0 - self.fpir) ** (1.0 / max(people, 1))), self.fmr)

    def decision(self, impostors: ImpostorModel, people: int, margin: float) -> Decision:
        """The rule for a gallery.

        Args:
            impostors: how often strangers score how high in it.
            people: how many are enrolled.
            margin: by how much the best must be ahead of the second best.
        """
        return Decision(
            cutoff=impostors.cutoff(self.fmr_of_search(people)),
            verify_cutoff=impostors.cutoff(self.fmr),
            margin=margin,
        )

    def largest_honest_gallery(self, impostors: ImpostorModel) -> int:
        """For how many people the scores known support the budget, by ``HONEST_FACTOR`` and ``ImpostorModel.supports``.

        The first size that they do not support ends it.
        """
        honest = 0
        for people in GALLERIES:
            if not self._is_honest(impostors, int(people)):
                break
            honest = int(people)
        return honest

    def _is_honest(self, impostors: ImpostorModel, people: int) -> bool:
        rate = self.fmr_of_search(people)
        _, highest = impostors.rate_interval(impostors.cutoff(rate))
        return impostors.supports(rate) and fpir_of(highest, people) <= HONEST_FACTOR * self.fpir


def fpir_of(fmr: float, people: int) -> float:
    """How often a search of so many people takes a stranger for somebody, when each comparison does at this rate."""
    return 1.0 - float((1.0 - fmr) ** people)
