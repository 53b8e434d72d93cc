"""The distribution of impostor scores of a model: from a false match rate to a cut-off, and back."""

from dataclasses import dataclass

from embeddings.scores.impostor_level import ImpostorLevel
from embeddings.scores.references import Reference

MAX_EXTRAPOLATION = 100.0
"""A cut-off is supported if its rate is at most this factor smaller than the smallest rate that the scores resolve."""


@dataclass(frozen=True)
class ImpostorModel:
    """The tail of the reference's impostor scores, plus an allowance for people who are more alike.

    A gallery with a known level gets the allowance for that level. Any other gallery gets the allowance of the
    strictest group. In both cases the upper end of the level's interval counts. An allowance is never negative, so a
    cut-off is never below the reference's.

    Attributes:
        reference: what is known about the model's scores.
        gallery: the level of the impostor scores in this gallery; None while the gallery has too few people.
    """

    reference: Reference
    gallery: ImpostorLevel | None = None

    @property
    def by_reference(self) -> "ImpostorModel":
        """The model without the scores of this gallery."""
        return ImpostorModel(self.reference)

    @property
    def level(self) -> ImpostorLevel:
        """The level that the allowance is computed from."""
        return self.gallery or self.reference.strictest

    @property
    def allowance(self) -> float:
        """The upper bound (95 %) of how far scores lie above the reference's; 0 or more."""
        return max(0.0, self.level.high - self.reference.level.value)

    def cutoff(self, rate: float) -> float:
        """Returns the score that strangers reach with one template at this rate (0 to 1).

        The allowance cannot raise the cut-off above ``Reference.same_person``, because beyond it no user is recognised.
        Without that maximum, accounts made to look alike could lock everybody out.
        """
        known = self.reference.impostors.score_at(rate)
        return max(known, min(known + self.allowance, self.reference.same_person))

    def rate_interval(self, cutoff: float) -> tuple[float, float]:
        """Returns the lowest and highest rate expected (95 %) at which strangers reach a cut-off with one template."""
        base, tail = self.reference.level.value, self.reference.impostors
        return (
            tail.lowest_rate(cutoff - (self.level.low - base)),
            tail.highest_rate(cutoff - (self.level.high - base)),
        )

    def expected_rate(self, cutoff: float) -> float:
        """Returns the rate expected at which strangers reach a cut-off with one template."""
        return self.reference.impostors.expected_rate(cutoff - (self.level.value - self.reference.level.value))

    def supports(self, rate: float) -> bool:
        """Whether the known scores suffice for this rate, and the cut-off includes the full allowance."""
        needed = self.reference.impostors.score_at(rate) + self.allowance
        return rate >= self.reference.impostors.resolved / MAX_EXTRAPOLATION and self.cutoff(rate) >= needed
