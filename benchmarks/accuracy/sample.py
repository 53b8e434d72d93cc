"""Many people's captures as one model represents them, and the scores between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.embedded import Embedded
from benchmarks.accuracy.tail_fit import ImpostorScores
from benchmarks.common.protocols import Vectors
from benchmarks.common.statistics import Floats, Integers
from embeddings.scores.impostor_level import ImpostorLevel, impostor_level

SEED = 20261124


@dataclass(frozen=True)
class Sample:
    """Captures that the service accepts.

    Attributes:
        name: of their folder.
        vectors: (n, dimension) float32 unit vectors.
        people: (n,) int64, the person of each capture, from 0 on.
        kin: pairs of people who are twins or siblings, who do not count as strangers to each other.
    """

    name: str
    vectors: Vectors
    people: Integers
    kin: frozenset[tuple[int, int]] = frozenset()

    @property
    def count(self) -> int:
        """The number of people."""
        return int(self.people.max()) + 1

    @property
    def in_words(self) -> str:
        """Describes the numbers of photographs and people."""
        return f"{len(self.people):,} photographs of {self.count:,} people"

    def with_captures(self, least: int) -> Integers:
        """Returns the people with at least this many captures."""
        return np.flatnonzero(np.bincount(self.people) >= least)

    def related(self) -> NDArray[np.bool_]:
        """Returns (people, people): which pairs are kin."""
        kin = np.zeros((self.count, self.count), np.bool_)
        for one, other in self.kin:
            kin[one, other] = kin[other, one] = True
        return kin

    def level(self) -> ImpostorLevel:
        """Returns the level of impostor scores between these people."""
        return impostor_level([self.vectors[self.people == person] for person in range(self.count)], self.kin)


def sample_of(embedded: Embedded, weights: Mapping[str, float]) -> Sample:
    """Returns the accepted captures of a folder, by one network or by several with weights in the cosine.

    If unit vectors are scaled by the root of their weight's share and concatenated, the result has unit length, and the
    cosine is the weighted mean of the networks' cosines.
    """
    kept = embedded.accepted
    total = sum(weights.values())
    vectors = np.concatenate(
        [embedded.vectors(network)[kept] * np.float32(np.sqrt(weight / total)) for network, weight in weights.items()],
        axis=1,
    )
    numbers, people = np.unique(embedded.people[kept], return_inverse=True)
    renumbered = {int(number): index for index, number in enumerate(numbers)}
    kin = frozenset(
        (renumbered[one], renumbered[other]) for one, other in embedded.kin if one in renumbered and other in renumbered
    )
    return Sample(embedded.name, vectors, people, kin)


@dataclass(frozen=True)
class Enrolled:
    """Some people of a sample with a template each.

    Attributes:
        people: (gallery,) int64, their numbers.
        templates: (gallery, dimension) float32 unit vectors.
        used: (n,) bool, the captures in the templates.
    """

    people: Integers
    templates: Vectors
    used: NDArray[np.bool_]


def enrol(sample: Sample, people: Sequence[int] | Integers, captures: int, seed: int = SEED) -> Enrolled:
    """Makes these people's templates: normalised means of ``captures`` random captures, or of all if fewer."""
    generator = np.random.default_rng(seed)
    used = np.zeros(len(sample.people), np.bool_)
    templates = []
    for person in people:
        chosen = generator.permutation(np.flatnonzero(sample.people == person))[:captures]
        mean = sample.vectors[chosen].mean(axis=0)
        templates.append(mean / np.linalg.norm(mean))
        used[chosen] = True
    return Enrolled(np.asarray(people), np.array(templates, np.float32), used)


def impostor_scores(sample: Sample, enrolled: Enrolled) -> ImpostorScores:
    """Scores every capture with the templates of all other people except relatives."""
    strangers = (sample.people[:, np.newaxis] != enrolled.people) & ~sample.related()[sample.people][:, enrolled.people]
    row, column = np.nonzero(strangers)
    scores = (sample.vectors @ enrolled.templates.T)[row, column].astype(np.float64)
    return ImpostorScores(scores, sample.people[row], enrolled.people[column])


def genuine_scores(sample: Sample, captures: int, draws: int = 10) -> tuple[Floats, Integers]:
    """Returns scores of captures with templates of ``captures`` others of their person, and the people."""
    scores, people = [], []
    for draw in range(draws):
        enrolled = enrol(sample, sample.with_captures(captures + 1), captures, SEED + draw)
        for person, template in zip(enrolled.people, enrolled.templates, strict=True):
            own = np.flatnonzero((sample.people == person) & ~enrolled.used)
            scores.append(sample.vectors[own] @ template)
            people.append(np.full(len(own), person))
    return np.concatenate(scores).astype(np.float64), np.concatenate(people)
