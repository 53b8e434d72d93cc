"""What an image's bytes say of themselves before anything is decoded."""

from dataclasses import dataclass

from embeddings.core.errors import TruncatedImageError, UnsupportedImageError

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"

MAX_PARTS = 20_000
"""Segments or chunks of one file. Cameras write tens, PNG encoders some thousands; more only costs time."""


@dataclass(frozen=True)
class Header:
    """What a file states.

    Attributes:
        media_type: of the file.
        width: in pixels as stored, before EXIF orientation.
        height: likewise.
        orientation: EXIF's number for how the camera was held, 1 to 8; 1 is upright.
        translucent: whether pixels may be transparent.
        ends: whether the mark at the end of the file is there.
        pixel_bytes: what a pixel takes once it is decoded.
        kept_bytes: what the decoder keeps beside the pixels, whatever size they are decoded to.
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
    """The size (width, height) with the most pixels: what the decoder would allocate for where a file states several.

    Raises:
        UnsupportedImageError: there is none, or it has no pixels.
    """
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if width <= 0 or height <= 0:
        raise UnsupportedImageError("an image without a size")
    return width, height


def big(data: bytes, start: int, length: int) -> int:
    """An unsigned big-endian number, or TruncatedImageError when it isn't all there."""
    return int.from_bytes(_field(data, start, length), "big")


def little(data: bytes, start: int, length: int) -> int:
    """The same of a little-endian one."""
    return int.from_bytes(_field(data, start, length), "little")


def _field(data: bytes, start: int, length: int) -> bytes:
    field = data[start : start + length]
    if len(field) < length:
        raise TruncatedImageError("an image that ends within a header")
    return field
