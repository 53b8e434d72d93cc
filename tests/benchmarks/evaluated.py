"""Synthetic people with well separated vectors, as an evaluation gets them after embedding."""

import numpy as np

from benchmarks.accuracy.embedded import NETWORKS, Embedded, Seen
from benchmarks.accuracy.sample import Sample, sample_of
from benchmarks.common.protocols import Vectors
from benchmarks.common.statistics import Integers
from embeddings.core.models import card
from embeddings.core.types import Box, Face, Pose, Quality, Reason, Vector

PEOPLE, PHOTOGRAPHS = 60, 7
FACE = Face(Box(0, 0, 100, 100), 1.0, "blazeface-short", np.zeros((5, 2), np.float32), None, None, Pose(1, 2, 3))


def whose(people: int = PEOPLE) -> Integers:
    """Returns the person of each photograph."""
    return np.repeat(np.arange(people), PHOTOGRAPHS)


def clear(dimension: int, noise: float = 0.2, seed: int = 1, people: int = PEOPLE) -> Vectors:
    """Returns vectors by which people are easily distinguished."""
    generator = np.random.default_rng(seed)
    own = generator.normal(size=(people, dimension)) / np.sqrt(dimension)
    aside = generator.normal(size=(people * PHOTOGRAPHS, dimension)) / np.sqrt(dimension)
    return _unit(own[whose(people)] + noise * aside)


def blind(dimension: int, seed: int = 2, people: int = PEOPLE) -> Vectors:
    """Returns vectors without any information about people."""
    return _unit(np.random.default_rng(seed).normal(size=(people * PHOTOGRAPHS, dimension)))


def embedded_people(name: str = "people", people: int = PEOPLE, noise: float = 0.2) -> Embedded:
    """Returns an embedded folder. The first two people are twins; the service refuses the first's last photograph."""
    vectors = {
        network: clear(card(network).dimension, noise, seed=number, people=people)
        for number, network in enumerate(NETWORKS)
    }
    return Embedded(
        name=name,
        labels=[
            f"p{person}/p{person}_{number % PHOTOGRAPHS + 1:04}.jpg" for number, person in enumerate(whose(people))
        ],
        people=whose(people),
        names=[f"p{person}" for person in range(people)],
        kin=frozenset({(0, 1)}),
        seen=[
            _seen(number, {network: rows[number] for network, rows in vectors.items()})
            for number in range(people * PHOTOGRAPHS)
        ],
        missed=["p1/none.jpg"],
        left_out=["p2/wrong.jpg"],
    )


def sample_people(noise: float = 0.2) -> Sample:
    """Returns a sample of these people by the default network."""
    return sample_of(embedded_people(noise=noise), {NETWORKS[0]: 1.0})


def _seen(number: int, vectors: dict[str, Vector]) -> Seen:
    return Seen(
        face=FACE,
        quality=Quality(100.0 + number, 50.0, 120.0, 40.0, 1.0, None, 0.9),
        reasons=[Reason.TOO_DARK] if number == PHOTOGRAPHS - 1 else [],
        vectors=vectors,
        milliseconds=dict.fromkeys(("find", "measure", *NETWORKS), 1.0),
    )


def _unit(vectors: Vectors) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
