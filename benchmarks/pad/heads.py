"""Makes a head with depth from one photograph, and moves its eyelids and pose."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pad.scene import Floats, Surface, rotation, triangulate
from embeddings.core.types import RGBImage
from tests.sitters import HEAD
from tests.turned_heads import DEEPEST, FLATTENED, OVAL, RINGS

EYE_WIDTH = 8.9
"""Centimetres between the outer corners of the eyes: points 33 and 263 of MediaPipe's canonical face."""

NECK = (0.0, 7.0, 9.0)
"""Centimetres from the middle of the face to the point about which a head turns: below it and behind."""

LIDS = (
    ((246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)),
    ((466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)),
)
"""For each eye, the points of the upper lid's edge, and the points of the lower lid below them."""
FOLDS = ((247, 30, 29, 27, 28, 56, 190), (467, 260, 259, 257, 258, 286, 414))
"""The crease above each upper lid."""
LOWER_SHARE, FOLD_SHARE, OVERLAP = 0.12, 0.45, 0.3
"""The shares of the lid distance by which the lower lid and the crease move while the upper lid closes, and by which
the upper lid goes too far. The overlap is needed because the mesh's lids are inside the eye's opening, which must be
covered."""

BLUR = 0.1
"""The softness of a head's outline against the room, in widths of the face."""


@dataclass(frozen=True)
class Head:
    """A head that can be turned.

    Attributes:
        surface: the photograph and its triangles.
        points: (n, 3) vertices, centimetres from the middle of the face, which looks at the camera.
        follows: (n,), the share of a turn that each vertex follows: hair less than the face, shoulders not at all.
    """

    surface: Surface
    points: Floats
    follows: Floats

    def posed(self, yaw: float, pitch: float, roll: float, closed: float, place: Floats) -> Floats:
        """Returns the vertices of the head turned by degrees, with eyes closed by a share, at (3,) ``place``."""
        points = close_eyes(self.points, closed)
        neck = np.array(NECK)
        turned = (points - neck) @ rotation(yaw, pitch, roll).T + neck
        posed: Floats = points + self.follows[:, None] * (turned - points) + place
        return posed


def make_head(level: RGBImage, mesh: NDArray[np.float32], depth: float = 1.0) -> Head:
    """Makes the head from a photograph that looks into the camera.

    Args:
        level: (height, width, 3) uint8 RGB.
        mesh: (468, 3), as ``Face.mesh``.
        depth: the factor by which the person's face is deeper than the mesh.
    """
    flat = mesh.astype(np.float64)
    scale = EYE_WIDTH / float(np.linalg.norm(flat[263, :2] - flat[33, :2]))
    outline = flat[list(OVAL)]
    middle = np.append(outline[:, :2].mean(axis=0), 0.0)
    deep = np.percentile(flat[:, 2], DEEPEST)
    flat[:, 2] = np.minimum(flat[:, 2], deep) + FLATTENED * np.maximum(flat[:, 2] - deep, 0.0)
    flat[:, 2] *= depth
    outline = flat[list(OVAL)]
    points, follows = [flat], [np.ones(len(flat))]
    for distance, share in RINGS:
        ring = outline.copy()
        ring[:, :2] = middle[:2] + (ring[:, :2] - middle[:2]) * distance
        points.append(ring)
        follows.append(np.full(len(ring), share))
    height, width = level.shape[:2]
    edge = np.array([(x, y, outline[:, 2].max()) for x in (-width, 2 * width) for y in (-height, 2 * height)], float)
    every = np.concatenate([*points, edge])
    surface = Surface(level, silhouette(level, outline), every[:, :2], triangulate(every[:, :2]))
    return Head(surface, (every - middle) * scale, np.concatenate([*follows, np.zeros(len(edge))]))


def silhouette(level: RGBImage, outline: Floats) -> NDArray[np.uint8]:
    """Returns the person's share of each pixel, head and shoulders without the room: (height, width) uint8."""
    x, y = outline[:, :2].mean(axis=0)
    width = float(np.ptp(outline[:, 0]))
    cover = np.zeros(level.shape[:2], np.uint8)
    cv2.ellipse(cover, (int(x), int(y)), (int(HEAD[0] * width), int(HEAD[1] * width)), 0, 0, 360, 255, -1)
    shoulders = (int(x), int(y + 2.2 * width))
    cv2.ellipse(cover, shoulders, (int(1.8 * width), int(1.3 * width)), 0, 0, 360, 255, -1)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), BLUR * width), np.uint8)


def close_eyes(points: Floats, closed: float) -> Floats:
    """Returns the vertices with both upper lids lowered by a share of the eyes' opening, 0 to 1."""
    if closed <= 0:
        return points
    moved = points.copy()
    for (upper, lower), fold in zip(LIDS, FOLDS, strict=True):
        gap = points[list(lower)] - points[list(upper)]
        moved[list(upper)] += closed * (1.0 - LOWER_SHARE + OVERLAP) * gap
        moved[list(lower)] -= closed * LOWER_SHARE * gap
        moved[list(fold)] += closed * FOLD_SHARE * gap
    return moved
