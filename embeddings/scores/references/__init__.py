"""Reference scores of each model, for galleries with few people of their own: numbers, no faces.

``python -m benchmarks.accuracy.reference`` writes the files in this folder.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.core.errors import ModelError
from embeddings.scores.impostor_level import ImpostorLevel
from embeddings.scores.score_tail import ScoreTail

SAME_PERSON_LEVEL = 0.1
"""Nine in ten captures are more similar to their own person's template than ``Reference.same_person``."""

FNMR_LEVELS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5)
"""The false non-match rates for which the quantiles of genuine scores are stored."""

STANDS_FOR = {"facenet-vggface2": "facenet-casia-webface"}
"""Unmeasured models, and the model whose reference each uses: VGGFace2's weights are in no package registry."""


@dataclass(frozen=True)
class Group:
    """A group of people from another data set than the reference's, measured separately.

    Attributes:
        name: the people and the camera.
        photographs: the number of photographs.
        level: of the impostor scores among them.
        fmr_ratio: their false match rate over the reference's, at the cut-off where the reference's is 0.001.
        fmr_ratio_interval: its 95 % interval, bootstrapped by person.
    """

    name: str
    photographs: int
    level: ImpostorLevel
    fmr_ratio: float
    fmr_ratio_interval: tuple[float, float]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Group":
        """Reads a group from the result of ``dataclasses.asdict``."""
        level, interval = ImpostorLevel.from_json(values["level"]), tuple(values["fmr_ratio_interval"])
        return cls(**{**values, "level": level, "fmr_ratio_interval": interval})


@dataclass(frozen=True)
class Reference:
    """A model's scores on known photographs.

    Attributes:
        source: the photographs.
        impostors: the tail of captures' scores with other people's templates.
        level: of the impostor scores among the same people.
        groups: other groups of people, who may resemble each other more than the reference's people.
        genuine: quantiles of captures' scores with their own people's templates, at each of ``FNMR_LEVELS``.
    """

    source: str
    impostors: ScoreTail
    level: ImpostorLevel
    groups: tuple[Group, ...]
    genuine: tuple[float, ...]

    @property
    def strictest(self) -> ImpostorLevel:
        """The level with the highest upper end, of the reference's people and all groups."""
        return max([self.level, *(group.level for group in self.groups)], key=lambda level: level.high)

    def fnmr_at(self, cutoff: float) -> float:
        """Returns the share of genuine comparisons below a cut-off, 0 to 1; at most the highest stored level."""
        return float(np.interp(cutoff, (self.genuine[0] - 1e-9, *self.genuine), (0.0, *FNMR_LEVELS)))

    def genuine_at(self, fnmr: float) -> float:
        """Returns the score that this share of genuine comparisons stays below."""
        return float(np.interp(fnmr, FNMR_LEVELS, self.genuine))

    def genuine_scores(self, count: int) -> list[float]:
        """Returns this many equally likely scores of captures with their own people's templates.

        Scores above the median are all given as the median, because no higher quantile is stored.
        """
        return [self.genuine_at((number + 0.5) / count) for number in range(count)]

    @property
    def same_person(self) -> float:
        """The score from which on two accounts count as one person's; no gallery raises the cut-off above it.

        ``ModelCard.same_person_floor`` is another threshold, for the captures of one sign-up or login.
        """
        return self.genuine_at(SAME_PERSON_LEVEL)

    def as_json(self) -> dict[str, Any]:
        """Returns the reference as numbers, text and lists."""
        return {
            "source": self.source,
            "impostors": self.impostors.as_json(),
            "level": self.level.as_json(),
            "groups": [asdict(group) for group in self.groups],
            "genuine": list(self.genuine),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Reference":
        """Reads a reference from the result of :meth:`as_json`."""
        return cls(
            values["source"],
            ScoreTail.from_json(values["impostors"]),
            ImpostorLevel.from_json(values["level"]),
            tuple(Group.from_json(group) for group in values["groups"]),
            tuple(values["genuine"]),
        )


def reference_file(model_id: str) -> Path:
    """Returns the path of a model's reference."""
    return Path(__file__).parent / f"{STANDS_FOR.get(model_id, model_id)}.json"


def reference(model_id: str) -> Reference:
    """Returns a model's reference.

    Raises:
        ModelError: there is none.
    """
    try:
        return Reference.from_json(json.loads(reference_file(model_id).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ModelError(f"no reference scores of {model_id!r} are known") from None
