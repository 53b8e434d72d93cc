"""People who don't exist, whose vectors are spread as those of real faces are, and are as hard to search.

A vector is the mean face, a person and what differs from one photograph of them to the next. The last two are normal
along the same axes, with the variances that people of LFW have along them: what sets people apart is also what a
photograph blurs, which is the hard case for a search. Some photographs blur more than others, and people belong to
groups who resemble each other. The numbers in ``synthetic_people.json`` are fitted by
``benchmarks.accuracy.synthetic_fit``;
``benchmarks.accuracy.likeness`` tells how far the likeness goes and where it ends (`results/likeness.md`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.core.models import ModelCard

SHAPES = Path(__file__).with_name("synthetic_people.json")

CAPTURES = 5
"""Captures to a template."""

POPULATION = 20261124
"""The seed of what all people drawn have in common."""

BATCH = 10_000
"""People drawn at a time: some 100 MB."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """How a model's vectors are spread.

    Attributes:
        mean: the length of the mean vector of many people, 0 to 1.
        person: (dimension,) the variance between people along each axis, in falling order.
        capture: (dimension,) the variance between the photographs of one person along the same axes. All of it and
            ``mean`` squared add up to about 1.
        unevenness: the standard deviation of the logarithm of a photograph's own scale of ``capture``.
        groups: how many groups of people there are who resemble each other, all of one size.
        resemblance: the share of ``person`` that the people of a group have in common.
    """

    mean: float
    person: tuple[float, ...]
    capture: tuple[float, ...]
    unevenness: float
    groups: int
    resemblance: float

    def as_json(self) -> dict[str, Any]:
        """As numbers and lists."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Shape":
        """What :meth:`as_json` wrote."""
        return cls(**{**values, "person": tuple(values["person"]), "capture": tuple(values["capture"])})


def read_shape(card: ModelCard) -> Shape:
    """The fitted shape of a model's vectors."""
    return Shape.from_json(json.loads(SHAPES.read_text(encoding="utf-8"))[card.model_id])


@dataclass(frozen=True)
class Drawn:
    """Some people.

    Attributes:
        templates: (people, dimension) float32 unit vectors.
        captures: (people, captures, dimension) float32 unit vectors, further photographs of the same people.
    """

    templates: Vectors
    captures: Vectors


class SyntheticPeople:
    """Draws people, other ones at each call. The same seed gives the same people in the same order of calls.

    Whatever the seed, they are people of one population: its axes and its groups of people who resemble each other are
    always the same, so that people of another seed are strangers to a gallery of the first.
    """

    def __init__(self, card: ModelCard, seed: int | Sequence[int] = 1, shape: Shape | None = None) -> None:
        """
        Args:
            card: the model whose vectors are drawn.
            seed: of the random numbers.
            shape: by default the fitted one.
        """
        self._shape = shape or read_shape(card)
        self._person = np.sqrt(self._shape.person).astype(np.float32)
        self._capture = np.sqrt(self._shape.capture).astype(np.float32)
        self._random = np.random.default_rng(POPULATION)
        axes = np.linalg.qr(self._random.standard_normal((card.dimension, card.dimension)))[0]
        self._axes: Vectors = axes.astype(np.float32)
        self._groups = self._normal(self._shape.groups)
        self._random = np.random.default_rng(seed)

    def draw(self, people: int, captures: int = 0) -> Drawn:
        """So many people, with so many photographs of each beside those that made their template."""
        who = self._people(people)
        of_template, several = self._normal(people), self._scales((people, CAPTURES))
        blur = np.sqrt((several**2).sum(axis=1)) / CAPTURES  # of the mean of captures with these scales
        templates = self._vectors(who, of_template, blur)
        noise, scales = self._normal(people * captures), self._scales((people * captures,))
        photographs = self._vectors(who.repeat(captures, axis=0), noise, scales)
        return Drawn(templates, photographs.reshape(people, captures, templates.shape[1]))

    def batches(self, people: int) -> Iterator[Vectors]:
        """Templates of so many people, a batch at a time."""
        for first in range(0, people, BATCH):
            yield self.draw(min(BATCH, people - first)).templates

    def _people(self, count: int) -> Vectors:
        """Standard normal coordinates of so many people."""
        group = self._random.integers(self._shape.groups, size=count)
        shared, own = np.sqrt([self._shape.resemblance, 1 - self._shape.resemblance]).astype(np.float32)
        coordinates: Vectors = shared * self._groups[group] + own * self._normal(count)
        return coordinates

    def _normal(self, count: int) -> Vectors:
        return self._random.standard_normal((count, len(self._axes)), dtype=np.float32)

    def _scales(self, shape: tuple[int, ...]) -> Vectors:
        """How much each photograph blurs; their mean square is 1."""
        spread = self._shape.unevenness
        return np.exp(spread * self._random.standard_normal(shape) - spread**2).astype(np.float32)

    def _vectors(self, who: Vectors, noise: Vectors, scales: Vectors) -> Vectors:
        """Unit vectors of photographs that blur so much; float32 throughout."""
        along = who * self._person + noise * self._capture * scales[:, np.newaxis]
        along[:, -1] += np.float32(self._shape.mean)  # the axis with the least variance: the mean face is nobody's
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        vectors: Vectors = along @ self._axes
        return vectors
