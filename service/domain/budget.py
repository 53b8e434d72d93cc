"""Turns the accepted rate of false matches into the cosine similarity that a match needs."""

from dataclasses import dataclass

import numpy as np

from service.domain.decision import Decision
from service.domain.impostor_model import ImpostorModel

HONEST_FACTOR = 3.0
"""The most that the upper end of the FPIR's 95 % interval may be, as a multiple of the budget, in an honest budget."""

GALLERIES = np.unique(np.geomspace(1, 100_000_000, 800).astype(int))
"""The gallery sizes, in people, that the search for the largest honest gallery tries."""


@dataclass(frozen=True)
class Budget:
    """The rate of false matches that the operator accepts.

    Attributes:
        fpir: the share of searches for strangers that may end in a match (1:N), 0 to 1.
        fmr: the share of comparisons of another person with one named person that may end in a match (1:1), 0 to 1.
    """

    fpir: float
    fmr: float

    def fmr_of_search(self, people: int) -> float:
        """Returns the rate for one comparison in a search of ``people``: 1 - (1 - FPIR)^(1/N), and at most ``fmr``.

        The maximum ensures that a search of a small gallery is never laxer than a comparison with one person.
        """
        return min(1.0 - float((1.0 - self.fpir) ** (1.0 / max(people, 1))), self.fmr)

    def decision(self, impostors: ImpostorModel, people: int, margin: float) -> Decision:
        """Returns the decision rule for a gallery.

        Args:
            impostors: the distribution of impostor scores in this gallery.
            people: the number of enrolled people.
            margin: the least difference in similarity between the best and the second best person.
        """
        return Decision(
            cutoff=impostors.cutoff(self.fmr_of_search(people)),
            verify_cutoff=impostors.cutoff(self.fmr),
            margin=margin,
        )

    def largest_honest_gallery(self, impostors: ImpostorModel) -> int:
        """Returns the largest number of people for which the known scores support the budget.

        A size is honest by ``HONEST_FACTOR`` and ``ImpostorModel.supports``. The search stops at the first size that is
        not honest.
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
    """Returns the FPIR of a search of ``people`` when each comparison has this false match rate."""
    return 1.0 - float((1.0 - fmr) ** people)
