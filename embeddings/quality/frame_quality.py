"""Judges a small frame by its pixels, with or without a face in it.

The limits were chosen like those of ``guidance``, whose docstring describes the method.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Box, RGBImage

SIZE = 64
"""Rows and columns to which a face's box is scaled: a face at arm's length has 96 at 320 x 240."""

MIN_DETAIL = 0.07
"""The minimal ``detail``. LFW has 0.11 and more (median 0.32) for any face size, light and noise. If every point
becomes a disc of 9 % of the face's width, it has 0.02 to 0.10 (median 0.04). A capture is refused at about 7.5 %, by
another measure: ``quality.MIN_SHARPNESS``."""

BLOWN_OUT = 248
MAX_BLOWN_OUT = 0.35
"""The maximal share of the middle of a face at or above ``BLOWN_OUT``. Hair and background may hide such highlights
from ``Quality.brightness``."""

DARK = 40.0
"""Mean grey level of a picture without a face. Below it, a face would be too dark to be found or used."""

WHITE = 245.0
WHITE_SHARE = 0.25
"""If this share of a picture without a face is above ``WHITE``, the picture is too bright."""

CELLS = (16, 12)
"""Columns and rows of the cell means by which a whole picture is judged, which are free of the sensor's noise."""

REDDISH = 1.35
"""The ratio of red to green and to blue in light that comes through a finger on the lens."""

SMOOTH = 0.04
SMOOTH_LEVELS = 0.6
"""A picture of a covered lens differs from smooth shading by less than this share of its mean grey level, or by less
than this many levels. Dark rooms with a person in them (LFW's photographs) differ by more."""


def face_levels(image: RGBImage, box: Box) -> NDArray[np.uint8] | None:
    """Returns the part of a face's box inside the image, as (SIZE, SIZE) grey levels; None if it is empty."""
    rows, columns = image.shape[:2]
    left, right = (int(np.clip(edge, 0, columns)) for edge in (box.left, box.right))
    top, bottom = (int(np.clip(edge, 0, rows)) for edge in (box.top, box.bottom))
    if right <= left or bottom <= top:
        return None
    grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)


def is_blurred(face: NDArray[np.uint8]) -> bool:
    """Whether a face's levels lack fine detail. They come from its box, because the mesh is inaccurate in a blur."""
    return detail(face) < MIN_DETAIL


def is_blown_out(face: NDArray[np.uint8]) -> bool:
    """Whether the middle of a face's levels is white."""
    edge = SIZE // 4
    return bool(np.mean(face[edge:-edge, edge:-edge] >= BLOWN_OUT) > MAX_BLOWN_OUT)


def detail(grey: NDArray[np.uint8]) -> float:
    """Returns how much of the contrast of (rows, columns) grey levels is fine, in any light; infinite without contrast.

    It is the variance of the Laplacian divided by the variance of the grey levels.
    """
    _, contrast = cv2.meanStdDev(grey)
    _, edges = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return float(edges[0, 0] / contrast[0, 0]) ** 2 if contrast[0, 0] > 0 else math.inf


def covers_the_lens(image: RGBImage) -> bool:
    """Whether a picture without a face shows a finger, a hand or a lid on the lens: smooth, and dark or red."""
    cells = _cells(image)
    red, green, blue = cells.mean(axis=(0, 1))
    grey = cells.mean(axis=2)
    if grey.mean() >= DARK and red <= REDDISH * max(green, blue):
        return False
    return _structure(grey) < max(SMOOTH * float(grey.mean()), SMOOTH_LEVELS)


def is_dark(image: RGBImage) -> bool:
    """Whether a picture without a face has too little light for a face to be visible."""
    return bool(_cells(image).mean() < DARK)


def is_white(image: RGBImage) -> bool:
    """Whether a picture without a face has too much light for a face to be visible."""
    return bool(np.mean(_cells(image).mean(axis=2) > WHITE) > WHITE_SHARE)


def _cells(image: RGBImage) -> NDArray[np.float64]:
    """Returns the mean colours of the image's cells: (12, 16, 3)."""
    return np.asarray(cv2.resize(image, CELLS, interpolation=cv2.INTER_AREA), np.float64)


def _structure(grey: NDArray[np.float64]) -> float:
    """Returns the root mean square of (rows, columns) grey levels minus a cubic surface (smooth shading)."""
    y, x = (axis.ravel() for axis in np.meshgrid(*(np.linspace(-1.0, 1.0, n) for n in grey.shape), indexing="ij"))
    surface = np.stack([x**i * y**j for i in range(4) for j in range(4 - i)], axis=1)
    fitted, *_ = np.linalg.lstsq(surface, grey.ravel(), rcond=None)
    return float(np.sqrt(np.mean((grey.ravel() - surface @ fitted) ** 2)))
