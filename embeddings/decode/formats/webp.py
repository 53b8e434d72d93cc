"""Reads WebP chunks (RFC 9649)."""

from embeddings.core.errors import DamagedImageError, TruncatedImageError, UnsupportedImageError
from embeddings.decode.formats.exif import UPRIGHT, orientation
from embeddings.decode.formats.header import MAX_PARTS, WEBP, Header, largest, little

ALPHA, ANIMATION = 0x10, 0x02
"""Flags of the VP8X chunk. A frame of an animation need not cover the canvas."""

LOSSLESS, CANVASES = 4, 8
"""Bytes a pixel that libwebp keeps in addition to the picture: for lossless files, and for animations."""

LOSSLESS_ALPHA = 0x10
"""The bit of the VP8L chunk that says whether the pixels have alpha."""

PICTURES = frozenset({b"VP8 ", b"VP8L"})

FIRST, FLAGS, LOSSLESS_FLAGS = 12, 8, 12
"""Where the first chunk begins; and, from the start of their chunk, the flags of VP8X and the byte of VP8L with
``LOSSLESS_ALPHA``."""


def matches(data: bytes) -> bool:
    """Whether the file begins like a WebP."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read(data: bytes) -> Header:
    """Reads a WebP's header: the canvas (VP8X), and the picture itself (VP8 lossy, VP8L lossless).

    Raises:
        UnsupportedImageError: it states no valid size, or has too many chunks.
        DamagedImageError: after its picture, it has another one or transparency. Browsers do not show such a file.
        TruncatedImageError: it is shorter than it states.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise TruncatedImageError("a WebP shorter than it says")
    sizes: list[tuple[int, int]] = []
    turned: int | None = None
    translucent, kept = False, 0
    extended, pictures = False, 0
    position = FIRST
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
            extended = True
            sizes.append((little(data, body + 4, 3) + 1, little(data, body + 7, 3) + 1))
            flags = little(data, body, 1)
            translucent = translucent or bool(flags & (ALPHA | ANIMATION))
            kept = max(kept, CANVASES if flags & ANIMATION else 0)
        elif kind == b"VP8 ":
            sizes.append((little(data, body + 6, 2) & 0x3FFF, little(data, body + 8, 2) & 0x3FFF))
        elif kind == b"VP8L":
            packed = little(data, body + 1, 4)
            sizes.append(((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1))
            translucent = True
            kept = max(kept, LOSSLESS)
        elif kind == b"ALPH":
            translucent = True
        elif kind == b"EXIF" and turned is None:
            turned = orientation(data[body : body + length])
        if kind == b"ANMF" and not kept:
            raise DamagedImageError("a WebP with frames that is not animated")
        if extended and pictures and kind in {*PICTURES, b"ALPH"}:
            raise DamagedImageError("a WebP of two pictures")
        pictures += kind in PICTURES
        position = body + length + length % 2
    raise UnsupportedImageError("a WebP of too many chunks")


def with_alpha(data: bytes) -> bytes:
    """Returns a file whose flags say that it is transparent, so that the decoder does not ignore alpha.

    Animations without the flag would show black beside their frames. In a lossless picture, the flag "is a hint only"
    (RFC 9649, 3.4), and Chromium does not show the colours under alpha without it either.
    """
    extended = data[FIRST : FIRST + 4] == b"VP8X"
    if extended and little(data, FIRST + FLAGS, 1) & ANIMATION:
        return _with_bits(data, FIRST + FLAGS, ALPHA)
    position = FIRST
    while (kind := data[position : position + 4]) not in PICTURES and kind:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        position += 8 + length + length % 2
    if kind != b"VP8L":
        return data
    data = _with_bits(data, position + LOSSLESS_FLAGS, LOSSLESS_ALPHA)
    return _with_bits(data, FIRST + FLAGS, ALPHA) if extended else data


def _with_bits(data: bytes, place: int, bits: int) -> bytes:
    return data[:place] + bytes([little(data, place, 1) | bits]) + data[place + 1 :]
