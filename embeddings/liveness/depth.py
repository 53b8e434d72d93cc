"""Estimates a face's depth from all shots of a turn.

One pair of shots is not enough. A fast turn has few shots within ``parallax.FURTHEST`` of each other, and most of them
are blurred by the movement, which hides depth. A turn may also begin in profile, where half of the face is hidden.

Therefore, the face is followed from the shot in which it faces the camera most, forwards to the end of the turn and
backwards to its beginning. In a head, the depth that ``parallax`` measures is proportional to the sine of the turn. A
line through the origin is fitted to all shots by least squares, each weighted by its standard error. For a picture, the
line has no slope.

The fit treats the errors of the shots as independent, although they share the first picture. If they are treated as one
error, 14 of 176 real turns are refused instead of 8, and 2 of 400 flat or bent pictures pass instead of 4.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from embeddings.core.types import Pose
from embeddings.liveness.parallax import FURTHEST, Depth, depths_along
from embeddings.liveness.types import Floats, Shot

UNSEEN = Depth(0.0, 0.0, 0.0, 0.0)
"""The depth of shots in which nothing turns."""

LEAST_TURN = 0.01
"""The minimal sine of the turn, about half a degree, to fit a line."""
LEAST_ERROR = 1e-6
"""The minimal standard error, because the fit divides by it."""


def depth_between(shots: Sequence[Shot]) -> Depth:
    """Returns the depth that a turn shows.

    Args:
        shots: from the beginning of the turn to its end, at least one with a mesh; shots without a mesh are skipped.
    """
    seen = [shot for shot in shots if shot.face.mesh is not None]
    poses = [shot.face.pose for shot in seen]
    middle = _middle(poses)
    ways = seen[middle:], seen[middle::-1]
    followed = list(chain.from_iterable(depths_along(way) for way in ways))
    turned = _along(poses, [pose for pose, _ in followed])
    sines = np.sin(np.radians(turned - _along(poses, [poses[middle]])))
    if not followed or np.ptp(np.append(sines, 0.0)) < LEAST_TURN:
        return UNSEEN
    return _fitted(sines, [depth for _, depth in followed])


def _middle(poses: Sequence[Pose]) -> int:
    """Returns the index of the pose that faces the camera most, if half of the turn or ``FURTHEST`` is still to come.

    Poses near the end of a small turn are skipped, because in a strongly tilted picture the mesh may see a face that
    looks ahead. In tests with flat pictures of real frames, one of 100 gained depth by that.
    """
    turned = _along(poses, poses)
    early = turned <= max(turned[-1] / 2.0, turned[-1] - FURTHEST)
    away = np.array([np.hypot(pose.yaw, pose.pitch) for pose in poses])
    return int(np.argmin(np.where(early, away, np.inf)))


def _along(whole: Sequence[Pose], poses: Sequence[Pose]) -> Floats:
    """Returns the degrees from the first pose of ``whole`` to each pose, in the direction of its last pose: (n,)."""
    first, last = whole[0], whole[-1]
    direction = np.array([last.yaw - first.yaw, last.pitch - first.pitch])
    turns = np.array([(pose.yaw - first.yaw, pose.pitch - first.pitch) for pose in poses]).reshape(-1, 2)
    along: Floats = turns @ direction / max(float(np.hypot(*direction)), LEAST_ERROR)
    return along


def _fitted(sines: Floats, depths: Sequence[Depth]) -> Depth:
    """Returns the depth of the whole followed turn, by the line that fits the (n,) sines and depths best."""
    moved = np.array([[depth.across, depth.down] for depth in depths])
    errors = np.maximum([depth.error for depth in depths], LEAST_ERROR)
    weights = sines / errors**2
    certainty = float(weights @ sines)
    turned = float(np.ptp(np.append(sines, 0.0)))
    across, down = (weights @ moved / certainty * turned).tolist()
    agreement = np.average([depth.agreement for depth in depths], weights=sines**2)
    return Depth(across, down, turned / certainty**0.5, float(agreement))
