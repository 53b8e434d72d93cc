"""Measures whether a turning face has depth, which a flat or bent picture of a face lacks.

When a head turns, each of its points moves sideways by its depth times the sine of the turn, so the nose moves further
than the eyes and cheeks. The points of a plane move by a homography, and those of a bent sheet by a smooth function.
Over a face, both are second-order polynomials in x and y, within the accuracy of pixels. So the movement and the depth
of a face are compared after the best such polynomial has been subtracted from each.

The movement is measured in the pixels, tracked from frame to frame (Lucas and Kanade, 1981). The mesh's points are not
suitable: its network has learnt faces, and predicts a protruding nose even on a bent print.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.liveness.types import Shot

Floats = NDArray[np.float64]

EYE_CORNERS = (33, 263)
"""The outer eye corners; their distance is the unit of length in a face."""

INNER_WIDTH, INNER_HEIGHT = 0.6, 0.7
"""The tracked points have at most this distance from the middle of the face, in distances between the eye corners. So
they are inside its outline: on the outline the background would be tracked."""
EVERY = 2
"""Every second one of these points is tracked."""

WINDOW, LEVELS = 11, 1
"""The side of the window around each point in pixels, and the number of halvings; the mesh gives the initial guess."""
STEP = 0.06
"""Shots in which the face has moved by less than this are skipped, in distances between the eye corners."""
MARGIN = 0.25
"""The margin around a face in the tracked region, in widths of the face."""

ROUNDS = 3
OUTLYING, NOT_OUTLYING = 2.5, 0.01
"""Points with a residual above this many medians are left out and the rest is fitted again, ``ROUNDS`` times. Points
with a residual below a hundredth of the distance between the eye corners always stay."""
MIN_POINTS = 60
"""With fewer remaining points there is no result."""

SHADE = 1e-9
"""A small number that prevents divisions by zero."""


@dataclass(frozen=True)
class Depth:
    """The depth of a face that a movement shows.

    Attributes:
        across: how far the points move to the right for each unit of depth: the sine of a turn, negative to the left.
        down: how far the points move down for each unit of depth.
        agreement: the correlation of that movement with depth, 0 to 1.
        points: the number of points used.
    """

    across: float
    down: float
    agreement: float
    points: int


def depth_between(shots: Sequence[Shot]) -> Depth:
    """Measures the depth that shots show, from one in which a face begins to turn to one in which it has turned."""
    meshes = [shot.face.mesh.astype(np.float64) for shot in shots if shot.face.mesh is not None]
    frame = _frame_of(meshes[0])
    where = _in_frame(meshes[0][:, :2], frame)
    inner = np.flatnonzero((np.abs(where[:, 0]) < INNER_WIDTH) & (np.abs(where[:, 1]) < INNER_HEIGHT))[::EVERY]
    steps = _steps([mesh[inner, :2] for mesh in meshes], STEP * frame.scale)
    tracked, found = track([shots[step] for step in steps], [meshes[step] for step in steps], inner)
    kept = np.flatnonzero(found)
    depth = meshes[0][inner, 2] / frame.scale
    return fit_depth(where[inner][kept], _in_frame(tracked[kept], frame), depth[kept])


def fit_depth(before: Floats, after: Floats, depth: Floats) -> Depth:
    """Fits the share of depth in a movement, after subtracting what a smooth surface would do.

    Args:
        before: (n, 2).
        after: (n, 2), the same points after the movement, in the same units.
        depth: (n,), depth of a face at these points, away from the camera, in the same units.
    """
    kept = np.arange(len(before))
    for _ in range(ROUNDS):
        if len(kept) < MIN_POINTS:
            return Depth(0.0, 0.0, 0.0, len(kept))
        full = np.column_stack([_smooth(before[kept]), depth[kept]])
        fitted, *_ = np.linalg.lstsq(full, after[kept], rcond=None)
        off = np.linalg.norm(after[kept] - full @ fitted, axis=1)
        kept = kept[off <= max(OUTLYING * float(np.median(off)), NOT_OUTLYING)]
    basis, _ = np.linalg.qr(_smooth(before[kept]))
    relief = depth[kept] - basis @ (basis.T @ depth[kept])
    moved = after[kept] - basis @ (basis.T @ after[kept])
    slope = relief @ moved / max(float(relief @ relief), SHADE)
    along = moved @ slope / max(float(np.hypot(*slope)), SHADE)
    agreement = float(relief @ along) / np.sqrt(max(float(relief @ relief) * float(along @ along), SHADE**2))
    return Depth(float(slope[0]), float(slope[1]), float(agreement), len(kept))


def track(
    shots: Sequence[Shot], meshes: Sequence[Floats], points: NDArray[np.intp]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Tracks points of the first mesh; returns their positions in the last shot, (n, 2), and which were found."""
    left, top, right, bottom = _around(meshes, shots[0].image.shape)
    pictures = [cv2.cvtColor(shot.image[top:bottom, left:right], cv2.COLOR_RGB2GRAY) for shot in shots]
    corner = np.array([left, top], np.float64)
    place = meshes[0][points, :2] - corner
    found = np.ones(len(points), np.bool_)
    for number in range(1, len(shots)):
        before, after = meshes[number - 1][points, :2] - corner, meshes[number][points, :2] - corner
        led, *_ = np.linalg.lstsq(np.column_stack([before, np.ones(len(before))]), after, rcond=None)
        guess = np.column_stack([place, np.ones(len(place))]) @ led
        moved, status, _ = cv2.calcOpticalFlowPyrLK(
            pictures[number - 1],
            pictures[number],
            np.ascontiguousarray(place[:, None], np.float32),
            np.ascontiguousarray(guess[:, None], np.float32),
            winSize=(WINDOW, WINDOW),
            maxLevel=LEVELS,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )
        place, found = moved[:, 0].astype(np.float64), found & (status[:, 0] > 0)
    return place + corner, found


def _steps(places: Sequence[Floats], least: float) -> list[int]:
    """Returns the shots to track through: the first, the last, and shots between that are ``least`` pixels apart."""
    steps = [0]
    for number in range(1, len(places) - 1):
        if np.linalg.norm(places[number] - places[steps[-1]], axis=1).mean() >= least:
            steps.append(number)
    return [*steps, len(places) - 1] if len(places) > 1 else steps


@dataclass(frozen=True)
class _Frame:
    """The middle of a face, the distance between its eye corners, and the direction from one to the other."""

    middle: Floats
    scale: float
    along: Floats


def _frame_of(mesh: Floats) -> _Frame:
    across = mesh[EYE_CORNERS[1], :2] - mesh[EYE_CORNERS[0], :2]
    scale = max(float(np.hypot(*across)), SHADE)
    return _Frame(mesh[:, :2].mean(axis=0), scale, across / scale)


def _in_frame(points: Floats, frame: _Frame) -> Floats:
    cosine, sine = frame.along
    turned: Floats = (points - frame.middle) @ np.array([[cosine, -sine], [sine, cosine]]) / frame.scale
    return turned


def _smooth(points: Floats) -> Floats:
    """Returns the second-order polynomial terms: (n, 6)."""
    x, y = points.T
    return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])


def _around(meshes: Sequence[Floats], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Returns the region of a (height, width, 3) picture to track in: left, top, right, bottom; never empty."""
    low = np.min([mesh[:, :2].min(axis=0) for mesh in meshes], axis=0)
    high = np.max([mesh[:, :2].max(axis=0) for mesh in meshes], axis=0)
    margin = MARGIN * float(np.ptp(meshes[0][:, 0]))
    ends = np.array(shape[1::-1])
    left, top = np.clip(low - margin, 0, np.maximum(ends - WINDOW, 0)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(high + margin), (left + WINDOW, top + WINDOW), None).astype(int).tolist()
    return left, top, right, bottom
