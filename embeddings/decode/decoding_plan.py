"""How a picture is decoded so that its memory stays bounded, and from which size on it is refused.

A JPEG is decoded smaller where it is large: its decoder makes a half, a quarter or an eighth of each side out of the
same coefficients, and never holds the whole. What is done with a face needs far less: the detectors look at 2 million
pixels (``finder.MOST_PIXELS``), and a face of 6 % of the longer side, the smallest that they find, is still wider than
the 112 or 160 pixels of the networks' input. PNG, WebP and the coefficients of a progressive JPEG are held whole.

Measured on 21 people's photographs brought to 8,064 x 6,048 pixels, with faces of 7.5 and 25 % of the longer side: the
same faces are found at half the sides. The cosine of a usable face's vector to the one in the whole picture is 0.998
(median) and 0.984 at least, as with other noise in the whole picture (0.998, 0.995).
"""

from dataclasses import dataclass

from embeddings.core.errors import ImageTooLargeError
from embeddings.decode.formats.header import JPEG, Header

MOST_DECODED = 13_000_000
"""Pixels that a JPEG is decoded to, at most: one of 4,000 x 3,000 as it is, one of 8,160 x 6,144 at half its sides.
Smaller ones are as large as they were before larger ones were taken; larger ones cost no more."""

MOST_BYTES = 192 << 20
"""Memory that decoding may take: a PNG of 33 million pixels, with transparency 25, a WebP of 28 or more, a progressive
JPEG of 60, with all colours 29. As much as the largest picture of 24 million pixels took when those were the limit."""

REDUCTIONS = (1, 2, 4, 8)
"""By what the sides of a JPEG may be divided."""

COPIES = 2
"""OpenCV hands its picture over as a copy, and lets its own go after that."""

COLOURS = 3
"""Bytes of a pixel."""


@dataclass(frozen=True)
class DecodingPlan:
    """How to decode a picture.

    Attributes:
        reduction: by what its sides are divided; 1, 2, 4 or 8.
        memory: what that takes, in bytes, beside the file.
    """

    reduction: int
    memory: int


def plan(header: Header, max_pixels: int) -> DecodingPlan:
    """How a picture is decoded.

    Raises:
        ImageTooLargeError: it has more pixels than ``max_pixels``, or decoding it would take more than ``MOST_BYTES``.
    """
    size, planned = header.width * header.height, _planned(header)
    limit = min(max_pixels, size * MOST_BYTES // planned.memory)
    if size > limit:
        raise ImageTooLargeError(size, limit)
    return planned


def _planned(header: Header) -> DecodingPlan:
    reduction = _reduction(header) if header.media_type == JPEG else 1
    picture = _pixels(header, reduction) * header.pixel_bytes
    return DecodingPlan(reduction, max(header.kept_bytes + picture, COPIES * picture))


def _reduction(header: Header) -> int:
    """The least that leaves no more than ``MOST_DECODED`` pixels, or else the largest there is."""
    return next((one for one in REDUCTIONS if _pixels(header, one) <= MOST_DECODED), REDUCTIONS[-1])


def _pixels(header: Header, reduction: int) -> int:
    """What is left of the picture; libjpeg rounds up."""
    return -(-header.width // reduction) * -(-header.height // reduction)
