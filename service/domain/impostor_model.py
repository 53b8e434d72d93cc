"""How often strangers score so high with a model: from a rate to a cut-off, and back."""

from dataclasses import dataclass

from embeddings.scores.impostor_level import ImpostorLevel
from embeddings.scores.references import Reference

MAX_EXTRAPOLATION = 100.0
"""By how much a rate may be smaller than what one comparison in all shows, for a cut-off to be supported."""


@dataclass(frozen=True)
class ImpostorModel:
    """The reference's tail, raised by an allowance for people who are more alike than the reference's.

    A gallery of people whose level is known is given the allowance that its level asks for. Any other gallery is given
    that of the strictest group. Either way the upper end of the level's interval counts, and no allowance is negative:
    nothing lowers a cut-off below the reference's.

    Attributes:
        reference: what is known of the model's scores.
        gallery: the level of the impostor scores in this gallery; None while it has too few people.
    """

    reference: Reference
    gallery: ImpostorLevel | None = None

    @property
    def level(self) -> ImpostorLevel:
        """The level that counts."""
        return self.gallery or self.reference.strictest

    @property
    def allowance(self) -> float:
        """By how much scores are expected to lie above the reference's, at most (95 %); 0 or more."""
        return max(0.0, self.level.high - self.reference.level.value)

    def cutoff(self, rate: float) -> float:
        """The least score of a match that strangers reach with one template at this rate, 0 to 1.

        The allowance ends at ``Reference.same_person``: beyond it nobody would be recognised, which accounts made to
        look alike could otherwise bring about.
        """
        known = self.reference.impostors.score_at(rate)
        return max(known, min(known + self.allowance, self.reference.same_person))

    def rate_interval(self, cutoff: float) -> tuple[float, float]:
        """How often strangers reach a cut-off with one template: the lowest and the highest rate expected (95 %)."""
        base, tail = self.reference.level.value, self.reference.impostors
        return (
            tail.lowest_rate(cutoff - (self.level.low - base)),
            tail.highest_rate(cutoff - (self.level.high - base)),
        )

    def supports(self, rate: float) -> bool:
        """Whether the scores known suffice to tell this rate's cut-off, and the cut-off makes the full allowance."""
        needed = self.reference.impostors.score_at(rate) + self.allowance
        return rate >= self.reference.impostors.resolved / MAX_EXTRAPOLATION and self.cutoff(rate) >= needed
