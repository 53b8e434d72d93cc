"""Draws synthetic people whose vectors are distributed like those of real faces, and are as hard to search.

A vector is the sum of the mean face, a person's part, and a part that differs between photographs of the person. The
last two are normal along the same axes, with the variances of LFW's people. So the axes that separate people are also
those that a photograph blurs, which is the hard case for a search. Some photographs blur more than others, and people
belong to groups who resemble each other. ``benchmarks.accuracy.synthetic_fit`` fits the numbers in
``synthetic_people.json``. ``benchmarks.accuracy.likeness`` measures how similar synthetic and real people are
(`results/likeness.md`).
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
"""Captures a template."""

POPULATION = 20261124
"""The seed of everything that all synthetic people share."""

BATCH = 10_000
"""People drawn at a time: some 100 MB."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """The distribution of a model's vectors.

    Attributes:
        mean: the length of the mean vector of many people, 0 to 1.
        person: (dimension,) the variance between people along each axis, in descending order.
        capture: (dimension,) the variance between the photographs of one person along the same axes. All variances and
            ``mean`` squared add up to about 1.
        unevenness: the standard deviation of the logarithm of a photograph's own scale of ``capture``.
        groups: the number of groups of people who resemble each other, all of the same size.
        resemblance: the share of ``person`` that the people of a group have in common.
    """

    mean: float
    person: tuple[float, ...]
    capture: tuple[float, ...]
    unevenness: float
    groups: int
    resemblance: float

    def as_json(self) -> dict[str, Any]:
        """Returns the shape as numbers and lists."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Shape":
        """Reads a shape from the result of :meth:`as_json`."""
        return cls(**{**values, "person": tuple(values["person"]), "capture": tuple(values["capture"])})


def read_shape(card: ModelCard) -> Shape:
    """Returns the fitted shape of a model's vectors."""
    return Shape.from_json(json.loads(SHAPES.read_text(encoding="utf-8"))[card.model_id])


@dataclass(frozen=True)
class Drawn:
    """Some synthetic people.

    Attributes:
        templates: (people, dimension) float32 unit vectors.
        captures: (people, captures, dimension) float32 unit vectors, further photographs of the same people.
    """

    templates: Vectors
    captures: Vectors


class SyntheticPeople:
    """Draws different people at each call. The same seed gives the same people in the same order of calls.

    All seeds draw from one population: its axes and its groups of similar people are always the same. So people of
    another seed are strangers to a gallery of the first.
    """

    def __init__(self, card: ModelCard, seed: int | Sequence[int] = 1, shape: Shape | None = None) -> None:
        """Draws nothing yet but the population.

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
        """Draws people, each with this many photographs in addition to those in their template."""
        who = self._people(people)
        of_template, several = self._normal(people), self._scales((people, CAPTURES))
        blur = np.sqrt((several**2).sum(axis=1)) / CAPTURES  # the blur of a mean of captures with these scales
        templates = self._vectors(who, of_template, blur)
        noise, scales = self._normal(people * captures), self._scales((people * captures,))
        photographs = self._vectors(who.repeat(captures, axis=0), noise, scales)
        return Drawn(templates, photographs.reshape(people, captures, templates.shape[1]))

    def batches(self, people: int) -> Iterator[Vectors]:
        """Yields templates of this many people in batches."""
        for first in range(0, people, BATCH):
            yield self.draw(min(BATCH, people - first)).templates

    def _people(self, count: int) -> Vectors:
        """Returns standard normal coordinates of this many people."""
        group = self._random.integers(self._shape.groups, size=count)
        shared, own = np.sqrt([self._shape.resemblance, 1 - self._shape.resemblance]).astype(np.float32)
        coordinates: Vectors = shared * self._groups[group] + own * self._normal(count)
        return coordinates

    def _normal(self, count: int) -> Vectors:
        return self._random.standard_normal((count, len(self._axes)), dtype=np.float32)

    def _scales(self, shape: tuple[int, ...]) -> Vectors:
        """Returns how much each photograph blurs; the mean square is 1."""
        spread = self._shape.unevenness
        return np.exp(spread * self._random.standard_normal(shape) - spread**2).astype(np.float32)

    def _vectors(self, who: Vectors, noise: Vectors, scales: Vectors) -> Vectors:
        """Returns unit vectors of photographs with this blur; float32 throughout."""
        along = who * self._person + noise * self._capture * scales[:, np.newaxis]
        along[:, -1] += np.float32(self._shape.mean)  # on the axis with the least variance, as nobody is the mean face
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        vectors: Vectors = along @ self._axes
        return vectors
