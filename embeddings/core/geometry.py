"""Pure geometry: similarity transforms and cutting a region out of an image."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import RGBImage

Matrix = NDArray[np.float64]
"""A (2, 3) matrix that maps (x, y, 1) to (x, y)."""

MAX_SHRINK = 2.0
"""The factor of shrinking above which the image is averaged down first, because bilinear sampling would skip pixels."""


def fit_similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> Matrix:
    """Fits the rotation, scale and shift that bring ``source`` nearest to ``target`` by least squares.

    Points are complex numbers, for which a similarity is ``w = a z + b``; the fit never mirrors.

    Args:
        source: (n, 2), n >= 2, not all the same point.
        target: (n, 2).
    """
    z = source[:, 0].astype(np.float64) + 1j * source[:, 1]
    w = target[:, 0].astype(np.float64) + 1j * target[:, 1]
    z_mean, w_mean = z.mean(), w.mean()
    z_centred = z - z_mean
    a = np.vdot(z_centred, w - w_mean) / np.vdot(z_centred, z_centred).real
    b = w_mean - a * z_mean
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def stretch_x(matrix: Matrix, factor: float, centre: float) -> Matrix:
    """Returns the transform followed by a stretch of x about ``x = centre``."""
    stretched = matrix.copy()
    stretched[0] *= factor
    stretched[0, 2] += centre * (1.0 - factor)
    return stretched


def apply(matrix: Matrix, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Maps (n, 2) points."""
    mapped: NDArray[np.float64] = points @ matrix[:, :2].T + matrix[:, 2]
    return mapped


def invert(matrix: Matrix) -> Matrix:
    """Returns the inverse transform."""
    return np.asarray(cv2.invertAffineTransform(matrix), np.float64)


def cut(image: RGBImage, matrix: Matrix, width: int, height: int, smooth: bool = False) -> RGBImage:
    """Cuts out the (height, width, 3) region that ``matrix`` maps the image to; it is black outside the image.

    ``smooth`` uses bicubic instead of bilinear interpolation to enlarge.
    """
    (a, b, _), (c, d, _) = matrix.tolist()
    scale = math.sqrt(abs(a * d - b * c))
    if scale * MAX_SHRINK < 1.0:
        image, matrix = _averaged_down(image, matrix, width, height, int(1.0 / (scale * MAX_SHRINK)) + 1)
    interpolation = cv2.INTER_CUBIC if smooth and scale > 1.0 else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=interpolation), np.uint8)


def _averaged_down(image: RGBImage, matrix: Matrix, width: int, height: int, times: int) -> tuple[RGBImage, Matrix]:
    """Shrinks the needed part of the image by averaging, ``times`` smaller; returns it and the matrix for it."""
    corners = apply(invert(matrix), np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64))
    rows, columns = image.shape[:2]
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (columns - 1, rows - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, (left + 1, top + 1), (columns, rows))
    part = image[top:bottom, left:right]
    size = (max(1, part.shape[1] // times), max(1, part.shape[0] // times))
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    x_times, y_times = part.shape[1] / size[0], part.shape[0] / size[1]
    # The centre of a pixel has integer coordinates, so shrinking also shifts by half a pixel.
    to_part = np.array(
        [[x_times, 0.0, left + (x_times - 1.0) / 2.0], [0.0, y_times, top + (y_times - 1.0) / 2.0], [0.0, 0.0, 1.0]]
    )
    return small, matrix @ to_part
