"""Brings a face to where FaceNet expects it.

FaceNet was trained on MTCNN's boxes stretched to a square, so its faces are wider than real ones. The template and the
stretch were fitted to the photographs in shared/faces (LFW) and are frozen; DESIGN.md tells what they gain.
"""

import numpy as np
from numpy.typing import NDArray

from embeddings.geometry import Matrix, cut, fit_similarity, stretch_x
from embeddings.types import RGBImage

FACENET_SIZE = 160
"""Width and height of FaceNet's input, in pixels."""

TEMPLATE = np.array([(0.335, 0.413), (0.663, 0.410), (0.494, 0.570), (0.357, 0.703), (0.650, 0.701)])
"""Left eye, right eye, nose tip, left and right mouth corner in the crop, in fractions of its size."""

SQUEEZE = 0.788
"""Width of a real face over its width in the crop."""

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

    The eyes and the mouth corners are fitted; the nose tip moves too much as the head turns. Where only the middle of
    the mouth is known (both corners are that one point) it is fitted onto the middle of the template's corners.
    """
    template = TEMPLATE.copy()
    template[:, 0] = 0.5 + SQUEEZE * (template[:, 0] - 0.5)
    template *= FACENET_SIZE
    if np.array_equal(points[MOUTH_LEFT], points[MOUTH_RIGHT]):
        source = points[[LEFT_EYE, RIGHT_EYE, MOUTH_LEFT]]
        middle = (template[MOUTH_LEFT] + template[MOUTH_RIGHT]) / 2.0
        target = np.stack([template[LEFT_EYE], template[RIGHT_EYE], middle])
    else:
        used = [LEFT_EYE, RIGHT_EYE, MOUTH_LEFT, MOUTH_RIGHT]
        source, target = points[used], template[used]
    return stretch_x(fit_similarity(source, target), 1.0 / SQUEEZE, FACENET_SIZE / 2.0)
