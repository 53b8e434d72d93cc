"""Checks whether each prompt was performed while it was shown, by the faces' meshes and, for eyelids, the pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.liveness.eyes import openings
from embeddings.liveness.types import Floats, Prompt, Shot

START = 3
"""The number of first shots that define the person's frontal pose, because the person cannot have moved yet."""

TURN = 9.0
"""Degrees to the side, from the person's front, as the mesh measures them: about two thirds of the real turn."""
NOD = 6.0
"""Degrees up, as the mesh measures them."""
CLOSER = 1.22
"""The size of the face relative to the start."""
SHUT = 0.28
"""The minimal decrease of the eyes' visible share while shut, compared to before and after; mean of both eyes."""
EACH_SHUT = 0.14
"""The minimal decrease for each eye. It is lower, because light from one side hides much of a narrow eye."""
STEADY = 0.5
"""The maximal change of the mouth relative to the eyes' decrease: a hand before the face or a blur is not a blink."""
AROUND_BLINK = 0.8
"""Seconds before and after a blink within which the eyes must be open."""

BEGUN = 0.5
"""A movement must begin below this share of its target while its prompt is shown. A person who is already there has not
responded to the prompt."""
HALF = 0.5
"""Tracking begins when at most this share of a movement is done. From the very beginning, a turn from left to right
would start with a face that is half hidden."""


@dataclass(frozen=True)
class Movement:
    """The movement of a face in each shot, relative to the start. Each attribute is (shots,) float64.

    Attributes:
        yaw: degrees, as ``Pose``.
        pitch: degrees, as ``Pose``.
        size: relative to the start.
    """

    yaw: Floats
    pitch: Floats
    size: Floats


@dataclass(frozen=True)
class Performance:
    """The result for one prompt.

    Attributes:
        done: whether it was performed.
        reached: the largest movement, as a share of the required one.
        begin: index of the most frontal shot, among those with at most half of the movement done.
        end: index of the shot with the largest movement.
    """

    done: bool
    reached: float
    begin: int
    end: int


def movement(shots: Sequence[Shot]) -> Movement:
    """Returns the movement in the shots, which are at least one and have a mesh each."""
    yaw = np.array([shot.face.pose.yaw for shot in shots])
    pitch = np.array([shot.face.pose.pitch for shot in shots])
    size = np.array([_size(shot) for shot in shots])
    return Movement(
        yaw - np.median(yaw[:START]), pitch - np.median(pitch[:START]), size / max(float(np.median(size[:START])), 1e-9)
    )


def perform(shots: Sequence[Shot], move: Movement, prompt: Prompt, when: NDArray[np.intp]) -> Performance:
    """Evaluates a prompt in the shots with these indices, during which it was shown."""
    if prompt is Prompt.BLINK:
        return _blink(shots, when)
    reached = _extent(move, prompt)[when]
    end = int(np.argmax(reached))
    before = np.append(0, np.flatnonzero(reached[:end] <= HALF * reached[end]))
    away = np.hypot(move.yaw, move.pitch)[when[before]]
    begin = int(before[np.argmin(away)])
    done = reached[end] >= 1.0 and reached[: end + 1].min() <= BEGUN
    return Performance(bool(done), float(reached[end]), int(when[begin]), int(when[end]))


def _extent(move: Movement, prompt: Prompt) -> Floats:
    """Returns each shot's progress towards what a prompt asks for: 0 at the start, 1 when done."""
    done = {
        Prompt.TURN_LEFT: move.yaw / TURN,
        Prompt.TURN_RIGHT: -move.yaw / TURN,
        Prompt.LOOK_UP: move.pitch / NOD,
        Prompt.MOVE_CLOSER: (move.size - 1.0) / (CLOSER - 1.0),
    }
    return np.asarray(done[prompt], np.float64)


def _blink(shots: Sequence[Shot], when: NDArray[np.intp]) -> Performance:
    """Evaluates a blink: both eyes shut, and open before and after, while the mouth does not change."""
    first, last = int(when[0]), int(when[-1])
    ending = [shot for shot in shots[last + 1 :] if shot.at <= shots[last].at + AROUND_BLINK]
    some = [*shots[first : last + 1], *ending]
    less = _dips(openings(some), np.array([shot.at for shot in some]))[: len(when)]
    eyes, mouth = less[:, :2], less[:, 2]
    shut = np.minimum(eyes.mean(axis=1) / SHUT, eyes.min(axis=1) / EACH_SHUT)
    shut[mouth > STEADY * eyes.mean(axis=1)] = 0.0
    end = int(np.argmax(shut))
    return Performance(bool(shut[end] >= 1.0), float(shut[end]), first, int(when[end]))


def _dips(seen: Floats, at: Floats) -> Floats:
    """Returns by how much (shots, n) values are below their maximum shortly before and below that shortly after."""
    less = np.zeros_like(seen)
    for number in range(1, len(seen) - 1):
        before = seen[:number][at[:number] >= at[number] - AROUND_BLINK]
        after = seen[number + 1 :][at[number + 1 :] <= at[number] + AROUND_BLINK]
        if len(before) and len(after):
            less[number] = np.minimum(before.max(axis=0), after.max(axis=0)) - seen[number]
    return less


def _size(shot: Shot) -> float:
    """Returns the size of a face in pixels: its longer side, because a turn hardly shortens both sides."""
    if shot.face.mesh is None:
        raise ValueError("a shot without a mesh shows no size")
    return float(np.ptp(shot.face.mesh[:, :2], axis=0).max())
