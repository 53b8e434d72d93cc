"""Which captures belong together: those of one person and, of an enrolment, those that do not repeat another.

Pure functions on what is known of each capture. Guided captures ask for slight turns of the head, because a template of
several views recognises more; but portraits of different days are welcome too, however alike their poses. So a capture
repeats another when it neither shows another pose nor looks otherwise different.

Measured on LFW, ORL, frames of a still camera (LFW's photographs with noise, exposure, a shift, a turn and a JPEG each
time) and copies (LFW's photographs smaller, cropped, or as a JPEG of quality 30 and more).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Face, Pose, Quality, Reason, Vector
from embeddings.quality.quality import MIN_VISIBILITY

MIN_TURN = 3.0
"""Degrees between two poses; 97 % of the frames of a still camera are nearer. In sign-ups by front, left and right the
mesh sees a turn drawn as 20 degrees as 8 to 18, one of 10 as 4 to 8; none of 50 is refused. A limit of 4 would refuse
8 % of the latter."""
ALIKE = 0.85
"""``likeness`` of two captures of one occasion: 99 % of the frames of a still camera and of copies are above 0.90 by
SFace and FaceNet, all pairs of different photographs of LFW in the same pose below 0.75 and 0.85. The pose alone
would refuse 6 % of honest sign-ups with three of LFW's photographs and 30 % with ORL's."""
SAME_SHAPE = 0.015
"""``shape_difference`` of two copies: 80 % of the poorest are below (JPEG of quality 30), 86 to 98 % of the others.
The rest is told by the pose. Of the pairs of different photographs none of LFW's 450 and 3 of ORL's 1800 are called
copies. A mirrored copy passes for a picture of its own unless it looks straight ahead: where the head is turned,
somebody's left view is nearly the mirror of the right one."""

PLENTY_WIDTH = 112.0
"""Pixels, the larger of the networks' inputs in the face's own width: more adds nothing."""
PLENTY_SHARPNESS = 100.0
"""Grey levels squared, about the median of LFW."""
PLENTY_VISIBILITY = 40.0
"""Logit, about the median of LFW. With these three the worth correlates with the cosine to the person's other
photographs by 0.29 on LFW, each alone by 0.04, 0.24 and 0.28."""


@dataclass(frozen=True)
class View:
    """What is known of one capture: its face, that face's quality, and its vector by the model that is searched."""

    face: Face
    quality: Quality
    vector: Vector


@dataclass(frozen=True)
class Choice:
    """Which captures are kept, in their order, and why each of the others is not; all by index."""

    kept: Sequence[int]
    left_out: Mapping[int, Reason]


def strangers(vectors: Sequence[Vector], floor: float) -> list[int]:
    """The captures that show somebody else than the others do, by index.

    One after the other, whoever is least like the template of all the rest goes, until all that is left agrees. Where
    one of three or five photographs is a stranger's, it is that one alone in 98 % of what is found (LFW, ORL). Where
    two are all there is, it is both or none, as nothing says which is the stranger's.

    Args:
        vectors: of unit length, one for each capture.
        floor: the least cosine of a capture to the template of the rest; ``ModelCard.same_person_floor``.
    """
    if len(vectors) == 2:  # noqa: PLR2004
        return [0, 1] if float(vectors[0] @ vectors[1]) < floor else []
    left, found = list(range(len(vectors))), []
    while len(left) > 1:
        agreement = agreement_with_rest(np.stack([vectors[index] for index in left]))
        worst = int(agreement.argmin())
        if agreement[worst] >= floor:
            break
        found.append(left.pop(worst))
    return sorted(found)


def agreement_with_rest(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosine of each row of (n, dimension), n > 1, to the mean of all the others: (n,)."""
    rest = vectors.sum(axis=0) - vectors
    lengths = np.maximum(np.linalg.norm(rest, axis=1), 1e-9)
    return np.asarray(np.sum(vectors * rest, axis=1) / lengths, np.float32)


def choose(views: Sequence[View], floor: float) -> Choice:
    """As many captures as can be that do not repeat each other, and of equally many the best.

    Args:
        views: the few captures of one person's enrolment, at least one: all choices are tried, 255 of 8 captures.
        floor: of their model; see ``likeness``.
    """
    repeats = {
        pair: reason
        for pair in combinations(range(len(views)), 2)
        if (reason := repetition(views[pair[0]], views[pair[1]], floor))
    }
    kept = _largest(len(views), repeats, [worth(view.quality) for view in views])
    left_out = {
        index: _worst_reason([repeats.get((min(index, other), max(index, other))) for other in kept])
        for index in range(len(views))
        if index not in kept
    }
    return Choice(list(kept), left_out)


def repetition(one: View, other: View, floor: float) -> Reason | None:
    """Why one of these two captures adds nothing to the other; None where both are worth keeping."""
    if likeness(one.vector, other.vector, floor) < ALIKE:
        return None
    if shape_difference(one.face, other.face) < SAME_SHAPE:
        return Reason.SAME_PICTURE
    if turn_between(one.face.pose, other.face.pose) < MIN_TURN:
        return Reason.SAME_POSE
    return None


def likeness(one: Vector, other: Vector, floor: float) -> float:
    """The cosine of two captures of a person as its share of the way from ``ModelCard.same_person_floor`` to 1.

    Models differ in how near each other their cosines lie; by this the same limit does for all.
    """
    return (float(one @ other) - floor) / (1.0 - floor)


def turn_between(one: Pose, other: Pose) -> float:
    """How far the head turns from one pose to the other, in degrees; its tilt, which alignment undoes, not counted."""
    return math.hypot(one.yaw - other.yaw, one.pitch - other.pitch)


def shape_difference(one: Face, other: Face) -> float:
    """How differently two meshes lie in their images, 0 to 1, wherever, however large and however tilted they are.

    The share of their extent (root mean square) that is left between them once a similarity has laid one onto the
    other; 1 where one of them is not known.
    """
    if one.mesh is None or other.mesh is None:
        return 1.0
    agreement = float(abs(np.vdot(_outline(one.mesh), _outline(other.mesh))))
    return math.sqrt(max(0.0, 1.0 - agreement**2))


def worth(quality: Quality) -> float:
    """How much a capture is worth among others of the same view, 0 to 1: wide, sharp and open to be seen."""
    visibility = MIN_VISIBILITY if quality.visibility is None else max(quality.visibility, 0.0)
    return (
        min(quality.face_width / PLENTY_WIDTH, 1.0)
        * min(quality.sharpness / PLENTY_SHARPNESS, 1.0)
        * min(visibility / PLENTY_VISIBILITY, 1.0)
    )


def _largest(count: int, repeats: Mapping[tuple[int, int], Reason], worths: Sequence[float]) -> tuple[int, ...]:
    for size in range(count, 1, -1):
        able = [chosen for chosen in combinations(range(count), size) if repeats.keys().isdisjoint(_pairs(chosen))]
        if able:
            return max(able, key=lambda chosen: sum(worths[index] for index in chosen))
    return (int(np.argmax(worths)),)


def _pairs(chosen: tuple[int, ...]) -> set[tuple[int, int]]:
    return set(combinations(chosen, 2))


def _worst_reason(reasons: Sequence[Reason | None]) -> Reason:
    return Reason.SAME_PICTURE if Reason.SAME_PICTURE in reasons else Reason.SAME_POSE


def _outline(mesh: NDArray[np.float32]) -> NDArray[np.complex128]:
    """A mesh as seen in the image, (468,) complex, centred and of unit length."""
    points = mesh[:, 0].astype(np.float64) + 1j * mesh[:, 1]
    points -= points.mean()
    return np.asarray(points / max(float(np.linalg.norm(points)), 1e-9), np.complex128)
