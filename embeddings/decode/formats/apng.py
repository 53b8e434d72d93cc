"""Finds the first frame of an animated PNG (PNG 3rd edition, 4.9).

The still picture (IDAT) is usually the first frame. Otherwise browsers do not show it, so it may hide another person.
"""

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise, takewhile

from embeddings.core.errors import DamagedImageError, UnsupportedImageError
from embeddings.decode.formats.header import big
from embeddings.decode.formats.png_chunks import Chunk, is_sound

COUNT_BYTES = 4
"""Bytes of the number of frames at the start of acTL."""

SEQUENCE_BYTES = 4
"""Bytes of the sequence number at the start of fcTL and fdAT."""

FRAME_BYTES = 26
"""Bytes of the content of fcTL."""

DISPOSALS, BLENDS = 3, 2
"""How many ways there are to clear a frame's area, and to draw a frame."""


def first_frame(data: bytes, chunks: Sequence[Chunk], size: tuple[int, int]) -> bytes | None:
    """Returns the first frame as an IDAT chunk, or None if that is the still picture.

    Args:
        data: the file.
        chunks: all of its chunks.
        size: width and height of the picture.

    Raises:
        DamagedImageError: the frame is not the still picture and is not valid; browsers then show nothing.
        UnsupportedImageError: the frame is smaller than the picture.
    """
    picture = next((place for place, one in enumerate(chunks) if one.kind == b"IDAT"), len(chunks))
    before = [one.kind for one in chunks[:picture] if is_sound(data, one)]
    frames = [one for one in chunks[picture:] if one.kind in {b"fcTL", b"fdAT"}]
    control = next((one for one in chunks[:picture] if one.kind == b"acTL"), None)
    if control is None or b"acTL" not in before or b"fcTL" in before or not frames:
        return None
    if control.length >= COUNT_BYTES and not big(data, control.content, COUNT_BYTES):
        return None  # an animation of no frames
    parts = list(takewhile(lambda one: one.kind == b"fdAT", frames[1:]))
    if not _valid(data, frames[0], parts):
        raise DamagedImageError("an animated PNG whose first frame is not valid")
    width, height, left, top = struct.unpack_from(">4I", data, frames[0].content + SEQUENCE_BYTES)
    if (left, top, width, height) != (0, 0, *size):
        raise UnsupportedImageError("an animated PNG whose first frame is smaller than the picture")
    content = b"IDAT" + b"".join(data[one.content + SEQUENCE_BYTES : one.crc] for one in parts)
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _valid(data: bytes, begin: Chunk, parts: Sequence[Chunk]) -> bool:
    """Whether lengths, checksums, sequence numbers and order are right."""
    if begin.kind != b"fcTL" or begin.length != FRAME_BYTES or not parts:
        return False
    if not all(is_sound(data, one) and one.length >= SEQUENCE_BYTES for one in (begin, *parts)):
        return False
    numbers = [big(data, one.content, SEQUENCE_BYTES) for one in (begin, *parts)]
    together = all(one.end == following.start for one, following in pairwise(parts))
    disposal, blend = data[begin.crc - 2 : begin.crc]
    return numbers == list(range(len(numbers))) and together and disposal < DISPOSALS and blend < BLENDS
