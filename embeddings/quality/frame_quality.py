"""What the pixels of one small frame say, of its face and of a picture in which there is none.

The limits were chosen like those of ``guidance``, which says how.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Box, RGBImage

SIZE = 64
"""Rows and columns to which a face's box is brought: a face at arm's length has 96 at 320 x 240."""

MIN_DETAIL = 0.07
"""``detail``, at least. LFW has 0.11 and more (median 0.32) whatever the face's size, the light and the noise; with
every point a disc of 9 % of the face's width it has 0.02 to 0.10 (median 0.04). A capture is refused at about 7.5 %."""

BLOWN_OUT = 248
MAX_BLOWN_OUT = 0.35
"""Share of the middle of a face that is so white, at most. Hair and room may hide that from ``Quality.brightness``."""

DARK = 40.0
"""Mean grey level of a picture without a face: below it a face would be too dark to be found or to be used."""

WHITE = 245.0
WHITE_SHARE = 0.25
"""And too bright where so much of it is so white."""

CELLS = (16, 12)
"""Columns and rows of the means by which a whole picture is judged, free of the sensor's noise."""

REDDISH = 1.35
"""Red over green, and over blue, of the light that comes through a finger on the lens."""

SMOOTH = 0.04
SMOOTH_LEVELS = 0.6
"""What a smooth shading leaves of a covered lens's picture is below this share of its mean grey level, or below so many
levels. Dark rooms with somebody in them (LFW's photographs) have more."""


def face_levels(image: RGBImage, box: Box) -> NDArray[np.uint8] | None:
    """What of a face's box lies in the image, as (SIZE, SIZE) grey levels; None where nothing does."""
    rows, columns = image.shape[:2]
    left, right = (int(np.clip(edge, 0, columns)) for edge in (box.left, box.right))
    top, bottom = (int(np.clip(edge, 0, rows)) for edge in (box.top, box.bottom))
    if right <= left or bottom <= top:
        return None
    grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)


def is_blurred(face: NDArray[np.uint8]) -> bool:
    """Whether a face's levels lack fine detail. Of its box, as the mesh loses its way in a blur."""
    return detail(face) < MIN_DETAIL


def is_blown_out(face: NDArray[np.uint8]) -> bool:
    """Whether the middle of a face's levels is white."""
    edge = SIZE // 4
    return bool(np.mean(face[edge:-edge, edge:-edge] >= BLOWN_OUT) > MAX_BLOWN_OUT)


def detail(grey: NDArray[np.uint8]) -> float:
    """How much of the contrast of (rows, columns) grey levels is fine, in any light; infinite without contrast.

    The variance of the Laplacian over that of the grey levels.
    """
    _, contrast = cv2.meanStdDev(grey)
    _, edges = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return float(edges[0, 0] / contrast[0, 0]) ** 2 if contrast[0, 0] > 0 else math.inf


def covers_the_lens(image: RGBImage) -> bool:
    """Whether a picture without a face is one of a finger, a hand or a lid on the lens: smooth, and dark or red."""
    cells = _cells(image)
    red, green, blue = cells.mean(axis=(0, 1))
    grey = cells.mean(axis=2)
    if grey.mean() >= DARK and red <= REDDISH * max(green, blue):
        return False
    return _structure(grey) < max(SMOOTH * float(grey.mean()), SMOOTH_LEVELS)


def is_dark(image: RGBImage) -> bool:
    """Whether a picture without a face has too little light for one to be seen."""
    return bool(_cells(image).mean() < DARK)


def is_white(image: RGBImage) -> bool:
    """Whether a picture without a face has too much light for one to be seen."""
    return bool(np.mean(_cells(image).mean(axis=2) > WHITE) > WHITE_SHARE)


def _cells(image: RGBImage) -> NDArray[np.float64]:
    """The means of the image's parts: (12, 16, 3)."""
    return np.asarray(cv2.resize(image, CELLS, interpolation=cv2.INTER_AREA), np.float64)


def _structure(grey: NDArray[np.float64]) -> float:
    """What a smooth shading, a cubic surface, leaves of (rows, columns) grey levels: its root mean square."""
    y, x = (axis.ravel() for axis in np.meshgrid(*(np.linspace(-1.0, 1.0, n) for n in grey.shape), indexing="ij"))
    surface = np.stack([x**i * y**j for i in range(4) for j in range(4 - i)], axis=1)
    fitted, *_ = np.linalg.lstsq(surface, grey.ravel(), rcond=None)
    return float(np.sqrt(np.mean((grey.ravel() - surface @ fitted) ** 2)))
