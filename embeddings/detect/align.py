"""Aligns a face for each network's input.

FaceNet was trained on MTCNN's boxes stretched to a square, so its faces are wider than real ones. The template and the
stretch were fitted to photographs of LFW and are frozen.
"""

import numpy as np
from numpy.typing import NDArray

from embeddings.core.geometry import Matrix, cut, fit_similarity, stretch_x
from embeddings.core.types import RGBImage

FACENET_SIZE = 160
"""Width and height of FaceNet's input, in pixels."""

TEMPLATE = np.array([(0.335, 0.413), (0.663, 0.410), (0.494, 0.570), (0.357, 0.703), (0.650, 0.701)])
"""Left eye, right eye, nose tip, left and right mouth corner in the crop, as fractions of its size."""

SQUEEZE = 0.788
"""The width of a real face divided by its width in the crop."""

ARCFACE_SIZE = 112
"""Width and height of SFace's input, in pixels."""

ARCFACE_TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
"""The same five points in the crop for which ArcFace's networks and SFace are trained, in pixels (insightface's
arcface_dst)."""

LEFT_EYE, RIGHT_EYE, NOSE, MOUTH_LEFT, MOUTH_RIGHT = range(5)


def facenet_crop(image: RGBImage, points: NDArray[np.float32]) -> RGBImage:
    """Returns FaceNet's aligned input: (160, 160, 3) uint8 RGB, black outside the image.

    Small faces are enlarged by bicubic interpolation: on the ORL faces (28 x 23 pixels) the TAR at FMR 1e-3 is 0.77
    instead of 0.70, and on LFW it is unchanged.

    Args:
        image: (h, w, 3) uint8 RGB.
        points: (5, 2), as ``Face.points``.
    """
    return cut(image, facenet_matrix(points), FACENET_SIZE, FACENET_SIZE, smooth=True)


def facenet_matrix(points: NDArray[np.float32]) -> Matrix:
    """Maps the image to FaceNet's crop: a similarity onto the squeezed template, then a stretch of x.

    The fit uses the eyes and the mouth corners. It leaves out the nose tip, which moves too much when the head turns.
    """
    template = TEMPLATE.copy()
    template[:, 0] = 0.5 + SQUEEZE * (template[:, 0] - 0.5)
    template *= FACENET_SIZE
    source, target = _pairs(points, template, [LEFT_EYE, RIGHT_EYE])
    return stretch_x(fit_similarity(source, target), 1.0 / SQUEEZE, FACENET_SIZE / 2.0)


def arcface_crop(image: RGBImage, points: NDArray[np.float32]) -> RGBImage:
    """Returns SFace's aligned input: (112, 112, 3) uint8 RGB, black outside the image.

    Args:
        image: (h, w, 3) uint8 RGB.
        points: (5, 2), as ``Face.points``; the fit uses all of them.
    """
    source, target = _pairs(points, ARCFACE_TEMPLATE, [LEFT_EYE, RIGHT_EYE, NOSE])
    return cut(image, fit_similarity(source, target), ARCFACE_SIZE, ARCFACE_SIZE, smooth=True)


def _pairs(
    points: NDArray[np.float32], template: NDArray[np.float64], used: list[int]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Returns the pairs to fit: the used points and the mouth corners, or the mouth's middle if only that is known."""
    if np.array_equal(points[MOUTH_LEFT], points[MOUTH_RIGHT]):
        middle = (template[MOUTH_LEFT] + template[MOUTH_RIGHT]) / 2.0
        return points[[*used, MOUTH_LEFT]], np.vstack([template[used], middle])
    return points[[*used, MOUTH_LEFT, MOUTH_RIGHT]], template[[*used, MOUTH_LEFT, MOUTH_RIGHT]]
