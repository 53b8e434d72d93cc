"""OpenCV's decoder."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.types import RGBImage

Channels = NDArray[np.uint8] | NDArray[np.uint16]
"""(h, w) grey, or (h, w, 3 or 4) blue, green, red and alpha; uint16 where the file has 16 bits, or else uint8."""

AS_COLOURS = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION


def colours(data: bytes) -> RGBImage | None:
    """The picture in a file as it was stored, (h, w, 3) uint8 RGB without alpha; None where it cannot be decoded."""
    pixels = _decoded(data, AS_COLOURS)
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
