"""Reads WebP chunks (RFC 9649)."""

from embeddings.core.errors import TruncatedImageError, UnsupportedImageError
from embeddings.decode.formats.exif import UPRIGHT, orientation
from embeddings.decode.formats.header import MAX_PARTS, WEBP, Header, largest, little

ALPHA, ANIMATION = 0x10, 0x02
"""Flags of the VP8X chunk. A frame of an animation need not cover the canvas."""

LOSSLESS, CANVASES = 4, 8
"""Bytes a pixel that libwebp keeps in addition to the picture: for lossless files, and for animations."""

LOSSLESS_ALPHA = 1 << 28
"""The bit of the VP8L chunk that says whether the pixels have alpha."""


def matches(data: bytes) -> bool:
    """Whether the file begins like a WebP."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read(data: bytes) -> Header:
    """Reads a WebP's header: the canvas (VP8X), and the picture itself (VP8 lossy, VP8L lossless).

    Raises:
        UnsupportedImageError: it states no valid size, or has too many chunks.
        TruncatedImageError: it is shorter than it states.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise TruncatedImageError("a WebP shorter than it says")
    sizes: list[tuple[int, int]] = []
    turned: int | None = None
    translucent, kept = False, 0
    position = 12
    for _ in range(MAX_PARTS):
        if position + 8 > end:
            width, height = largest(sizes)
            return Header(
                WEBP,
                width,
                height,
                turned or UPRIGHT,
                translucent,
                pixel_bytes=4 if translucent else 3,
                kept_bytes=kept * width * height,
            )
        kind, body = data[position : position + 4], position + 8
        length = little(data, position + 4, 4)
        if kind == b"VP8X":
            sizes.append((little(data, body + 4, 3) + 1, little(data, body + 7, 3) + 1))
            flags = little(data, body, 1)
            translucent = translucent or bool(flags & (ALPHA | ANIMATION))
            kept = max(kept, CANVASES if flags & ANIMATION else 0)
        elif kind == b"VP8 ":
            sizes.append((little(data, body + 6, 2) & 0x3FFF, little(data, body + 8, 2) & 0x3FFF))
        elif kind == b"VP8L":
            packed = little(data, body + 1, 4)
            sizes.append(((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1))
            translucent = translucent or bool(packed & LOSSLESS_ALPHA)
            kept = max(kept, LOSSLESS)
        elif kind == b"ALPH":
            translucent = True
        elif kind == b"EXIF" and turned is None:
            turned = orientation(data[body : body + length])
        position = body + length + length % 2
    raise UnsupportedImageError("a WebP of too many chunks")
