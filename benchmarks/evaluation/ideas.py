"""Ideas that might make recognition better, each measured beside the model as shipped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.evaluation.embedded import Embedded
from benchmarks.evaluation.fusion import Weights, concatenated
from benchmarks.evaluation.identification import Fit, Trials, fnir_at_fpir
from benchmarks.protocols import Vectors
from embeddings.score_tail import Floats, Integers

CAPTURES = (1, 5)
"""To a template."""


@dataclass(frozen=True)
class Idea:
    """One change.

    Attributes:
        name: what is done.
        cost: what a login or a sign-up pays for it.
        fit: what is then compared with what.
    """

    name: str
    cost: str
    fit: Fit

    @classmethod
    def of(cls, name: str, cost: str, trials: Trials) -> "Idea":
        """An idea that has nothing to choose."""
        return cls(name, cost, lambda _: trials)


def measure_ideas(embedded: Embedded, weights: Weights) -> list[dict[str, Any]]:
    """FNIR at each FPIR by captures to a template, of the model as shipped and with each idea.

    Args:
        embedded: one folder.
        weights: of the model's networks.
    """
    return [
        {"idea": idea.name, "cost": idea.cost, "rates": _rates(idea.fit, embedded.people)}
        for idea in tqdm(list(_ideas(embedded, weights)), f"{embedded.name}, ideas", unit="idea", disable=None)
    ]


def _rates(fit: Fit, people: Integers) -> dict[str, list[dict[str, Any]]]:
    return {str(captures): fnir_at_fpir(fit, people, captures) for captures in CAPTURES}


def _ideas(embedded: Embedded, weights: Weights) -> Iterator[Idea]:
    people = embedded.people
    plain = concatenated(_of(embedded.vectors, weights), weights)
    mirrored = concatenated(_of(embedded.mirrored, weights), weights)
    yield Idea.of("as shipped", "", Trials.of(plain, people))
    yield Idea.of("mirror images in the template", "sign-up twice as long", Trials(plain + mirrored, plain, people))
    both = _unit(plain + mirrored)
    yield Idea.of("mirror images in template and search", "embedding twice", Trials(both, both, people))
    for frames in (2, 3):
        yield Idea.of(
            f"{frames} login frames, scores averaged", f"{frames} x all", Trials(plain, plain, people, frames)
        )
    for name, quality in _qualities(embedded).items():
        yield Idea.of(
            f"captures weighted by {name}",
            "none",
            Trials(plain * quality[:, np.newaxis].astype(np.float32), plain, people),
        )
    for way, changed in embedded.realigned.items():
        if not changed.keys() & weights.keys():
            continue
        vectors = concatenated(_of({**embedded.vectors, **changed}, weights), weights)
        yield Idea.of(f"alignment: {way}", "none", Trials.of(vectors, people))

    def centred(choose: Integers) -> Trials:
        shifted = {network: _unit(one - _mean(one, people, choose)) for network, one in embedded.vectors.items()}
        return Trials.of(concatenated(_of(shifted, weights), weights), people)

    yield Idea("mean face of other people of the set subtracted", "all templates anew as it changes", centred)


def _qualities(embedded: Embedded) -> Mapping[str, Floats]:
    """Positive weights of photographs, (n,) each."""
    turns = np.array([np.hypot(face.pose.yaw, face.pose.pitch) for face in embedded.faces])
    return {
        "sharpness (its root)": np.sqrt([quality.sharpness for quality in embedded.qualities]),
        "the head's turn (its cosine)": np.maximum(np.cos(np.radians(turns)), 0.1),
        "face width": np.array([quality.face_width for quality in embedded.qualities]),
    }


def _mean(vectors: Vectors, people: Integers, among: Integers) -> Vectors:
    """The mean of these people's means, as a service could learn it from its gallery."""
    means = np.stack([vectors[people == person].mean(axis=0) for person in among])
    return np.asarray(means.mean(axis=0), np.float32)


def _of(vectors: Mapping[str, Vectors], weights: Weights) -> dict[str, Vectors]:
    return {network: vectors[network] for network in weights}


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
