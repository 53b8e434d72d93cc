"""Reads PNG chunks, and extracts the still picture.

The decoder gets only the still picture. Other chunks are not needed, and have misled the decoder: OpenCV decodes a file
that claims to be animated but is not to a black picture. Most animations begin with the still picture, which is then
their first frame.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.core.errors import TruncatedImageError, UnsupportedImageError
from embeddings.decode.formats.exif import UPRIGHT, orientation
from embeddings.decode.formats.header import MAX_PARTS, PNG, Header, big, largest

START = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"
"""The last chunk, which is the same in every file."""

STILL = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
"""The chunks of the still picture (PNG 3rd edition, 11.2 and 11.3.1); ``END`` follows them."""

AROUND = 12
"""Bytes of a chunk in addition to its content: length and type before it, CRC after it."""

GREY = 0
"""The colour type of pictures with one channel and no palette."""

DEEP = 16
"""The maximal bits of a channel. A transparent picture keeps them until it is blended with white."""

WITH_ALPHA = frozenset({4, 6})
"""Colour types with an alpha channel. The others may have a tRNS chunk."""


@dataclass(frozen=True)
class PNGHeader(Header):
    """The header of a PNG.

    Attributes:
        clear_grey: the transparent level of a grey picture without an alpha channel, as the decoder returns it; or
            None.
    """

    clear_grey: int | None = None


@dataclass(frozen=True)
class _Chunk:
    """A chunk of the file: its start, its type and the length of its content in bytes."""

    start: int
    kind: bytes
    length: int

    @property
    def content(self) -> int:
        """The start of the content."""
        return self.start + 8

    @property
    def end(self) -> int:
        """The start of the next chunk."""
        return self.start + AROUND + self.length


def read(data: bytes) -> PNGHeader:
    """Reads a PNG's header.

    Raises:
        UnsupportedImageError: it states no valid size, or has too many chunks.
        TruncatedImageError: by its chunks, it ends before its picture does.
    """
    sizes: list[tuple[int, int]] = []
    turned: int | None = None
    translucent, clear_grey, ends = False, None, False
    bits, colours = 0, None
    for chunk in _chunks(data):
        if chunk.kind == b"IHDR":
            sizes.append((big(data, chunk.content, 4), big(data, chunk.content + 4, 4)))
            bits, colours = big(data, chunk.content + 8, 1), big(data, chunk.content + 9, 1)
            translucent = translucent or colours in WITH_ALPHA
        elif chunk.kind == b"tRNS":
            translucent = True
            if colours == GREY and chunk.length:
                clear_grey = _decoded_grey(big(data, chunk.content, 2), bits)
        elif chunk.kind == b"eXIf" and turned is None and _is_sound(data, chunk):
            turned = orientation(data[chunk.content : chunk.end - 4])
        ends = chunk.kind == b"IEND"
    width, height = largest(sizes)
    channel_bytes = 2 if translucent and bits == DEEP else 1
    return PNGHeader(
        PNG,
        width,
        height,
        turned or UPRIGHT,
        translucent,
        ends,
        pixel_bytes=(4 if translucent else 3) * channel_bytes,
        clear_grey=clear_grey,
    )


def still_picture(data: bytes) -> bytes:
    """Returns a file with only the still picture."""
    whole = memoryview(data)
    return b"".join([START, *(whole[one.start : one.end] for one in _chunks(data) if one.kind in STILL), END])


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Yields the chunks up to IEND, or up to the end of the data if only chunks after the picture are cut off."""
    position, picture = len(START), False
    for _ in range(MAX_PARTS):
        kind = data[position + 4 : position + 8]
        length = int.from_bytes(data[position : position + 4], "big")
        chunk = _Chunk(position, kind, length)
        if chunk.end > len(data):
            if not picture or kind == b"IDAT":
                raise TruncatedImageError("a PNG that ends within a chunk")
            return
        yield chunk
        if kind == b"IEND":
            return
        picture = picture or kind == b"IDAT"
        position = chunk.end
    raise UnsupportedImageError("a PNG of too many chunks")


def _is_sound(data: bytes, chunk: _Chunk) -> bool:
    """Whether the chunk's CRC is right."""
    return zlib.crc32(data[chunk.start + 4 : chunk.end - 4]) == big(data, chunk.end - 4, 4)


def _decoded_grey(level: int, bits: int) -> int:
    """Returns a grey level as the decoder returns it; levels of fewer than 8 bits are spread over 0 to 255."""
    most = (1 << max(bits, 1)) - 1
    return (level & most) * 255 // most if bits < 8 else level & most  # noqa: PLR2004  (bits of a byte)
