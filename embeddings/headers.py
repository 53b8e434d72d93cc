"""What an image's bytes say of themselves before anything is decoded: type, size, and whether all of it is there.

The size is what the decoder would allocate for: where a file states several, the largest counts, and the scan reads
markers as libjpeg does, so that a file can't show one size here and another to the decoder.
"""

import re
from dataclasses import dataclass

from embeddings.errors import TruncatedImageError, UnsupportedImageError

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"

JPEG_START, JPEG_END = b"\xff\xd8", 0xD9
PNG_START = b"\x89PNG\r\n\x1a\n"

MAX_PARTS = 20_000
"""Segments or chunks of one file. Cameras write tens, PNG encoders some thousands; more only costs time."""

MAX_JPEG_SCANS = 100
"""Passes over the picture in one progressive JPEG. Encoders write about ten; each makes the decoder go over every
pixel, so that a small file of thousands would keep it busy for hours."""

JPEG_SCAN = 0xDA

JPEG_FIRST_KIND = 0xC0
"""The first marker with a meaning of its own (ITU-T T.81, table B.1). Those below, of which 02 to BF are reserved, make
libjpeg give up, but within data with restarts it drops the marker and reads on inside of what would be its segment."""

JPEG_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
"""A marker that isn't stuffing (00), padding (ff), a restart (d0 to d7) or TEM (01): those carry no length."""

JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers, baseline and progressive alike; c4, c8 and cc are tables and an extension."""


@dataclass(frozen=True)
class Header:
    """Media type, width and height in pixels as stored (before EXIF orientation)."""

    media_type: str
    width: int
    height: int


def read_header(data: bytes) -> Header:
    """Reads type and size of a JPEG, PNG or WebP file and follows its parts to the end.

    Raises:
        UnsupportedImageError: it is none of these, or states no sensible size.
        TruncatedImageError: it ends before its format says it should.
    """
    if data.startswith(JPEG_START):
        media_type, sizes = JPEG, _jpeg_sizes(data)
    elif data.startswith(PNG_START):
        media_type, sizes = PNG, _png_sizes(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        media_type, sizes = WEBP, _webp_sizes(data)
    else:
        raise UnsupportedImageError("neither JPEG, PNG nor WebP")
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if width <= 0 or height <= 0:
        raise UnsupportedImageError("an image without a size")
    return Header(media_type, width, height)


def _jpeg_sizes(data: bytes) -> list[tuple[int, int]]:
    """The sizes in the frame headers (width, height); thumbnails inside EXIF segments are skipped with them."""
    sizes: list[tuple[int, int]] = []
    position, scans = len(JPEG_START), 0
    for _ in range(MAX_PARTS):
        marker = JPEG_MARKER.search(data, position)
        if marker is None:
            raise TruncatedImageError("a JPEG without its end marker")
        kind, start = marker[1][0], marker.end()
        if kind == JPEG_END:
            return sizes
        if kind < JPEG_FIRST_KIND:
            raise UnsupportedImageError("a JPEG with reserved markers")
        scans += kind == JPEG_SCAN
        if scans > MAX_JPEG_SCANS:
            break
        length = int.from_bytes(data[start : start + 2], "big")
        if kind in JPEG_FRAMES:
            sizes.append((_big(data, start + 5, 2), _big(data, start + 3, 2)))
        position = start + max(length, 2)
    raise UnsupportedImageError("a JPEG of too many segments or scans")


def _png_sizes(data: bytes) -> list[tuple[int, int]]:
    sizes: list[tuple[int, int]] = []
    position = len(PNG_START)
    for _ in range(MAX_PARTS):
        length, kind = _big(data, position, 4), data[position + 4 : position + 8]
        if position + 12 + length > len(data):
            raise TruncatedImageError("a PNG that ends within a chunk")
        if kind == b"IHDR":
            sizes.append((_big(data, position + 8, 4), _big(data, position + 12, 4)))
        if kind == b"IEND":
            return sizes
        position += 12 + length
    raise UnsupportedImageError("a PNG of too many chunks")


def _webp_sizes(data: bytes) -> list[tuple[int, int]]:
    """Of the canvas (VP8X) and of the picture itself (VP8 with losses, VP8L without)."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise TruncatedImageError("a WebP shorter than it says")
    sizes: list[tuple[int, int]] = []
    position = 12
    for _ in range(MAX_PARTS):
        if position + 8 > end:
            return sizes
        kind, body = data[position : position + 4], position + 8
        if kind == b"VP8X":
            sizes.append((_little(data, body + 4, 3) + 1, _little(data, body + 7, 3) + 1))
        elif kind == b"VP8 ":
            sizes.append((_little(data, body + 6, 2) & 0x3FFF, _little(data, body + 8, 2) & 0x3FFF))
        elif kind == b"VP8L":
            packed = _little(data, body + 1, 4)
            sizes.append(((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1))
        length = _little(data, position + 4, 4)
        position = body + length + length % 2
    raise UnsupportedImageError("a WebP of too many chunks")


def _big(data: bytes, start: int, length: int) -> int:
    """An unsigned big-endian number, or TruncatedImageError when it isn't all there."""
    return int.from_bytes(_field(data, start, length), "big")


def _little(data: bytes, start: int, length: int) -> int:
    return int.from_bytes(_field(data, start, length), "little")


def _field(data: bytes, start: int, length: int) -> bytes:
    field = data[start : start + length]
    if len(field) < length:
        raise TruncatedImageError("an image that ends within a header")
    return field
