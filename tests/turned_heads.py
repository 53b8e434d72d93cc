"""Draws a turned head, and further captures of one person, from a single photograph.

The 468 points of the face mesh are turned in space, and the photograph is redrawn triangle by triangle. The mesh ends
at the hairline. The hair and the background around it follow the face less and less, and not at all far away.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from embeddings.core.types import RGBImage

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""The outline of MediaPipe's face mesh, in order around the face."""

RINGS = ((1.2, 0.9), (1.45, 0.6), (1.75, 0.25), (2.1, 0.0))
"""(distance from the middle as a multiple of the outline's, share of the turn that it follows)."""

DEEPEST = 90
FLATTENED = 0.2
"""Factor for depth beyond the 90th percentile of the mesh. There the sides of the cheeks are almost parallel to the
view, and one pixel covers much of them, so that a full turn would tear them apart."""


def turn_head(photograph: RGBImage, mesh: NDArray[np.float32], yaw: float = 0.0, pitch: float = 0.0) -> RGBImage:
    """Returns the photograph with the head turned further; realistic to about 30 degrees.

    The pipeline sees a little more than half of a turn to the side (20 degrees: 11 +- 3), because depth is flattened,
    and two thirds of a nod. Its vector keeps a cosine of 0.92 or more to the photograph's at 20 degrees to the side,
    and of 0.86 at 15 up or down (measured on the photographs of ``tests.photographs``).

    Args:
        photograph: (height, width, 3) uint8 RGB.
        mesh: (468, 3), as ``Face.mesh``.
        yaw: degrees; positive turns the nose to the right edge of the image.
        pitch: degrees; positive makes the face look up.

    Returns:
        (height, width, 3) uint8 RGB.
    """
    height, width = photograph.shape[:2]
    points = mesh.astype(np.float64)
    deep = np.percentile(points[:, 2], DEEPEST)
    points[:, 2] = np.minimum(points[:, 2], deep) + FLATTENED * np.maximum(points[:, 2] - deep, 0.0)
    outline = points[list(OVAL)]
    middle = outline.mean(axis=0)
    before, after = [points], [middle + (points - middle) @ _rotation(yaw, pitch).T]
    for distance, share in RINGS:
        ring = outline.copy()
        ring[:, :2] = middle[:2] + (ring[:, :2] - middle[:2]) * distance
        before.append(ring)
        after.append(ring + share * ((ring - middle) @ _rotation(yaw, pitch).T + middle - ring))
    edge = np.array([(x, y, outline[:, 2].max()) for x in (-width, 2 * width) for y in (-height, 2 * height)], float)
    before.append(edge)
    after.append(edge)
    return _redraw(photograph, np.concatenate(before), np.concatenate(after))


@dataclass(frozen=True)
class Capturing:
    """The differences between pictures of a person who sits still.

    Attributes:
        shift: pixels to the right and down.
        gain: factor of the brightness.
        quality: of the JPEG, 1 to 100.
    """

    shift: tuple[int, int]
    gain: float
    quality: int


CAPTURINGS = (
    Capturing((0, 0), 1.0, 92),
    Capturing((6, -4), 1.08, 85),
    Capturing((-7, 3), 0.93, 88),
    Capturing((3, 8), 1.04, 80),
    Capturing((-4, -6), 0.97, 90),
)
"""Five pictures that differ as a webcam's exposure and a breathing person do."""


def capture_again(picture: RGBImage, how: Capturing) -> bytes:
    """Returns the picture again as JPEG bytes; areas that the shift uncovers repeat the edge."""
    height, width = picture.shape[:2]
    matrix = np.array([[1.0, 0.0, how.shift[0]], [0.0, 1.0, how.shift[1]]])
    shifted = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    lit = cv2.convertScaleAbs(shifted, alpha=how.gain)
    return encode_jpeg(cast(RGBImage, lit), how.quality)


def encode_jpeg(picture: RGBImage, quality: int = 92) -> bytes:
    """Encodes an (height, width, 3) uint8 RGB picture as JPEG bytes."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _rotation(yaw: float, pitch: float) -> NDArray[np.float64]:
    """Returns the rotation of points whose x grows to the right, y down and z away from the camera."""
    turn, nod = np.radians(yaw), np.radians(pitch)
    about_y = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(nod), np.sin(nod)], [0, -np.sin(nod), np.cos(nod)]])
    return cast(NDArray[np.float64], about_y @ about_x)


def _redraw(photograph: RGBImage, before: NDArray[np.float64], after: NDArray[np.float64]) -> RGBImage:
    """Moves triangles of the photograph from ``before`` to ``after``, both (n, 3); the nearest are drawn last."""
    height, width = photograph.shape[:2]
    source_x, source_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    triangles = Delaunay(before[:, :2]).simplices
    far_to_near = np.argsort(-after[triangles, 2].mean(axis=1))
    for corners in triangles[far_to_near]:
        old, new = before[corners, :2], after[corners, :2]
        left, top = np.maximum(np.floor(new.min(axis=0)).astype(int), 0)
        right, bottom = np.minimum(np.ceil(new.max(axis=0)).astype(int) + 1, (width, height))
        basis = (new[1:] - new[0]).T
        if right <= left or bottom <= top or abs(np.linalg.det(basis)) < 1e-6:
            continue
        x, y = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
        share = np.linalg.solve(basis, np.stack([x - new[0, 0], y - new[0, 1]]).reshape(2, -1))
        inside = ((share >= -1e-6).all(axis=0) & (share.sum(axis=0) <= 1 + 1e-6)).reshape(x.shape)
        origin = (old[0][:, None] + (old[1:] - old[0]).T @ share).reshape(2, *x.shape)
        source_x[top:bottom, left:right][inside] = origin[0][inside]
        source_y[top:bottom, left:right][inside] = origin[1][inside]
    drawn = cv2.remap(photograph, source_x, source_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return cast(RGBImage, drawn)
