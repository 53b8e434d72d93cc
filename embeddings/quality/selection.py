"""Selects the captures that belong together: of one person, and in an enrolment those that do not repeat another.

Pure functions on the properties of each capture. Guided captures ask for slight turns of the head, because a template
of several views recognises more. Portraits of different days are also useful, even in the same pose. So a capture
repeats another one only if it shows the same pose and also looks the same otherwise.

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
mesh measures a turn rendered as 20 degrees as 8 to 18, and one of 10 as 4 to 8; none of 50 is refused. A limit of 4
would refuse 8 % of the latter."""
ALIKE = 0.85
"""The ``likeness`` from which on two captures are of one occasion. 99 % of the frames of a still camera and of copies
are above 0.90 with SFace and FaceNet. All pairs of different LFW photographs in the same pose are below 0.75 and 0.85.
The pose alone would refuse 6 % of honest sign-ups with three LFW photographs, and 30 % with three of ORL."""
SAME_SHAPE = 0.015
"""The ``shape_difference`` below which two captures are copies: 80 % of the poorest copies are below (JPEG of quality
30), and 86 to 98 % of the others. The pose finds the rest. Of the pairs of different photographs, none of LFW's 450 and
3 of ORL's 1800 are called copies. A mirrored copy counts as a new picture unless it looks straight ahead, because a
turned person's left view is nearly the mirror image of the right view."""

PLENTY_WIDTH = 112.0
"""Pixels of the face's own width, the larger of the networks' inputs: more adds nothing."""
PLENTY_SHARPNESS = 100.0
"""Grey levels squared, about the median of LFW."""
PLENTY_VISIBILITY = 40.0
"""Logit, about the median of LFW. With these three, the worth correlates with the cosine to the person's other
photographs by 0.29 on LFW; each alone by 0.04, 0.24 and 0.28."""


@dataclass(frozen=True)
class View:
    """The properties of one capture: its face, that face's quality, and its vector by the model that is searched."""

    face: Face
    quality: Quality
    vector: Vector


@dataclass(frozen=True)
class Choice:
    """The indices of the captures to keep, in their order, and for each other capture the reason to leave it out."""

    kept: Sequence[int]
    left_out: Mapping[int, Reason]


def strangers(vectors: Sequence[Vector], floor: float) -> list[int]:
    """Returns the indices of the captures that show another person than the rest.

    It removes the capture with the lowest cosine to the template of the rest, one after the other, until all remaining
    ones agree. If one of three or five photographs is a stranger's, exactly that one is found in 98 % of the cases
    (LFW, ORL). Of two captures, it returns both or none, because nothing shows which of them is the stranger's.

    Args:
        vectors: of unit length, one for each capture.
        floor: the minimal cosine of a capture to the template of the rest; ``ModelCard.same_person_floor``.
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
    """Returns the cosine of each row of (n, dimension), n > 1, to the mean of all others: (n,)."""
    rest = vectors.sum(axis=0) - vectors
    lengths = np.maximum(np.linalg.norm(rest, axis=1), 1e-9)
    return np.asarray(np.sum(vectors * rest, axis=1) / lengths, np.float32)


def choose(views: Sequence[View], floor: float) -> Choice:
    """Chooses the largest set of captures that do not repeat each other; of equally large sets the best.

    Args:
        views: the captures of one person's enrolment, one to about eight, because it tries all subsets (255 of 8).
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
    """Returns why one of these two captures adds nothing to the other; None if both are worth keeping."""
    if likeness(one.vector, other.vector, floor) < ALIKE:
        return None
    if shape_difference(one.face, other.face) < SAME_SHAPE:
        return Reason.SAME_PICTURE
    if turn_between(one.face.pose, other.face.pose) < MIN_TURN:
        return Reason.SAME_POSE
    return None


def likeness(one: Vector, other: Vector, floor: float) -> float:
    """Rescales the cosine of two captures so that ``ModelCard.same_person_floor`` is 0 and 1 stays 1.

    The range of cosines differs between models; rescaled, the same limit suits all of them.
    """
    return (float(one @ other) - floor) / (1.0 - floor)


def turn_between(one: Pose, other: Pose) -> float:
    """Returns the angle between two poses in degrees, without roll, which alignment undoes."""
    return math.hypot(one.yaw - other.yaw, one.pitch - other.pitch)


def shape_difference(one: Face, other: Face) -> float:
    """Returns the difference in shape of two meshes, 0 to 1, for any position, size and roll.

    It is the share of their extent (root mean square) that remains between them after a similarity has fitted one to
    the other; 1 if one mesh is missing.
    """
    if one.mesh is None or other.mesh is None:
        return 1.0
    agreement = float(abs(np.vdot(_outline(one.mesh), _outline(other.mesh))))
    return math.sqrt(max(0.0, 1.0 - agreement**2))


def worth(quality: Quality) -> float:
    """Returns the worth of a capture among others of the same view, 0 to 1: wide, sharp and fully visible is best."""
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
    """Returns the mesh's (468,) complex points in the image, centred and of unit length."""
    points = mesh[:, 0].astype(np.float64) + 1j * mesh[:, 1]
    points -= points.mean()
    return np.asarray(points / max(float(np.linalg.norm(points)), 1e-9), np.complex128)
