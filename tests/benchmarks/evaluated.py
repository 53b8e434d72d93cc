"""People who look like nobody else, as an evaluation sees them after embedding."""

import numpy as np
from benchmarks.evaluation.networks import NETWORKS

from benchmarks.evaluation.embedded import Embedded
from benchmarks.protocols import Vectors
from embeddings.models import DIMENSIONS, MOBILEFACENET
from embeddings.score_tail import Integers
from embeddings.types import Box, Face, Pose, Quality, Reason

PEOPLE, PHOTOGRAPHS = 8, 7


def whose() -> Integers:
    """Whose each photograph is."""
    return np.repeat(np.arange(PEOPLE), PHOTOGRAPHS)


def clear(dimension: int, noise: float = 0.2, seed: int = 1) -> Vectors:
    """Vectors by which people are easily told apart."""
    generator = np.random.default_rng(seed)
    own = generator.normal(size=(PEOPLE, dimension)) / np.sqrt(dimension)
    return _unit(own[whose()] + noise * generator.normal(size=(PEOPLE * PHOTOGRAPHS, dimension)) / np.sqrt(dimension))


def blind(dimension: int, seed: int = 2) -> Vectors:
    """Vectors that tell nothing."""
    return _unit(np.random.default_rng(seed).normal(size=(PEOPLE * PHOTOGRAPHS, dimension)))


def embedded_people() -> Embedded:
    """A folder of them; the last photograph of the first person is one that the service would refuse."""
    vectors = {network: clear(DIMENSIONS[network], seed=number) for number, network in enumerate(NETWORKS)}
    count = PEOPLE * PHOTOGRAPHS
    face = Face(Box(0, 0, 100, 100), 1.0, "blazeface-short", np.zeros((5, 2), np.float32), None, None, Pose(1, 2, 3))
    reasons: list[list[Reason]] = [[] for _ in range(count)]
    reasons[PHOTOGRAPHS - 1] = [Reason.TOO_DARK]
    return Embedded(
        name="people",
        labels=[f"p{person}/p{person}_{number % PHOTOGRAPHS + 1:04}.jpg" for number, person in enumerate(whose())],
        people=whose(),
        names=[f"p{person}" for person in range(PEOPLE)],
        vectors=vectors,
        mirrored=vectors,
        realigned={"another": {MOBILEFACENET: clear(DIMENSIONS[MOBILEFACENET], seed=9)}},
        faces=[face] * count,
        qualities=[Quality(100.0 + number, 50.0, 120.0, 40.0, 1.0, None, 0.9) for number in range(count)],
        reasons=reasons,
        missed=["p1/none.jpg"],
        several=[],
        milliseconds={step: [1.0, 2.0, 3.0] for step in ("find", "measure", *NETWORKS)},
    )


def _unit(vectors: Vectors) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
