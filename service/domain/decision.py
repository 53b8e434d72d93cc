"""Decides whether the nearest template is similar enough, and far enough ahead of the next, to identify a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.search.templates import Candidate


class Outcome(StrEnum):
    """The result of a search. The client gets ``unknown`` for the last two; only the log distinguishes them."""

    MATCHED = "matched"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Verdict:
    """An outcome and, only if it is ``matched``, the person that it names."""

    outcome: Outcome
    candidate: Candidate | None = None


@dataclass(frozen=True)
class Decision:
    """The decision rule. Its comparisons are written so that a similarity of NaN never matches.

    Attributes:
        cutoff: the cut-off (decision threshold) of a search of the gallery (1:N): the least cosine similarity of a
            match, -1 to 1.
        verify_cutoff: the cut-off of a comparison with one person (1:1).
        margin: the least difference in similarity between the best and the second best person.
    """

    cutoff: float
    verify_cutoff: float
    margin: float

    def identify(self, candidates: Sequence[Candidate]) -> Verdict:
        """Decides a search by one model. ``candidates``: one per person, by falling similarity."""
        if not candidates or not candidates[0].similarity >= self.cutoff:
            return Verdict(Outcome.UNKNOWN)
        if len(candidates) > 1 and not candidates[0].similarity - candidates[1].similarity >= self.margin:
            return Verdict(Outcome.AMBIGUOUS)
        return Verdict(Outcome.MATCHED, candidates[0])

    def verify(self, candidate: Candidate) -> Verdict:
        """Decides a comparison with one person's template."""
        if not candidate.similarity >= self.verify_cutoff:
            return Verdict(Outcome.UNKNOWN)
        return Verdict(Outcome.MATCHED, candidate)


def agreed(verdicts: Sequence[Verdict]) -> Verdict:
    """Combines the verdicts of several models into one, while the gallery holds templates of more than one model.

    A match of one model does not outweigh the doubt of another, because both compare the same face.
    """
    matches = [verdict for verdict in verdicts if verdict.outcome is Outcome.MATCHED]
    doubtful = any(verdict.outcome is Outcome.AMBIGUOUS for verdict in verdicts)
    if doubtful or len({verdict.candidate.user_id for verdict in matches if verdict.candidate}) > 1:
        return Verdict(Outcome.AMBIGUOUS)
    return matches[0] if matches else Verdict(Outcome.UNKNOWN)
