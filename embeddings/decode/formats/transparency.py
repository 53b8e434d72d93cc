"""Blends a transparent picture with white, as a browser shows it on a white page.

Only the visible part counts. Under full transparency a file may contain anything, such as a person who was erased.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import RGBImage
from embeddings.decode.formats.gamma import converted
from embeddings.decode.formats.opencv import Channels

WHITE = 255

ROWS = 64
"""Rows blended at a time, because blending takes several times the memory of their pixels."""

GREY_DIMENSIONS, WITH_ALPHA = 2, 4
"""The dimensions of a grey picture's array, and the channels of a picture with alpha."""


def seen(channels: Channels, clear_grey: int | None, shown: NDArray[np.uint8] | None) -> RGBImage:
    """Returns the visible colours: (h, w, 3) uint8 RGB.

    Args:
        channels: of a file; the colours are not premultiplied by alpha.
        clear_grey: the transparent level of a grey picture, or None.
        shown: the sRGB level of each stored level, (256,) uint8; or None if they are equal.
    """
    if channels.ndim == GREY_DIMENSIONS:
        grey = converted(_in_8_bits(channels), shown)
        if clear_grey is not None:
            grey = np.where(channels == clear_grey, np.uint8(WHITE), grey)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
    if channels.shape[2] == WITH_ALPHA:
        return _over_white(channels, shown)
    return np.asarray(cv2.cvtColor(converted(_in_8_bits(channels), shown), cv2.COLOR_BGR2RGB), np.uint8)


def _in_8_bits(channels: Channels) -> NDArray[np.uint8]:
    """Drops the lower half of 16 bits, as the decoder does."""
    return np.asarray(channels >> 8 if channels.dtype == np.uint16 else channels, np.uint8)


def _over_white(channels: Channels, shown: NDArray[np.uint8] | None) -> RGBImage:
    mixed = np.empty((*channels.shape[:2], 3), np.uint8)
    for row in range(0, len(channels), ROWS):
        part = _in_8_bits(channels[row : row + ROWS])
        alpha = part[..., 3:].astype(np.uint16)
        mixed[row : row + ROWS] = (
            converted(part[..., 2::-1], shown) * alpha + WHITE * (WHITE - alpha) + WHITE // 2
        ) // WHITE
    return mixed
