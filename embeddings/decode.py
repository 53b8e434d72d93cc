"""From what a browser sends to pixels: base64, type, size check, decoding."""

import binascii
import re

import cv2
import numpy as np

from embeddings.errors import EmptyImageError, ImageTooLargeError, NotBase64Error, UnsupportedImageError
from embeddings.headers import read_header
from embeddings.types import DecodedImage

DATA_PREFIX = re.compile(r"\s*data:[^,]{0,200};base64,", re.IGNORECASE)
"""The head of a data URL (RFC 2397) with base64 content; what type it claims is not believed."""

WHITE_SPACE = " \t\r\n\f\v"


def decode_base64(text: str, max_pixels: int) -> DecodedImage:
    """Decodes an image sent as base64 text.

    Args:
        text: base64 (standard alphabet, padded), with or without a ``data:...;base64,`` prefix; white space and line
            breaks are skipped.
        max_pixels: as for ``decode_image``.

    Raises:
        NotBase64Error: the text is something else.
        ImageError: as ``decode_image``.
    """
    if not text.isascii():
        raise NotBase64Error("characters outside ASCII")
    prefix = DATA_PREFIX.match(text)
    if prefix:
        text = text[prefix.end() :]
    content = text.encode("ascii")
    if any(space in text for space in WHITE_SPACE):
        content = content.translate(None, WHITE_SPACE.encode("ascii"))
    try:
        data = binascii.a2b_base64(content, strict_mode=True)
    except binascii.Error as error:
        raise NotBase64Error(str(error)) from error
    return decode_image(data, max_pixels)


def decode_image(data: bytes, max_pixels: int) -> DecodedImage:
    """Decodes a JPEG, PNG or WebP file to upright 8-bit RGB, whatever its own colours are.

    EXIF orientation is applied (by OpenCV, in all three formats); grey becomes three equal channels, alpha is dropped,
    16 bits become 8, CMYK becomes RGB; of an animation the first picture counts.

    Args:
        data: the file.
        max_pixels: how many pixels (width times height) are decoded; larger images are refused from their header.

    Raises:
        EmptyImageError: no bytes.
        UnsupportedImageError: no JPEG, PNG or WebP, or one that is damaged.
        TruncatedImageError: it ends too early.
        ImageTooLargeError: too many pixels; nothing was decoded.
    """
    if not data:
        raise EmptyImageError("no bytes")
    header = read_header(data)
    size = header.width * header.height
    if size > max_pixels:
        raise ImageTooLargeError(size, max_pixels)
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise UnsupportedImageError(f"a damaged {header.media_type}", decoded=size) from error
    if pixels is None:
        raise UnsupportedImageError(f"a damaged {header.media_type}", decoded=size)
    return DecodedImage(data, header.media_type, np.asarray(pixels, np.uint8))
