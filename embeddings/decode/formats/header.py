"""What an image's bytes state before anything is decoded."""

from dataclasses import dataclass

from embeddings.core.errors import TruncatedImageError, UnsupportedImageError

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"

MAX_PARTS = 20_000
"""The maximal number of segments or chunks. Cameras write tens, PNG encoders some thousands; more only costs time."""


@dataclass(frozen=True)
class Header:
    """The properties that a file states.

    Attributes:
        media_type: of the file.
        width: in pixels as stored, before EXIF orientation.
        height: in pixels as stored.
        orientation: EXIF's orientation, 1 to 8; 1 is upright.
        translucent: whether pixels may be transparent.
        ends: whether the end marker of the file exists.
        pixel_bytes: bytes of a decoded pixel.
        kept_bytes: bytes that the decoder keeps in addition to the pixels, whatever size it decodes to.
    """

    media_type: str
    width: int
    height: int
    orientation: int = 1
    translucent: bool = False
    ends: bool = True
    pixel_bytes: int = 3
    kept_bytes: int = 0


def largest(sizes: list[tuple[int, int]]) -> tuple[int, int]:
    """Returns the size (width, height) with the most pixels, for which the decoder would allocate memory.

    Raises:
        UnsupportedImageError: there is no size, or it has no pixels.
    """
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if width <= 0 or height <= 0:
        raise UnsupportedImageError("an image without a size")
    return width, height


def big(data: bytes, start: int, length: int) -> int:
    """Reads an unsigned big-endian number; raises TruncatedImageError if the data ends before it does."""
    return int.from_bytes(_field(data, start, length), "big")


def little(data: bytes, start: int, length: int) -> int:
    """Reads an unsigned little-endian number; raises TruncatedImageError if the data ends before it does."""
    return int.from_bytes(_field(data, start, length), "little")


def _field(data: bytes, start: int, length: int) -> bytes:
    field = data[start : start + length]
    if len(field) < length:
        raise TruncatedImageError("an image that ends within a header")
    return field
