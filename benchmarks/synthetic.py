"""People who don't exist, whose vectors are spread as those of real faces are, and are as hard to search.

Each network's vector is a mean face, a person and what differs from one photograph of them to the next. The last two
are normal along the same axes, with a variance that falls from axis to axis: what sets people apart is also what a
photograph blurs, which is the hard case for a search. Networks see the same person, so that their axes go together to
a degree; a poor photograph is poor for all of them; and people belong to groups who resemble each other. The numbers
in ``synthetic_people.json`` are fitted to photographs; ``python -m benchmarks.likeness`` tells how far the likeness
goes and where it ends (`results/likeness.md`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from embeddings.models import ModelCard

SHAPES = Path(__file__).with_name("synthetic_people.json")

CAPTURES = 5
"""Captures to a template."""

POPULATION = 20261124
"""The seed of what all people drawn have in common."""

BATCH = 10_000
"""People drawn at a time: some 100 MB."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Spectrum:
    """How variance is shared among axes: in proportion to (axis + offset) ^ -steepness, axes counted from 1.

    With a large offset it falls as an exponential does.
    """

    steepness: float
    offset: float

    def shares(self, dimension: int) -> NDArray[np.float64]:
        """(dimension,) shares that add up to 1."""
        falling = (np.arange(1.0, dimension + 1) + self.offset) ** -self.steepness
        shares: NDArray[np.float64] = falling / falling.sum()
        return shares


@dataclass(frozen=True)
class Shape:
    """How one network's vectors are spread.

    Attributes:
        mean: the length of the mean vector of many people, 0 to 1.
        person: the variance between people, all axes together.
        capture: the variance between the photographs of one person; the three add up to about 1, ``mean`` squared.
        person_spectrum: how ``person`` is shared among the axes.
        capture_spectrum: the same of ``capture``.
        common: how much of an axis is shared with the other networks, as a correlation with what is common to all.
    """

    mean: float
    person: float
    capture: float
    person_spectrum: Spectrum
    capture_spectrum: Spectrum
    common: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Shape":
        """What ``dataclasses.asdict`` made of one."""
        spectra = {name: Spectrum(**values[name]) for name in ("person_spectrum", "capture_spectrum")}
        return cls(**{**values, **spectra})


@dataclass(frozen=True)
class Shapes:
    """The networks' shapes, by network, and how unequal photographs are.

    Attributes:
        unevenness: the standard deviation of the logarithm of a photograph's own scale of ``Shape.capture``.
        groups: how many groups of people there are who resemble each other, all of one size.
        resemblance: the share of ``Shape.person`` that the people of a group have in common.
    """

    networks: Mapping[str, Shape]
    unevenness: float
    groups: int
    resemblance: float

    def as_json(self) -> dict[str, Any]:
        """As numbers, text and mappings."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Shapes":
        """What :meth:`as_json` wrote."""
        networks = {network: Shape.from_json(shape) for network, shape in values["networks"].items()}
        return cls(networks, values["unevenness"], values["groups"], values["resemblance"])


def read_shapes(path: Path = SHAPES) -> Shapes:
    """The fitted shapes."""
    return Shapes.from_json(json.loads(path.read_text(encoding="utf-8")))


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

    def __init__(self, card: ModelCard, seed: int | Sequence[int] = 1, shapes: Shapes | None = None) -> None:
        """
        Args:
            card: the model whose vectors are drawn.
            seed: of the random numbers.
            shapes: by default the fitted ones.
        """
        self._shapes = shapes or read_shapes()
        self._random = np.random.default_rng(POPULATION)
        self._parts = [_Part(self._shapes.networks[card.model_id], card.dimension, self._random)]
        self._lengths = np.ones(1, np.float32)
        self._widest = card.dimension
        self._groups = self._normal(self._shapes.groups)
        self._random = np.random.default_rng(seed)

    def draw(self, people: int, captures: int = 0) -> Drawn:
        """So many people, with so many photographs of each beside those that made their template."""
        person, of_template = self._people(people), self._normal(people)
        several = self._scales((people, CAPTURES))
        blur = np.sqrt((several**2).sum(axis=1)) / CAPTURES  # of the mean of captures with these scales
        templates = self._join([part.vectors(person[i], of_template[i], blur) for i, part in self._each()])
        person = [coordinates.repeat(captures, axis=0) for coordinates in person]
        noise, scales = self._normal(people * captures), self._scales((people * captures,))
        photographs = self._join([part.vectors(person[i], noise[i], scales) for i, part in self._each()])
        return Drawn(templates, photographs.reshape(people, captures, templates.shape[1]))

    def batches(self, people: int) -> Iterator[Vectors]:
        """Templates of so many people, a batch at a time."""
        for first in range(0, people, BATCH):
            yield self.draw(min(BATCH, people - first)).templates

    def _people(self, count: int) -> list[Vectors]:
        group = self._random.integers(self._shapes.groups, size=count)
        resemblance = self._shapes.resemblance
        shared, own = np.float32(np.sqrt(resemblance)), np.float32(np.sqrt(1 - resemblance))
        return [
            shared * groups[group] + own * coordinates
            for groups, coordinates in zip(self._groups, self._normal(count), strict=True)
        ]

    def _each(self) -> "Iterator[tuple[int, _Part]]":
        return enumerate(self._parts)

    def _normal(self, count: int) -> list[Vectors]:
        """Standard normal coordinates of each network, which go together as ``Shape.common`` says."""
        common = self._random.standard_normal((count, self._widest), dtype=np.float32)
        return [part.coordinates(self._random, common) for part in self._parts]

    def _scales(self, shape: tuple[int, ...]) -> Vectors:
        """How much each photograph blurs; their mean square is 1."""
        spread = self._shapes.unevenness
        return np.exp(spread * self._random.standard_normal(shape) - spread**2).astype(np.float32)

    def _join(self, parts: list[Vectors]) -> Vectors:
        return np.concatenate([part * length for part, length in zip(parts, self._lengths, strict=True)], axis=1)


class _Part:
    """One network's share of the vectors, along axes that were drawn at random."""

    def __init__(self, shape: Shape, dimension: int, random: np.random.Generator) -> None:
        self._axes = np.linalg.qr(random.standard_normal((dimension, dimension)))[0].astype(np.float32)
        self._person = np.sqrt(shape.person * shape.person_spectrum.shares(dimension)).astype(np.float32)
        self._capture = np.sqrt(shape.capture * shape.capture_spectrum.shares(dimension)).astype(np.float32)
        self._mean = np.float32(shape.mean)
        self._common = np.float32(shape.common)
        self._dimension = dimension

    def coordinates(self, random: np.random.Generator, common: Vectors) -> Vectors:
        own = random.standard_normal((len(common), self._dimension), dtype=np.float32)
        return cast(Vectors, self._common * common[:, : self._dimension] + np.sqrt(1 - self._common**2) * own)

    def vectors(self, person: Vectors, noise: Vectors, scales: Vectors) -> Vectors:
        """Unit vectors: float32 throughout."""
        along = person * self._person + noise * self._capture * scales[:, np.newaxis]
        along[:, -1] += self._mean  # the axis with the least variance: the mean face is nobody's
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        return cast(Vectors, along @ self._axes)
