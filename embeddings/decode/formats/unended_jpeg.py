"""The picture of a JPEG without its end marker: read if it is whole, which only decoding can tell.

A decoder that comes to the end of the data makes up the rest, in grey, and OpenCV does not say so. A file may lack its
last two bytes and nothing else; then the picture is the one that was taken. Whatever cuts a picture off leaves a seam
that may run through a face, so what lacks more than the last group of blocks, 16 x 16 pixels, is refused.
"""

import hashlib

import numpy as np

from embeddings.core.types import RGBImage
from embeddings.decode.formats import jpeg, opencv

LOOKAHEAD = b"\xff\x00" * 8
"""What libjpeg wants to have at hand when it decodes the last block: 8 bytes, here of ones, which are the code of
nothing. They stand for one group of blocks at most: of 4,872 JPEGs cut off by 1 to 200 bytes, or by a third, 391 are
taken, which differ from the whole in the last 17 x 17 pixels (measured)."""

ANYTHING = b"\0" + hashlib.shake_128().digest(1024).replace(b"\xff", b"")
"""Data that change any picture that is not whole. Of 1,040 progressive JPEGs cut off in their last scan one was taken,
which differs from the whole by no pixel (measured)."""


def picture(data: bytes, header: jpeg.JPEGHeader, reduction: int) -> RGBImage | None:
    """The picture as ``opencv.colours`` gives it; None where it is not all there.

    OpenCV gives up where the data of a picture made in one pass end early, unless an end marker tells that no more
    come. It wants the marker for any other, as it reads all scans first: there what follows the data must not matter.
    """
    if header.one_pass:
        return opencv.colours(data + LOOKAHEAD, reduction)
    if not header.all_scans:
        return None
    pixels = opencv.colours(data + jpeg.END, reduction)
    others = opencv.colours(data + ANYTHING + jpeg.END, reduction)
    if pixels is None or others is None:
        return None
    return pixels if np.array_equal(pixels, others) else None
