"""Compares the faces of two pictures (1:1). Nothing is stored, and neither picture is compared with the gallery."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.domain.decision import Outcome
from service.faces.captures import CaptureReader
from service.gallery.gallery import Gallery
from service.runtime.metrics import Metrics

ComparisonReason = Literal["same_person", "different_people"]

DETAILS: Mapping[ComparisonReason, str] = {
    "same_person": "The pictures show one person.",
    "different_people": "The pictures do not show one person, or not clearly enough.",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """The result of a comparison.

    Attributes:
        score: the cosine similarity of the two faces, -1 to 1.
        threshold: the cut-off (decision threshold) in force: the least score of a match.
        stages: milliseconds by stage, both images together: ``decode``, ``detect`` and ``embed``.
    """

    score: float
    threshold: float
    stages: Mapping[str, float]

    @property
    def matched(self) -> bool:
        """Whether the faces are taken for one person. A score of NaN never matches."""
        return self.score >= self.threshold

    @property
    def reason(self) -> ComparisonReason:
        """The result as a word for programs."""
        return "same_person" if self.matched else "different_people"

    @property
    def detail(self) -> str:
        """The result as a sentence."""
        return DETAILS[self.reason]


class Comparer:
    """Compares two pictures. Safe to use from several threads."""

    def __init__(self, captures: CaptureReader, gallery: Gallery, metrics: Metrics) -> None:
        """``gallery`` knows the model of new enrolments and its cut-off of a comparison with one person."""
        self._captures = captures
        self._gallery = gallery
        self._metrics = metrics

    def compare(self, first: str, second: str) -> Comparison:
        """Compares the faces of two images, which are base64 text.

        The cut-off is that of a login with a username (``VISAGE_FMR``). It comes from scores of a picture and a
        template of several pictures. A template has less noise than a picture, so strangers reach the cut-off less
        often with two pictures, and so does one person.

        Raises ImageRejectedError, CaptureRefusedError or DatabaseUnavailableError.
        """
        gallery = self._gallery.snapshot()
        model = gallery.models[gallery.main]
        one, other = self._captures.read_each([first, second], [model.model_id])
        score = float(one.embeddings[model.model_id] @ other.embeddings[model.model_id])
        stages = {stage: one.stages[stage] + other.stages[stage] for stage in one.stages}
        found = Comparison(score, model.decision.verify_cutoff, stages)
        outcome = Outcome.MATCHED if found.matched else Outcome.UNKNOWN
        self._metrics.comparison(outcome)
        logger.info("comparison: %s", outcome)
        return found
