"""Estimates the direction of a head from its mesh or from five points.

Axes: x to the right of the image, y down, z away from the camera. Signs and units are those of ``types.Pose``.
"""

import math

import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Pose

EYE_LEFT_OUTER, EYE_RIGHT_OUTER, FOREHEAD, CHIN = 33, 263, 10, 152
"""Points of MediaPipe's canonical face, where forehead and chin lie at the same depth (4.48 and 4.26 cm)."""

LEVEL_PITCH = -6.0
"""The pitch of that plane for a level head, in degrees: the median of 100 LFW and 400 ORL portraits."""

NOSE_DEPTH = 0.6
"""The distance of the nose tip in front of the eyes' plane, in distances between the eye centres."""
NOSE_REST = 0.55
"""The position of a level head's nose tip between the eyes' line (0) and the mouth's (1). Both constants are fitted to
the mesh's poses on 100 LFW faces, from which the estimate then differs by 4 degrees (standard deviation)."""


def pose_of_mesh(mesh: NDArray[np.float32]) -> Pose:
    """Returns the direction of a (468, 3) mesh's plane through the outer eye corners, the forehead and the chin."""
    left, right, forehead, chin = mesh[[EYE_LEFT_OUTER, EYE_RIGHT_OUTER, FOREHEAD, CHIN]].astype(np.float64)
    across, down = right - left, chin - forehead
    ahead = np.cross(down, across)
    x, y, z = ahead / max(math.sqrt(ahead @ ahead), 1e-9)
    return Pose(
        yaw=math.degrees(math.atan2(x, -z)),
        pitch=-math.degrees(math.asin(_sine(y))) - LEVEL_PITCH,
        roll=math.degrees(math.atan2(across[1], across[0])),
    )


def pose_of_points(points: NDArray[np.float32]) -> Pose:
    """Estimates the pose less accurately from (5, 2) ``Face.points``, by the displacement of the nose tip."""
    left_eye, right_eye, nose, mouth_left, mouth_right = points.astype(np.float64)
    eyes, mouth = (left_eye + right_eye) / 2.0, (mouth_left + mouth_right) / 2.0
    across, down = right_eye - left_eye, mouth - eyes
    width, height = max(float(np.hypot(*across)), 1e-9), max(float(np.hypot(*down)), 1e-9)
    sideways = float((nose - eyes - NOSE_REST * down) @ across) / width**2
    upright = float((nose - eyes) @ down) / height**2
    return Pose(
        yaw=math.degrees(math.asin(_sine(sideways / NOSE_DEPTH))),
        pitch=math.degrees(math.asin(_sine((NOSE_REST - upright) * height / (width * NOSE_DEPTH)))),
        roll=math.degrees(math.atan2(across[1], across[0])),
    )


def _sine(value: float) -> float:
    return max(-1.0, min(1.0, value))
