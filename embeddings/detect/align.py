"""Brings a face to where each network expects it.

FaceNet was trained on MTCNN's boxes stretched to a square, so its faces are wider than real ones. The template and the
stretch were fitted to the photographs in shared/faces (LFW) and are frozen; DESIGN.md tells what they gain.
"""

import numpy as np
from numpy.typing import NDArray

from embeddings.core.geometry import Matrix, cut, fit_similarity, stretch_x
from embeddings.core.types import RGBImage

FACENET_SIZE = 160
"""Width and height of FaceNet's input, in pixels."""

TEMPLATE = np.array([(0.335, 0.413), (0.663, 0.410), (0.494, 0.570), (0.357, 0.703), (0.650, 0.701)])
"""Left eye, right eye, nose tip, left and right mouth corner in the crop, in fractions of its size."""

SQUEEZE = 0.788
"""Width of a real face over its width in the crop."""

ARCFACE_SIZE = 112
"""Width and height of SFace's input, in pixels."""

ARCFACE_TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
"""The same five points in the crop that ArcFace's networks and SFace are trained on, in pixels (insightface's
arcface_dst)."""

LEFT_EYE, RIGHT_EYE, NOSE, MOUTH_LEFT, MOUTH_RIGHT = range(5)


def facenet_crop(image: RGBImage, points: NDArray[np.float32]) -> RGBImage:
    """The face as FaceNet wants it: (160, 160, 3) uint8 RGB; black beyond the image.

    Small faces are enlarged by bicubic interpolation: TAR at FMR 1e-3 on the ORL faces (28 x 23 pixels) 0.77 instead
    of 0.70, unchanged on LFW.

    Args:
        image: (h, w, 3) uint8 RGB.
        points: (5, 2), as ``Face.points``.
    """
    return cut(image, facenet_matrix(points), FACENET_SIZE, FACENET_SIZE, smooth=True)


def facenet_matrix(points: NDArray[np.float32]) -> Matrix:
    """Maps the image to FaceNet's crop: a similarity onto the squeezed template, then the stretch of x.

    The eyes and the mouth corners are fitted; the nose tip moves too much as the head turns.
    """
    template = TEMPLATE.copy()
    template[:, 0] = 0.5 + SQUEEZE * (template[:, 0] - 0.5)
    template *= FACENET_SIZE
    source, target = _pairs(points, template, [LEFT_EYE, RIGHT_EYE])
    return stretch_x(fit_similarity(source, target), 1.0 / SQUEEZE, FACENET_SIZE / 2.0)


def arcface_crop(image: RGBImage, points: NDArray[np.float32]) -> RGBImage:
    """The face as SFace expects it: (112, 112, 3) uint8 RGB; black beyond the image.

    Args:
        image: (h, w, 3) uint8 RGB.
        points: (5, 2), as ``Face.points``, all of which are fitted.
    """
    source, target = _pairs(points, ARCFACE_TEMPLATE, [LEFT_EYE, RIGHT_EYE, NOSE])
    return cut(image, fit_similarity(source, target), ARCFACE_SIZE, ARCFACE_SIZE, smooth=True)


def _pairs(
    points: NDArray[np.float32], template: NDArray[np.float64], used: list[int]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """What to fit onto what: these points and the mouth's corners, or its middle where only that is known."""
    if np.array_equal(points[MOUTH_LEFT], points[MOUTH_RIGHT]):
        middle = (template[MOUTH_LEFT] + template[MOUTH_RIGHT]) / 2.0
        return points[[*used, MOUTH_LEFT]], np.vstack([template[used], middle])
    return points[[*used, MOUTH_LEFT, MOUTH_RIGHT]], template[[*used, MOUTH_LEFT, MOUTH_RIGHT]]
