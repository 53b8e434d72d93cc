"""Renders textured surfaces as a webcam sees them: heads with depth, sheets of paper, screens.

Lengths are centimetres. Axes are those of ``embeddings.detect.pose``: x to the right of the image, y down, z away from
the camera, which is at the origin.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from embeddings.core.types import RGBImage

WIDTH, HEIGHT = 480, 360
"""The size of a frame as the widget sends it."""

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True)
class Surface:
    """A textured surface.

    Attributes:
        picture: (height, width, 3) uint8 RGB.
        cover: (height, width) uint8, the opacity of each pixel of the picture.
        on_picture: (n, 2), the position of each vertex on the picture, in pixels.
        triangles: (m, 3), the vertices of each triangle.
    """

    picture: RGBImage
    cover: NDArray[np.uint8]
    on_picture: Floats
    triangles: Integers


@dataclass(frozen=True)
class Lens:
    """A pinhole camera: its focal length in pixels of a frame."""

    focal: float

    def project(self, points: Floats) -> Floats:
        """Projects (n, 3) points before the camera to (n, 2) pixels."""
        seen: Floats = points[:, :2] * (self.focal / points[:, 2:]) + (WIDTH / 2.0, HEIGHT / 2.0)
        return seen


def triangulate(on_picture: Floats) -> Integers:
    """Returns triangles between (n, 2) points."""
    return np.asarray(Delaunay(on_picture).simplices, np.intp)


def rotation(yaw: float, pitch: float, roll: float = 0.0) -> Floats:
    """Returns a (3, 3) rotation by degrees with the signs of ``Pose``, to be multiplied from the left."""
    turn, nod, tilt = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(nod), np.sin(nod)], [0, -np.sin(nod), np.cos(nod)]])
    about_z = np.array([[np.cos(tilt), -np.sin(tilt), 0], [np.sin(tilt), np.cos(tilt), 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float64)


def draw(surface: Surface, points: Floats, lens: Lens, behind: RGBImage) -> RGBImage:
    """Renders the surface, with its vertices at these (n, 3) points, over ``behind``: (HEIGHT, WIDTH, 3) uint8 RGB."""
    corners = lens.project(points)[surface.triangles]
    which = _nearest_triangles(corners, points[surface.triangles, 2].mean(axis=1))
    left, top, width, height = cv2.boundingRect(np.asarray(which >= 0, np.uint8))
    part = np.s_[top : top + height, left : left + width]
    number = which[part]
    maps = _affine_maps(corners, surface.on_picture[surface.triangles])[number]
    x, y = np.arange(left, left + width, dtype=np.float32), np.arange(top, top + height, dtype=np.float32)[:, None]
    from_x, from_y = (maps[..., 0, axis] * x + maps[..., 1, axis] * y + maps[..., 2, axis] for axis in (0, 1))
    drawn = cv2.remap(surface.picture, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.remap(surface.cover, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = np.where(number >= 0, cover, 0).astype(np.uint16)[..., None]
    scene = behind.copy()
    scene[part] = (share * drawn + (255 - share) * behind[part] + 127) // 255
    return scene


def _nearest_triangles(corners: Floats, depths: Floats) -> NDArray[np.int32]:
    """Returns which of (m, 3, 2) triangles is visible in each pixel, or -1; far triangles are drawn first."""
    fixed = np.round(np.clip(corners, -_FAR_AWAY, _FAR_AWAY) * (1 << _SHIFT)).astype(np.int32)
    which = np.full((HEIGHT, WIDTH), -1, np.int32)
    for number in np.argsort(-depths).tolist():
        cv2.fillConvexPoly(which, fixed[number], number, shift=_SHIFT)
    return which


_SHIFT = 4
"""Fractional bits of a corner's coordinates for OpenCV."""
_FAR_AWAY = 30_000.0
"""Pixels; OpenCV's corners must not be further away."""


def _affine_maps(seen: Floats, on_picture: Floats) -> NDArray[np.float32]:
    """Returns for each of (m, 3, 2) triangles the (3, 2) map from (x, y, 1) in the frame to the picture."""
    homogeneous = np.concatenate([seen, np.ones((*seen.shape[:2], 1))], axis=2)
    thin = np.abs(np.linalg.det(homogeneous)) < 1e-6  # noqa: PLR2004  (nothing of it is visible)
    homogeneous[thin] = np.eye(3)
    return np.asarray(np.linalg.solve(homogeneous, on_picture), np.float32)
