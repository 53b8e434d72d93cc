"""OpenCV's decoder."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import RGBImage

Channels = NDArray[np.uint8] | NDArray[np.uint16]
"""(h, w) grey, or (h, w, 3 or 4) blue, green, red and alpha; uint16 where the file has 16 bits, or else uint8."""

AS_COLOURS = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
REDUCED = {
    1: AS_COLOURS,
    2: AS_COLOURS | cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: AS_COLOURS | cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: AS_COLOURS | cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
"""The flags by what the sides are divided. Beside a flag for colours, that for grey stands for the size alone."""


def colours(data: bytes, reduction: int = 1) -> RGBImage | None:
    """The picture in a file as it was stored, (h, w, 3) uint8 RGB without alpha; None where it cannot be decoded.

    ``reduction`` is what its sides are divided by: 1, 2, 4 or 8. A JPEG takes less memory so.
    """
    pixels = _decoded(data, REDUCED[reduction])
    return None if pixels is None else np.asarray(pixels, np.uint8)


def channels(data: bytes) -> Channels | None:
    """The same with the channels and bits that the file has."""
    pixels = _decoded(data, cv2.IMREAD_UNCHANGED)
    if pixels is None:
        return None
    return np.asarray(pixels, np.uint16) if pixels.dtype == np.uint16 else np.asarray(pixels, np.uint8)


def _decoded(data: bytes, flags: int) -> Any:
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None
