"""What is known of each model's scores before a gallery has people of its own: numbers, no faces.

The files beside this one are written by ``python -m benchmarks.reference``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import ModelError
from embeddings.score_tail import ScoreTail

SAME_PERSON_LEVEL = 0.1
"""Nine in ten captures are more like the template of their own person than ``Reference.same_person``."""

FNMR_LEVELS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5)
"""The shares of genuine scores whose quantiles are written down."""

STANDS_FOR = {
    "facenet-vggface2": "facenet-casia-webface",
    "facenet-vggface2-mobilefacenet": "facenet-casia-webface-mobilefacenet",
    "facenet-vggface2-mobilefacenet-dlib": "facenet-casia-webface-mobilefacenet-dlib",
}
"""Models that were not measured, and the one of the same networks whose scores are taken over: VGGFace2's weights can't
be fetched from the package registries."""


@dataclass(frozen=True)
class Reference:
    """How a model scores photographs that are known.

    Attributes:
        source: which photographs.
        impostors: the tail of captures' scores with other people's templates.
        genuine: captures' scores with the templates of their own people that fall below at each of ``FNMR_LEVELS``.
    """

    source: str
    impostors: ScoreTail
    genuine: tuple[float, ...]

    def fnmr_at(self, cutoff: float) -> float:
        """The share of genuine comparisons below a cut-off, 0 to 1; above the highest level that is known, that."""
        return float(np.interp(cutoff, (self.genuine[0] - 1e-9, *self.genuine), (0.0, *FNMR_LEVELS)))

    def genuine_at(self, fnmr: float) -> float:
        """The score that this share of genuine comparisons stays below."""
        return float(np.interp(fnmr, FNMR_LEVELS, self.genuine))

    def genuine_scores(self, count: int) -> list[float]:
        """So many scores of captures with the templates of their own people, each as likely as the next.

        Nothing is known of the better half of them but that they are above its lowest: that stands for all.
        """
        return [self.genuine_at((number + 0.5) / count) for number in range(count)]

    @property
    def same_person(self) -> float:
        """From this score on two accounts are taken for one person's; no gallery raises the cut-off beyond it.

        By the default model ten people of LFW who are enrolled twice, with other photographs, are all found among 146,
        and nine or ten of ten among forty of ORL; no two different people of those sets reach it.
        """
        return self.genuine_at(SAME_PERSON_LEVEL)

    def as_json(self) -> dict[str, Any]:
        """The reference as numbers, text and lists."""
        return {"source": self.source, "impostors": self.impostors.as_json(), "genuine": list(self.genuine)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Reference":
        """The reference that :meth:`as_json` wrote."""
        return cls(values["source"], ScoreTail.from_json(values["impostors"]), tuple(values["genuine"]))


def reference_file(model_id: str) -> Path:
    """Where a model's reference is kept."""
    return Path(__file__).parent / f"{STANDS_FOR.get(model_id, model_id)}.json"


def reference(model_id: str) -> Reference:
    """A model's reference.

    Raises:
        ModelError: there is none.
    """
    try:
        return Reference.from_json(json.loads(reference_file(model_id).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ModelError(f"no reference scores of {model_id!r} are known") from None
