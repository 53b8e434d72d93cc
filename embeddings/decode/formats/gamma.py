"""Converts a PNG's colours by its gamma, as browsers do.

A file may state any gamma, so the stored colours and those that a browser shows may be two different pictures. Other
descriptions of colours are ignored: those of cameras and phones (Display P3, Adobe RGB) hardly change a face.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

UNIT = 100_000
"""The number in the gAMA chunk that stands for a gamma of 1 (PNG 3rd edition, 11.3.2.2)."""

USUAL, TOLERANCE = 1 / 2.2, 0.05
"""The gamma of sRGB, and the relative difference that is ignored; both as in libpng."""

LEVELS = np.arange(256) / 255

LINEAR = 0.0031308
"""The light up to which sRGB's curve is a straight line (IEC 61966-2-1, as the other numbers of the curve)."""


def table(stated: int) -> NDArray[np.uint8] | None:
    """Returns the sRGB level of each stored level, (256,) uint8, or None if they need no conversion.

    Args:
        stated: the number in the gAMA chunk.
    """
    gamma = stated / UNIT
    if not gamma or abs(gamma / USUAL - 1) <= TOLERANCE:
        return None
    light = LEVELS ** (1 / gamma)
    shown = np.where(light <= LINEAR, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255 * shown), np.uint8)


def converted(
    pixels: NDArray[np.uint8], shown: NDArray[np.uint8] | None, into: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Returns the pixels with each stored level replaced by its sRGB level.

    Args:
        pixels: (h, w) or (h, w, channels).
        shown: as :func:`table` returns it; None returns the pixels themselves.
        into: where the result is written, such as ``pixels``; None takes memory of its own.
    """
    return pixels if shown is None else np.asarray(cv2.LUT(pixels, shown, into), np.uint8)
