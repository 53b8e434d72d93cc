"""Measures the depth of a turning face, which a flat or bent picture of a face lacks.

When a head turns, each point moves sideways by its depth times the sine of the turn. So the nose moves relative to the
cheeks. The points of a plane move by a homography, those of a bent sheet by a smooth surface. Within a face, both are
polynomials of second order in x and y to within a pixel. So the picture before the turn is aligned with the picture
after it by such a polynomial, plus a slope times the depth of the face at each point (as the mesh gives it). For a
head, the slope is about the sine of the turn. For a picture it is zero.

All pixels of the face are aligned at once (Lucas and Kanade, 1981; Baker and Matthews, 2004). Tracking single points
fails on real heads: on smooth cheeks, points slide along the nearest edge, and without the cheeks the polynomial can
imitate the movement of the nose. The movement of the mesh's points cannot be used either, because the network has
learnt faces, and places the nose forward even on a bent print.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Pose
from embeddings.liveness.types import Floats, Shot
from embeddings.quality.selection import turn_between

Picture = NDArray[np.float32]

EYE_CORNERS = (33, 263)
"""The mesh's points at the outer eye corners. Their distance, the eye distance, is the unit of length in a face."""

ENOUGH_SCALE = 60.0
"""The eye distance in pixels to which larger faces are shrunk. This averages noise, and makes movements shorter."""

HALF_WIDTH, TOP, BOTTOM = 0.55, -0.55, 0.6
"""The area of the grid of points, from the middle of the face, in eye distances. It is inside the outline of the face;
beyond that, the background would be seen."""
COLUMNS, ROWS = 27, 29
"""The size of the grid; its points are about two pixels apart."""
REACH = 0.075
"""The distance, in eye distances, over which the depths of the mesh's points are averaged for a point of the grid."""
LEAST_COVER = 0.3
"""The minimal number of the mesh's points around a point of the grid, weighted by distance, to give it a depth."""

LEAST_POINTS = 100
"""The minimal number of points of the grid with a depth; with fewer, no depth is measured."""

STEP = 0.06
"""The minimal movement of the face between two shots, in eye distances; shots with less movement are skipped."""
FURTHEST = 25.0
"""The maximal turn to follow, in degrees of the mesh's pose. In a larger turn, too much of the far side is hidden: at
30, 2 of 96 drawn people are refused."""
MARGIN = 0.25
"""The margin around a face in the tracked region, in widths of the face."""

BLURS = (2.0, 1.0)
"""Standard deviations of the blurs in pixels, the coarse one first. Movements of about as many pixels can be
followed."""
LOCAL = 41
"""The side in pixels of the square in which contrast is made even, because a turn changes the light on the face. 25 are
too few for cheeks."""
FAINT = 3.0
"""A number of grey levels that is added to the contrast, so that noise is not amplified where there is no contrast."""
ROUNDS = 5
"""Iterations of Gauss and Newton at each blur."""
DOUBTED = 2.0
"""Differences of this many standard deviations have half of the weight: hair, eyelids, and hidden parts."""
DAMPING = 1e-3
"""The share of the mean diagonal of the normal equations that is added to the diagonal."""
SPREAD = 1.4826
"""The standard deviation of a normal distribution, in medians of its absolute values."""

EPSILON = 1e-9
"""Prevents divisions by zero."""


@dataclass(frozen=True)
class Depth:
    """The depth of a face that a movement shows.

    Attributes:
        across: how far points move to the right for each unit of depth: the sine of the turn, negative to the left.
        down: how far they move down for each unit of depth.
        error: the larger one of the standard errors of ``across`` and ``down``.
        agreement: the correlation of the first picture and the aligned later one, -1 to 1.
    """

    across: float
    down: float
    error: float
    agreement: float


def depths_along(shots: Sequence[Shot]) -> list[tuple[Pose, Depth]]:
    """Follows a face from the first shot to the last, and returns the depth that later shots show.

    Args:
        shots: at least one, each with a mesh; the face turns in one direction.

    Returns:
        The pose and the depth of the followed shots, in order, up to ``FURTHEST`` from the first; empty if there are
        too few.
    """
    meshes = [np.asarray(shot.face.mesh, np.float64) for shot in shots]
    scale = _frame_of(meshes[0]).scale
    shrink = min(1.0, ENOUGH_SCALE / scale)
    first, *later = [
        step
        for step in _steps(meshes, STEP * scale)
        if turn_between(shots[step].face.pose, shots[0].face.pose) <= FURTHEST
    ]
    around = _around([meshes[step] for step in (first, *later)], shots[0].image.shape)
    meshes = [np.column_stack([mesh[:, :2] - around[:2], mesh[:, 2]]) * shrink for mesh in meshes]
    pictures = [_grey(shots[step], around, shrink) for step in (first, *later)]
    overlay = _Overlay(_frame_of(meshes[0]), meshes[0])
    depths = overlay.follow(pictures, [meshes[step] for step in (first, *later)])
    return [(shots[step].face.pose, depth) for step, depth in zip(later, depths, strict=False)]


@dataclass(frozen=True)
class _Frame:
    """A face's coordinates: its middle, the eye distance in pixels, and the rotation from level to the eyes' line."""

    middle: Floats
    scale: float
    rotation: Floats

    def from_pixels(self, points: Floats) -> Floats:
        """Converts (n, 2) pixels to eye distances from the middle, with x along the line of the eyes."""
        inside: Floats = (points - self.middle) @ self.rotation.T / self.scale
        return inside

    def to_pixels(self, points: Floats) -> Floats:
        """Converts (n, 2) coordinates in the face to pixels."""
        pixels: Floats = points @ self.rotation * self.scale + self.middle
        return pixels


class _Overlay:
    """Aligns the first picture of a face with later ones."""

    def __init__(self, frame: _Frame, mesh: Floats) -> None:
        """``mesh`` is that of the first picture."""
        self._frame = frame
        x, y = np.meshgrid(np.linspace(-HALF_WIDTH, HALF_WIDTH, COLUMNS), np.linspace(TOP, BOTTOM, ROWS))
        grid = np.column_stack([x.ravel(), y.ravel()])
        points = frame.from_pixels(mesh[:, :2])
        near = np.exp(-((grid[:, None] - points[None]) ** 2).sum(axis=2) / REACH**2)
        cover = near.sum(axis=1)
        depth = near @ (mesh[:, 2] / frame.scale) / np.maximum(cover, EPSILON)
        grid, depth = grid[cover >= LEAST_COVER], depth[cover >= LEAST_COVER]
        self._grid = grid
        smooth = _smooth(grid)
        self._terms = np.column_stack([smooth, relief(smooth, depth)])

    def follow(self, pictures: Sequence[Picture], meshes: Sequence[Floats]) -> list[Depth]:
        """Returns the depth between the first picture and each later one.

        The movement of the whole mesh is the starting point of each alignment.
        """
        if not pictures[1:] or len(self._grid) < LEAST_POINTS:
            return []
        depths = []
        shown = [_at(_even(pictures[0], blur), self._frame.to_pixels(self._grid)) for blur in BLURS]
        moved = np.zeros((self._terms.shape[1], 2))  # of the polynomial and, last, of the relief
        moved[1, 0] = moved[2, 1] = 1.0
        for number in range(1, len(pictures)):
            before, after = (self._frame.from_pixels(mesh[:, :2]) for mesh in meshes[number - 1 : number + 1])
            led, *_ = np.linalg.lstsq(np.column_stack([before, np.ones(len(before))]), after, rcond=None)
            moved = moved @ led[:2]
            moved[0] += led[2]
            for blur, template in zip(BLURS, shown, strict=True):
                moved, error, agreement = self._settle(_even(pictures[number], blur), template, moved)
            across, down = moved[-1].tolist()
            depths.append(Depth(across, down, error, agreement))
        return depths

    def _settle(self, picture: Picture, template: Floats, moved: Floats) -> tuple[Floats, float, float]:
        """Finds the coefficients of the terms, (terms, 2), with which the picture is most similar to the template.

        Returns:
            The coefficients, the larger standard error of those of the relief, and the correlation.
        """
        slopes = [
            np.asarray(cv2.Sobel(picture, cv2.CV_32F, *order, ksize=3, scale=1 / 8), np.float32)
            for order in ((1, 0), (0, 1))
        ]
        terms = self._terms.shape[1]
        for _ in range(ROUNDS):
            places = self._frame.to_pixels(self._terms @ moved)
            seen = _at(picture, places)
            uphill = np.column_stack([_at(slope, places) for slope in slopes]) @ self._frame.rotation.T
            off = template - seen
            doubt = off / (DOUBTED * (SPREAD * float(np.median(np.abs(off))) + EPSILON))
            weight = 1.0 / (1.0 + doubt**2)
            jacobian = np.hstack([self._terms * uphill[:, :1], self._terms * uphill[:, 1:]]) * self._frame.scale
            weighted = jacobian * weight[:, None]
            normal = weighted.T @ jacobian
            damped = normal + np.eye(2 * terms) * (DAMPING * np.trace(normal) / (2 * terms) + EPSILON)
            moved = moved + np.linalg.solve(damped, weighted.T @ off).reshape(2, terms).T
        variance = float(np.sum(weight * off**2)) / max(float(weight.sum()) - 2 * terms, 1.0)
        errors = np.sqrt(np.diag(np.linalg.inv(damped))[[terms - 1, 2 * terms - 1]] * variance)
        level, other = template - template.mean(), seen - seen.mean()
        alike = float(level @ other) / max(float(np.linalg.norm(level) * np.linalg.norm(other)), EPSILON)
        return moved, float(errors.max()), alike


def relief(smooth: Floats, depth: Floats) -> Floats:
    """Returns (n,) depths minus the smooth surface that fits them best, which is a sum of (n, terms) polynomials."""
    basis, _ = np.linalg.qr(smooth)
    left: Floats = depth - basis @ (basis.T @ depth)
    return left


def _steps(meshes: Sequence[Floats], least: float) -> list[int]:
    """Returns the indices of the shots to follow: the first, the last, and others at least ``least`` pixels apart."""
    steps = [0]
    for number in range(1, len(meshes) - 1):
        if np.linalg.norm(meshes[number][:, :2] - meshes[steps[-1]][:, :2], axis=1).mean() >= least:
            steps.append(number)
    return [*steps, len(meshes) - 1] if len(meshes) > 1 else steps


def _frame_of(mesh: Floats) -> _Frame:
    across = mesh[EYE_CORNERS[1], :2] - mesh[EYE_CORNERS[0], :2]
    scale = max(float(np.hypot(*across)), EPSILON)
    cosine, sine = across / scale
    return _Frame(mesh[:, :2].mean(axis=0), scale, np.array([[cosine, sine], [-sine, cosine]]))


def _around(meshes: Sequence[Floats], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Returns the region of a (height, width, 3) picture to track in: left, top, right, bottom; never empty."""
    low = np.min([mesh[:, :2].min(axis=0) for mesh in meshes], axis=0)
    high = np.max([mesh[:, :2].max(axis=0) for mesh in meshes], axis=0)
    margin = MARGIN * float(np.ptp(meshes[0][:, 0]))
    ends = np.array(shape[1::-1])
    left, top = np.clip(low - margin, 0, np.maximum(ends - LOCAL, 0)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(high + margin), (left + LOCAL, top + LOCAL), None).astype(int).tolist()
    return left, top, right, bottom


def _grey(shot: Shot, around: tuple[int, int, int, int], shrink: float) -> Picture:
    left, top, right, bottom = around
    grey = cv2.cvtColor(shot.image[top:bottom, left:right], cv2.COLOR_RGB2GRAY).astype(np.float32)
    if shrink < 1.0:
        grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(np.float32)
    return grey


def _even(grey: Picture, blur: float) -> Picture:
    """Returns the blurred picture minus its local mean, divided by its local contrast."""
    soft = cv2.GaussianBlur(grey, (0, 0), blur)
    detail = soft - cv2.blur(soft, (LOCAL, LOCAL))
    contrast = np.sqrt(cv2.blur(detail * detail, (LOCAL, LOCAL)))
    return np.asarray(detail / (contrast + FAINT), np.float32)


def _at(picture: Picture, places: Floats) -> Floats:
    """Returns the picture's (n,) values at (n, 2) pixels, interpolated."""
    x, y = np.asarray(places.T, np.float32)[:, :, None]
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[:, 0], np.float64)


def _smooth(points: Floats) -> Floats:
    """Returns the terms of a polynomial of second order at (n, 2) points: (n, 6)."""
    x, y = points.T
    return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])
