"""Whether the nearest template is close enough, and clearly enough the nearest, to say who it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.search.templates import Candidate


class Outcome(StrEnum):
    """What a search came to; a caller hears ``unknown`` for the last two, which only the log tells apart."""

    MATCHED = "matched"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Verdict:
    """An outcome and, for ``matched`` alone, whom it names."""

    outcome: Outcome
    candidate: Candidate | None = None


@dataclass(frozen=True)
class Decision:
    """The rule. Comparisons are written so that a similarity that is NaN matches nobody.

    Attributes:
        cutoff: the least cosine similarity of a match in a search of the gallery (1:N), -1 to 1.
        verify_cutoff: the same in a comparison with one person alone (1:1).
        margin: by how much the best person must be ahead of the second best.
    """

    cutoff: float
    verify_cutoff: float
    margin: float

    def identify(self, candidates: Sequence[Candidate]) -> Verdict:
        """The verdict on a search by one model: its candidates by falling similarity, one for each person."""
        if not candidates or not candidates[0].similarity >= self.cutoff:
            return Verdict(Outcome.UNKNOWN)
        if len(candidates) > 1 and not candidates[0].similarity - candidates[1].similarity >= self.margin:
            return Verdict(Outcome.AMBIGUOUS)
        return Verdict(Outcome.MATCHED, candidates[0])

    def verify(self, candidate: Candidate) -> Verdict:
        """The verdict on a comparison with one person's template."""
        if not candidate.similarity >= self.verify_cutoff:
            return Verdict(Outcome.UNKNOWN)
        return Verdict(Outcome.MATCHED, candidate)


def agreed(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict of the verdicts by several models, while the gallery holds templates of more than one.

    One model's match does not make up for another's doubt: the two are about the same face.
    """
    matches = [verdict for verdict in verdicts if verdict.outcome is Outcome.MATCHED]
    doubtful = any(verdict.outcome is Outcome.AMBIGUOUS for verdict in verdicts)
    if doubtful or len({verdict.candidate.user_id for verdict in matches if verdict.candidate}) > 1:
        return Verdict(Outcome.AMBIGUOUS)
    return matches[0] if matches else Verdict(Outcome.UNKNOWN)
