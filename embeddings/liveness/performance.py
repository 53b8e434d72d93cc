"""Whether every prompt was done in its own time, as the faces' meshes tell it and, of eyelids, the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.liveness.eyes import openings
from embeddings.liveness.types import Prompt, Shot

Floats = NDArray[np.float64]

START = 3
"""So many first shots, of a person who cannot have moved yet, say where their front is."""

TURN = 9.0
"""Degrees to the side, from the person's front, as the mesh sees them: about two thirds of what the head does."""
NOD = 6.0
"""Degrees up, likewise."""
CLOSER = 1.22
"""Size of the face, as a multiple of that at the start."""
SHUT = 0.28
"""How much less is seen of the eyes while they are shut than before and after, at least, in the mean of both."""
EACH_SHUT = 0.14
"""And of each: light on one side hides much of a narrow eye."""
STEADY = 0.5
"""The share of that by which the mouth may change meanwhile: a hand before the face or a blur is no blink."""
AROUND_BLINK = 0.8
"""Seconds before and after, within which the eyes are open."""

BEGUN = 0.5
"""A movement begins below this share of what it has to reach, in its own time: whoever is there already has not
answered the prompt."""
HALF = 0.5
"""The share of a movement that has yet to come when it is followed. Followed from its very beginning, a turn from left
to right would begin with a face of which half is not seen."""


@dataclass(frozen=True)
class Movement:
    """How a face moves, shot by shot, from how it was at the start. Each (shots,) float64.

    Attributes:
        yaw: degrees, as ``Pose``.
        pitch: degrees, as ``Pose``.
        size: as a multiple of that at the start.
    """

    yaw: Floats
    pitch: Floats
    size: Floats


@dataclass(frozen=True)
class Performance:
    """How one prompt was done.

    Attributes:
        done: whether it was.
        reached: how far it got, as a share of what it takes.
        begin: index of the shot, of those with at least half of the movement to come, in which the face looked ahead
            most.
        end: index of the one in which it had got furthest.
    """

    done: bool
    reached: float
    begin: int
    end: int


def movement(shots: Sequence[Shot]) -> Movement:
    """What the shots, at least one and each with a mesh, show."""
    yaw = np.array([shot.face.pose.yaw for shot in shots])
    pitch = np.array([shot.face.pose.pitch for shot in shots])
    size = np.array([_size(shot) for shot in shots])
    return Movement(
        yaw - np.median(yaw[:START]), pitch - np.median(pitch[:START]), size / max(float(np.median(size[:START])), 1e-9)
    )


def perform(shots: Sequence[Shot], move: Movement, prompt: Prompt, when: NDArray[np.intp]) -> Performance:
    """How a prompt was done in the shots of these indices, during which it was on show."""
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
    """How far each shot is on the way to what a prompt asks for: 0 at the start, 1 where it is done."""
    done = {
        Prompt.TURN_LEFT: move.yaw / TURN,
        Prompt.TURN_RIGHT: -move.yaw / TURN,
        Prompt.LOOK_UP: move.pitch / NOD,
        Prompt.MOVE_CLOSER: (move.size - 1.0) / (CLOSER - 1.0),
    }
    return np.asarray(done[prompt], np.float64)


def _blink(shots: Sequence[Shot], when: NDArray[np.intp]) -> Performance:
    """Both eyes shut, and open before and after, while the mouth stays."""
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
    """How much less each of (shots, n) is than at its best shortly before, and than at its best shortly after."""
    less = np.zeros_like(seen)
    for number in range(1, len(seen) - 1):
        before = seen[:number][at[:number] >= at[number] - AROUND_BLINK]
        after = seen[number + 1 :][at[number + 1 :] <= at[number] + AROUND_BLINK]
        if len(before) and len(after):
            less[number] = np.minimum(before.max(axis=0), after.max(axis=0)) - seen[number]
    return less


def _size(shot: Shot) -> float:
    """How large a face is seen, pixels: a turn makes it narrower or lower, but hardly both."""
    if shot.face.mesh is None:
        raise ValueError("a shot without a mesh shows no size")
    return float(np.ptp(shot.face.mesh[:, :2], axis=0).max())
