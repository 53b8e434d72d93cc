"""Decodes files with OpenCV."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import RGBImage

Channels = NDArray[np.uint8] | NDArray[np.uint16]
"""(h, w) grey, or (h, w, 3 or 4) blue, green, red and alpha; uint16 if the file has 16 bits, else uint8."""

AS_COLOURS = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
REDUCED = {
    1: AS_COLOURS,
    2: AS_COLOURS | cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: AS_COLOURS | cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: AS_COLOURS | cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
"""The flags for each divisor of the sides. Combined with a colour flag, the grey flag only sets the size."""


def colours(data: bytes, reduction: int = 1) -> RGBImage | None:
    """Decodes a file's picture as it was stored, (h, w, 3) uint8 RGB without alpha; None if it cannot be decoded.

    ``reduction`` is the divisor of its sides: 1, 2, 4 or 8. It saves memory for a JPEG.
    """
    pixels = _decoded(data, REDUCED[reduction])
    return None if pixels is None else np.asarray(pixels, np.uint8)


def channels(data: bytes) -> Channels | None:
    """Decodes a file with its own channels and bits; None if it cannot be decoded."""
    pixels = _decoded(data, cv2.IMREAD_UNCHANGED)
    if pixels is None:
        return None
    return np.asarray(pixels, np.uint16) if pixels.dtype == np.uint16 else np.asarray(pixels, np.uint8)


def _decoded(data: bytes, flags: int) -> Any:
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None
