"""What is to be seen of a picture that is transparent in places: what a browser shows on a page, which is white there.

Only what can be seen counts. Under full transparency a file may hold anything, such as somebody who was rubbed out.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import RGBImage
from embeddings.decode.formats.opencv import Channels

WHITE = 255

ROWS = 64
"""So many rows are mixed at a time, as that takes several times the memory of their pixels."""

GREY_DIMENSIONS, WITH_ALPHA = 2, 4
"""Dimensions of a grey picture's array, and channels of one with alpha."""


def seen(channels: Channels, clear_grey: int | None) -> RGBImage:
    """The colours that are to be seen: (h, w, 3) uint8 RGB.

    Args:
        channels: of a file; colours are not premultiplied by alpha.
        clear_grey: the level that is transparent in a grey picture, if one is.
    """
    if channels.ndim == GREY_DIMENSIONS:
        grey = _in_8_bits(channels)
        if clear_grey is not None:
            grey = np.where(channels == clear_grey, np.uint8(WHITE), grey)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
    if channels.shape[2] == WITH_ALPHA:
        return _over_white(channels)
    return np.asarray(cv2.cvtColor(_in_8_bits(channels), cv2.COLOR_BGR2RGB), np.uint8)


def _in_8_bits(channels: Channels) -> NDArray[np.uint8]:
    """Without the lower half of 16 bits, as the decoder does it."""
    return np.asarray(channels >> 8 if channels.dtype == np.uint16 else channels, np.uint8)


def _over_white(channels: Channels) -> RGBImage:
    mixed = np.empty((*channels.shape[:2], 3), np.uint8)
    for row in range(0, len(channels), ROWS):
        part = _in_8_bits(channels[row : row + ROWS])
        alpha = part[..., 3:].astype(np.uint16)
        mixed[row : row + ROWS] = (part[..., 2::-1] * alpha + WHITE * (WHITE - alpha) + WHITE // 2) // WHITE
    return mixed
