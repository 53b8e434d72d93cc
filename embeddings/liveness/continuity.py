"""Checks that the shots of a presentation are continuous, as from one camera in front of one face."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from embeddings.liveness.types import Floats, Shot

MAX_GAP = 1.0
"""The maximal seconds between two shots with a face. The widget does not send frames while the user waits, and seldom
exceeds 0.4."""

NEIGHBOURS = 2.0
"""A step is a jump if it exceeds this many times both neighbouring steps by more than the limits below. Any movement of
a head takes a few tenths of a second, so a camera with ten pictures a second sees several steps."""
FRAME = 0.1
"""Seconds between two such pictures. After a longer time a larger step is allowed: with limited acceleration, the
distance from rest to rest grows with the square of the time."""
JUMP_TURN = 9.0
"""The maximal lone step of the pose, in degrees."""
JUMP_PLACE = 0.2
"""The maximal lone step of the position, in widths of the face."""
JUMP_SIZE = 0.13
"""The maximal lone step of the natural logarithm of the size."""

REPEATED = 0.25
"""If the mean grey-level difference of the face in two shots is below this, they are the same frame sent twice. A
sensor's noise alone exceeds it, even after JPEG."""
MOST_REPEATED = 0.5
"""The share of steps that may be repeated frames: in a dim room a camera is slower than the widget requests."""
EVERY = 3
"""Every third row and column of a face is compared."""


def largest_gap(shots: Sequence[Shot]) -> float:
    """Returns the maximal seconds without a face; infinite if a timestamp decreases."""
    steps = np.diff([shot.at for shot in shots])
    return float(steps.max()) if (steps >= 0.0).all() else float("inf")


def largest_jump(shots: Sequence[Shot]) -> float:
    """Returns the largest jump of the face between two shots, relative to the allowed one: 1 or more is a cut."""
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
    """Returns the share of shots that equal the shot before, 0 to 1."""
    same = 0
    for before, after in pairwise(shots):
        left, top, right, bottom = (max(int(edge), 0) for edge in _box(before))
        part = np.s_[top : bottom + 1 : EVERY, left : right + 1 : EVERY, 1]
        difference = np.abs(before.image[part].astype(np.int16) - after.image[part])
        same += bool(difference.size == 0 or difference.mean() < REPEATED)
    return same / max(len(shots) - 1, 1)


def _lone_step(values: Floats, slowness: Floats) -> float:
    """Returns the largest excess of a step of (shots, n) values over its neighbouring steps, for the time it takes."""
    steps = np.linalg.norm(np.diff(values, axis=0), axis=1)
    beside = np.maximum(np.append(0.0, steps[:-1]), np.append(steps[1:], 0.0))
    return float(((steps - NEIGHBOURS * beside) / slowness).max(initial=0.0))


def _box(shot: Shot) -> tuple[float, float, float, float]:
    """Returns left, top, right and bottom of the mesh, which is steadier than the detector's box."""
    if shot.face.mesh is None:
        raise ValueError("a shot without a mesh has no place")
    (left, top), (right, bottom) = (
        shot.face.mesh[:, :2].min(axis=0).tolist(),
        shot.face.mesh[:, :2].max(axis=0).tolist(),
    )
    return left, top, right, bottom
