"""Whether the shots of a presentation follow one another as those of one camera before one face do."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.liveness.types import Shot

Floats = NDArray[np.float64]

MAX_GAP = 1.0
"""Seconds between two shots in which the face is seen, at most: the widget leaves out how somebody waits, and exceeds
0.4 seldom."""

NEIGHBOURS = 2.0
"""A step is a jump where it is longer than so many times both its neighbours, by more than what follows: a head takes a
few tenths of a second for any movement, of which a camera that takes ten pictures a second sees several steps."""
FRAME = 0.1
"""Seconds between two such pictures. After longer ones more may lie between: from rest to rest a head that accelerates
so fast and no faster comes as far as the square of the time."""
JUMP_TURN = 9.0
"""Degrees."""
JUMP_PLACE = 0.2
"""Widths of the face."""
JUMP_SIZE = 0.13
"""Natural logarithm of the size."""

REPEATED = 0.25
"""Mean difference of two shots' grey levels in the face, below which they are one frame sent twice: a sensor's noise
alone makes more, even after JPEG."""
MOST_REPEATED = 0.5
"""Share of the steps that may be repeated: a dim room makes a camera slower than the widget asks."""
EVERY = 3
"""Of a face's rows and columns every third is compared."""


def largest_gap(shots: Sequence[Shot]) -> float:
    """Seconds without a face, at most; infinite where time runs backwards."""
    steps = np.diff([shot.at for shot in shots])
    return float(steps.max()) if (steps >= 0.0).all() else float("inf")


def largest_jump(shots: Sequence[Shot]) -> float:
    """How far the face jumps from one shot to the next, as a multiple of what may be: 1 or more is a cut."""
    faces = [shot.face for shot in shots]
    boxes = [_box(shot) for shot in shots]
    width = float(np.median([right - left for left, _, right, _ in boxes]))
    centres = np.array([[(left + right) / 2, (top + bottom) / 2] for left, top, right, bottom in boxes])
    slowness = (np.maximum(np.diff([shot.at for shot in shots]), FRAME) / FRAME) ** 2
    turns = np.array([[face.pose.yaw, face.pose.pitch, face.pose.roll] for face in faces])
    sizes = np.log([max(right - left, bottom - top, 1.0) for left, top, right, bottom in boxes])
    return max(
        _lone_step(centres / max(width, 1.0), slowness) / JUMP_PLACE,
        _lone_step(turns, slowness) / JUMP_TURN,
        _lone_step(sizes[:, None], slowness) / JUMP_SIZE,
    )


def repeated(shots: Sequence[Shot]) -> float:
    """The share of shots that show exactly what the one before does, 0 to 1."""
    same = 0
    for before, after in pairwise(shots):
        left, top, right, bottom = (max(int(edge), 0) for edge in _box(before))
        part = np.s_[top : bottom + 1 : EVERY, left : right + 1 : EVERY, 1]
        difference = np.abs(before.image[part].astype(np.int16) - after.image[part])
        same += bool(difference.size == 0 or difference.mean() < REPEATED)
    return same / max(len(shots) - 1, 1)


def _lone_step(values: Floats, slowness: Floats) -> float:
    """By how much the longest lone step of (shots, n) values is longer than its neighbours and its time allow."""
    steps = np.linalg.norm(np.diff(values, axis=0), axis=1)
    beside = np.maximum(np.append(0.0, steps[:-1]), np.append(steps[1:], 0.0))
    return float(((steps - NEIGHBOURS * beside) / slowness).max(initial=0.0))


def _box(shot: Shot) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the mesh, which is steadier than the detector's box."""
    if shot.face.mesh is None:
        raise ValueError("a shot without a mesh has no place")
    (left, top), (right, bottom) = (
        shot.face.mesh[:, :2].min(axis=0).tolist(),
        shot.face.mesh[:, :2].max(axis=0).tolist(),
    )
    return left, top, right, bottom
