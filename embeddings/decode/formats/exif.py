"""Reads EXIF's orientation and turns the picture upright.

OpenCV turns pictures too, but in WebP it reads EXIF only in the form of the format's specification. Cameras, phones and
libraries write the block in all three formats with or without JPEG's prefix. Chromium and Firefox ignore it in WebP,
and in a PNG after the picture.
"""

import struct

import cv2
import numpy as np

from embeddings.core.types import RGBImage

PREFIX = b"Exif\0\0"
"""The bytes before the block in a JPEG (EXIF 2.32, 4.7.2), and in many WebP files."""

BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
"""The first four bytes of the block (TIFF 6.0), and the byte order for ``struct``."""

ORIENTATION_TAG, SHORT = 0x0112, 3
"""The entry's tag and type; an entry of another type or count is ignored, as browsers do."""

ENTRY_BYTES = 12
UPRIGHT = 1


TURNS: tuple[tuple[bool, int | None], ...] = (
    (False, None),
    (True, None),
    (False, cv2.ROTATE_180),
    (True, cv2.ROTATE_180),
    (True, cv2.ROTATE_90_COUNTERCLOCKWISE),
    (False, cv2.ROTATE_90_CLOCKWISE),
    (True, cv2.ROTATE_90_CLOCKWISE),
    (False, cv2.ROTATE_90_COUNTERCLOCKWISE),
)
"""For each orientation from 1: whether to mirror the stored picture left to right, and then how to turn it."""


def orientation(block: bytes) -> int:
    """Returns the orientation of an EXIF block's first directory: 1 to 8, or 1 without one; the prefix is optional."""
    tiff = block.removeprefix(PREFIX)
    order = BYTE_ORDERS.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, directory)
        for number in range(entries):
            entry = struct.unpack_from(f"{order}HHIHxx", tiff, directory + 2 + ENTRY_BYTES * number)
            if entry[:3] == (ORIENTATION_TAG, SHORT, 1):
                return entry[3] if 1 <= entry[3] <= len(TURNS) else UPRIGHT
    except struct.error:  # the block ends before its own lengths say
        pass
    return UPRIGHT


def upright(pixels: RGBImage, turned: int) -> RGBImage:
    """Turns a stored picture, (h, w, 3), upright from an orientation of 1 to 8."""
    mirrored, rotation = TURNS[turned - 1]
    if mirrored:
        pixels = np.asarray(cv2.flip(pixels, 1), np.uint8)
    return pixels if rotation is None else np.asarray(cv2.rotate(pixels, rotation), np.uint8)
