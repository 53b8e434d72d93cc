"""Follows the chunks of a PNG (PNG 3rd edition, 5.3)."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.core.errors import DamagedImageError, TruncatedImageError, UnsupportedImageError
from embeddings.decode.formats.header import MAX_PARTS, big

START = b"\x89PNG\r\n\x1a\n"

AROUND = 12
"""Bytes of a chunk in addition to its content: length and type before it, CRC after it."""

CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
"""The types that begin with a capital letter. No viewer shows a file with another one before its picture."""


@dataclass(frozen=True)
class Chunk:
    """A chunk of the file: its start, its type and the length of its content in bytes."""

    start: int
    kind: bytes
    length: int

    @property
    def content(self) -> int:
        """The start of the content."""
        return self.start + 8

    @property
    def crc(self) -> int:
        """The end of the content, where the CRC begins."""
        return self.content + self.length

    @property
    def end(self) -> int:
        """The start of the next chunk."""
        return self.start + AROUND + self.length


def chunks(data: bytes) -> Iterator[Chunk]:
    """Yields the chunks up to IEND, or up to the end of the data if only chunks after the picture are cut off.

    Raises:
        UnsupportedImageError: the file has too many chunks, or an unknown critical one before the picture.
        DamagedImageError: it does not begin with IHDR, or other chunks divide the picture. Viewers show only a part of
            such a picture, or nothing.
        TruncatedImageError: it ends before its picture does.
    """
    position, picture, previous = len(START), False, b""
    for _ in range(MAX_PARTS):
        kind = data[position + 4 : position + 8]
        length = int.from_bytes(data[position : position + 4], "big")
        chunk = Chunk(position, kind, length)
        if chunk.end > len(data):
            if not picture or kind == b"IDAT":
                raise TruncatedImageError("a PNG that ends within a chunk")
            return
        if not previous and kind != b"IHDR":
            raise DamagedImageError("a PNG that does not begin with its header")
        if not picture and kind[:1].isupper() and kind not in CRITICAL:
            raise UnsupportedImageError("a PNG with an unknown critical chunk")
        if picture and kind == b"IDAT" and previous != kind:
            raise DamagedImageError("a PNG whose picture is divided by other chunks")
        yield chunk
        if kind == b"IEND":
            return
        picture = picture or kind == b"IDAT"
        position, previous = chunk.end, kind
    raise UnsupportedImageError("a PNG of too many chunks")


def is_sound(data: bytes, chunk: Chunk) -> bool:
    """Whether the chunk's CRC is right."""
    return zlib.crc32(data[chunk.start + 4 : chunk.crc]) == big(data, chunk.crc, 4)
