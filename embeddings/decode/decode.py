"""Decodes a browser's upload to pixels: base64, type, size check, decoding."""

from embeddings.core.errors import DamagedImageError, EmptyImageError, TruncatedImageError
from embeddings.core.types import DecodedImage, RGBImage
from embeddings.decode import base64_text
from embeddings.decode.decoding_plan import plan
from embeddings.decode.formats import gamma, opencv, png, transparency, unended_jpeg, webp
from embeddings.decode.formats.exif import upright
from embeddings.decode.formats.header import WEBP, Header
from embeddings.decode.formats.jpeg import JPEGHeader
from embeddings.decode.formats.png import PNGHeader
from embeddings.decode.image_header import read_header


def decode_base64(text: str, max_pixels: int) -> DecodedImage:
    """Decodes an image sent as base64 text or as a data URL, with ``base64_text.read`` and ``decode_image``.

    Raises:
        NotBase64Error: the text is not base64.
        ImageError: as ``decode_image``.
    """
    return decode_image(base64_text.read(text), max_pixels)


def decode_image(data: bytes, max_pixels: int) -> DecodedImage:
    """Decodes a JPEG, PNG or WebP file to upright 8-bit RGB.

    EXIF orientation is applied in all three formats. Grey becomes three equal channels, transparent parts show white,
    16 bits become 8, and CMYK becomes RGB. Of an animation, the first picture is used. A large JPEG is decoded smaller
    (``decoding_plan``).

    Args:
        data: the file.
        max_pixels: the allowed number of pixels (width times height); the header of a larger image is enough to
            refuse it.

    Raises:
        EmptyImageError: there are no bytes.
        UnsupportedImageError: the file is not a JPEG, PNG or WebP, or is of a variant that is not decoded.
        DamagedImageError: it cannot be decoded.
        TruncatedImageError: it ends too early.
        ImageTooLargeError: it has too many pixels, or more than can be decoded in bounded memory; nothing was decoded.
    """
    if not data:
        raise EmptyImageError("no bytes")
    header = read_header(data)
    pixels = _pixels(data, header, plan(header, max_pixels).reduction)
    if pixels is None:
        failure = DamagedImageError if header.ends else TruncatedImageError
        raise failure(f"a {header.media_type} that cannot be decoded", decoded=header.width * header.height)
    return DecodedImage(data, header.media_type, upright(pixels, header.orientation))


def _pixels(data: bytes, header: Header, reduction: int) -> RGBImage | None:
    """Decodes the picture as stored, perhaps reduced, (h, w, 3) uint8 RGB; None if it cannot be decoded."""
    if isinstance(header, JPEGHeader) and not header.ends:
        return unended_jpeg.picture(data, header, reduction)
    clear_grey, shown = None, None
    if isinstance(header, PNGHeader):
        data, clear_grey, shown = png.still_picture(data, header), header.clear_grey, header.shown
    elif header.media_type == WEBP:
        data = webp.with_alpha(data)
    if not header.translucent:
        pixels = opencv.colours(data, reduction)
        return None if pixels is None else gamma.converted(pixels, shown, into=pixels)
    channels = opencv.channels(data)
    return None if channels is None else transparency.seen(channels, clear_grey, shown)
