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
SHUT, OPEN = 0.55, 0.75
"""What is left of the eyes while they are shut, at most, and before and after, at least, as shares of what is usual in
the prompt's time."""
STEADY = 0.6
"""What is left of the mouth meanwhile, at least, likewise: a hand before the face or a blur is no blink."""
LONGEST_BLINK = 1.0
"""Seconds from open eyes to open eyes, at most."""

BEGUN = 0.5
"""A movement begins below this share of what it has to reach, in its own time: whoever is there already has not answered
the prompt."""


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
        begin: index of the shot in which the movement began.
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
    begin = _last_lowest(reached[: end + 1])
    done = reached[end] >= 1.0 and reached[begin] <= BEGUN
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


def _last_lowest(reached: Floats) -> int:
    """Where a movement begins: the last of the shots that are about as low as the lowest."""
    low, high = float(reached.min()), float(reached[-1])
    return int(np.flatnonzero(reached <= low + STILL * (high - low))[-1])


STILL = 0.1
"""The share of a movement within which a head that waits for it may sway."""


def _blink(shots: Sequence[Shot], when: NDArray[np.intp]) -> Performance:
    """Both eyes shut and open again, while the mouth stays."""
    some = [shots[index] for index in when]
    left = openings(some)
    eyes, mouth = left[:, :2].max(axis=1), left[:, 2]
    low = int(np.argmin(eyes))
    open_before, open_after = np.flatnonzero(eyes[:low] >= OPEN), np.flatnonzero(eyes[low:] >= OPEN)
    reached = (1.0 - float(eyes[low])) / (1.0 - SHUT)
    if not len(open_before) or not len(open_after):
        return Performance(False, reached, int(when[0]), int(when[low]))
    begin, end = int(open_before[-1]), low + int(open_after[0])
    quick = some[end].at - some[begin].at <= LONGEST_BLINK
    done = reached >= 1.0 and quick and mouth[low] >= STEADY
    return Performance(bool(done), reached, int(when[begin]), int(when[low]))


def _size(shot: Shot) -> float:
    """How large a face is seen, pixels: a turn makes it narrower or lower, but hardly both."""
    if shot.face.mesh is None:
        raise ValueError("a shot without a mesh shows no size")
    return float(np.ptp(shot.face.mesh[:, :2], axis=0).max())
