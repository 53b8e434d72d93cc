"""Reads a PNG's header, and extracts the picture that browsers show first.

The decoder gets only this picture. Other chunks are not needed, and have misled the decoder: OpenCV decodes a file that
claims to be animated but is not to a black picture.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from embeddings.core.errors import DamagedImageError
from embeddings.decode.formats import gamma
from embeddings.decode.formats.apng import first_frame
from embeddings.decode.formats.exif import UPRIGHT, orientation
from embeddings.decode.formats.header import PNG, Header, big, largest
from embeddings.decode.formats.png_chunks import START, chunks, is_sound

END = b"\0\0\0\0IEND\xaeB`\x82"
"""The last chunk, which is the same in every file."""

BEFORE_PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS"})
"""The chunks that a picture needs before its own (PNG 3rd edition, 11.2 and 11.3.1); ``END`` follows it."""

GREY, PALETTE = 0, 3
"""The colour types of pictures with one channel: grey levels without alpha, or numbers of colours in the palette."""

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Channels by colour type."""

DEEP = 16
"""The maximal bits of a channel. A transparent picture keeps them until it is blended with white."""

WITH_ALPHA = frozenset({4, 6})
"""Colour types with an alpha channel. The others may have a tRNS chunk."""

COLOURS_STATED = frozenset({b"cICP", b"iCCP", b"sRGB"})
"""Chunks that take precedence over gAMA (PNG 3rd edition, 4.3)."""

GAMMA_BYTES = 4
"""Bytes of the content of gAMA."""

PIECE = 1 << 14
"""Bytes that are decompressed at a time; they become 16 MiB at most."""


@dataclass(frozen=True)
class PNGHeader(Header):
    """The header of a PNG.

    Attributes:
        clear_grey: the transparent level of a grey picture without an alpha channel, as the decoder returns it; or
            None.
        most_bytes: the maximal size of its decompressed picture in bytes.
        shown: the sRGB level of each stored level, (256,) uint8; or None if they are equal.
    """

    clear_grey: int | None = None
    most_bytes: int = 0
    shown: NDArray[np.uint8] | None = None


def read(data: bytes) -> PNGHeader:
    """Reads a PNG's header.

    Raises:
        UnsupportedImageError: it states no valid size, or as ``chunks``.
        DamagedImageError: it has more transparent colours than colours, or as ``chunks``.
        TruncatedImageError: by its chunks, it ends before its picture does.
    """
    sizes: list[tuple[int, int]] = []
    turned: int | None = None
    translucent, clear_grey, ends = False, None, False
    bits, colours, in_palette = 0, 0, 0
    stated, shown = 0, True
    seen: set[bytes] = set()
    for chunk in chunks(data):
        if chunk.kind == b"IHDR":
            sizes.append((big(data, chunk.content, 4), big(data, chunk.content + 4, 4)))
            bits, colours = big(data, chunk.content + 8, 1), big(data, chunk.content + 9, 1)
            translucent = translucent or colours in WITH_ALPHA
        elif chunk.kind == b"PLTE":
            in_palette = chunk.length // 3
        elif chunk.kind == b"tRNS" and b"IDAT" not in seen and is_sound(data, chunk):
            translucent = True
            if colours == PALETTE and b"PLTE" in seen and chunk.length > in_palette:
                raise DamagedImageError("a PNG of more transparent colours than colours")
            if colours == GREY and chunk.length:
                clear_grey = _decoded_grey(big(data, chunk.content, 2), bits)
        elif chunk.kind == b"eXIf" and turned is None and is_sound(data, chunk):
            turned = orientation(data[chunk.content : chunk.crc])
        elif (
            chunk.kind == b"gAMA"
            and chunk.length == GAMMA_BYTES
            and not seen & {b"IDAT", b"gAMA"}
            and is_sound(data, chunk)
        ):
            stated = big(data, chunk.content, GAMMA_BYTES)
        elif chunk.kind in COLOURS_STATED and is_sound(data, chunk):
            shown = False
        seen.add(chunk.kind)
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
        most_bytes=_most_bytes(width, height, bits * CHANNELS.get(colours, 0)),
        shown=gamma.table(stated) if shown else None,
    )


def still_picture(data: bytes, header: PNGHeader) -> bytes:
    """Returns a file with only the picture that browsers show first.

    Raises:
        DamagedImageError: it contains far more data than its size needs. Decompressing that could take minutes.
        UnsupportedImageError: as ``first_frame``.
    """
    found = list(chunks(data))
    whole = memoryview(data)
    before = takewhile(lambda one: one.kind != b"IDAT", found)
    around = [whole[one.start : one.end] for one in before if one.kind in BEFORE_PICTURE]
    frame = first_frame(data, found, (header.width, header.height))
    picture = [whole[one.start : one.end] for one in found if one.kind == b"IDAT"] if frame is None else [frame]
    if _longer(header.most_bytes, (memoryview(one)[8:-4] for one in picture)):
        raise DamagedImageError("a PNG of more data than its size needs")
    return b"".join([START, *around, *picture, END])


def _most_bytes(width: int, height: int, bits: int) -> int:
    """Returns the maximal bytes of rows with their filters, interlaced (Adam7) or not."""
    return 2 * height * (1 + -(-width * bits // 8)) + PIECE


def _longer(most: int, contents: Iterable[memoryview]) -> bool:
    """Whether compressed data is longer than ``most`` bytes when it is decompressed."""
    stream = zlib.decompressobj()
    for content in contents:
        for start in range(0, len(content), PIECE):
            try:
                most -= len(stream.decompress(content[start : start + PIECE]))
            except zlib.error:  # the decoder decides what is damaged
                return False
            if most < 0 or stream.eof:
                return most < 0
    return False


def _decoded_grey(level: int, bits: int) -> int:
    """Returns a grey level as the decoder returns it; levels of fewer than 8 bits are spread over 0 to 255."""
    most = (1 << max(bits, 1)) - 1
    return (level & most) * 255 // most if bits < 8 else level & most  # noqa: PLR2004  (bits of a byte)
