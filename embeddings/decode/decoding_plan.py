"""Plans how to decode a picture in bounded memory, and the size from which on it is refused.

A large JPEG is decoded smaller: from the same coefficients, its decoder produces sides divided by 2, 4 or 8, and never
holds the whole picture. The face pipeline needs far fewer pixels. The detectors use 2 million pixels
(``finder.MOST_PIXELS``). The smallest face that they find has 6 % of the longer side, which is still wider than the 112
or 160 pixels of the networks' input. PNG, WebP and the coefficients of a progressive JPEG are held in memory as a
whole.

Measured on 21 people's photographs, scaled to 8,064 x 6,048 pixels, with faces of 7.5 and 25 % of the longer side: with
halved sides the same faces are found. The cosine of a usable face's vector to the one from the whole picture is 0.998
(median) and at least 0.984. Other noise in the whole picture has a similar effect (0.998, 0.995).
"""

from dataclasses import dataclass

from embeddings.core.errors import ImageTooLargeError
from embeddings.decode.formats.header import JPEG, Header

MOST_DECODED = 13_000_000
"""The maximal number of pixels to which a JPEG is decoded: one of 4,000 x 3,000 keeps its size, one of 8,160 x 6,144
has its sides halved. So a larger picture costs no more."""

MOST_BYTES = 192 << 20
"""Bytes of memory that decoding may take. In millions of pixels: PNG 33, with transparency 25, or 12 if it also has 16
bits; WebP 33, lossless or with transparency 25, animated 16; progressive JPEG 60, or 29 without chroma subsampling."""

REDUCTIONS = (1, 2, 4, 8)
"""The factors by which the sides of a JPEG may be divided."""

COPIES = 2
"""OpenCV returns its picture as a copy, and frees its own afterwards."""

COLOURS = 3
"""Bytes a pixel."""


@dataclass(frozen=True)
class DecodingPlan:
    """The plan for decoding a picture.

    Attributes:
        reduction: the divisor of its sides; 1, 2, 4 or 8.
        memory: bytes that decoding takes in addition to the file.
    """

    reduction: int
    memory: int


def plan(header: Header, max_pixels: int) -> DecodingPlan:
    """Plans the decoding of a picture.

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
    """Returns the smallest reduction to at most ``MOST_DECODED`` pixels, or else the largest reduction."""
    return next((one for one in REDUCTIONS if _pixels(header, one) <= MOST_DECODED), REDUCTIONS[-1])


def _pixels(header: Header, reduction: int) -> int:
    """Returns the number of pixels after the reduction; libjpeg rounds up."""
    return -(-header.width // reduction) * -(-header.height // reduction)
