"""From what a browser sends to pixels: base64, type, size check, decoding."""

from embeddings.core.errors import DamagedImageError, EmptyImageError, TruncatedImageError
from embeddings.core.types import DecodedImage, RGBImage
from embeddings.decode import base64_text
from embeddings.decode.decoding_plan import plan
from embeddings.decode.formats import opencv, png, transparency, unended_jpeg
from embeddings.decode.formats.exif import upright
from embeddings.decode.formats.header import Header
from embeddings.decode.formats.jpeg import JPEGHeader
from embeddings.decode.formats.png import PNGHeader
from embeddings.decode.image_header import read_header


def decode_base64(text: str, max_pixels: int) -> DecodedImage:
    """Decodes an image sent as base64 text or as a data URL, as ``base64_text.read`` and ``decode_image`` do.

    Raises:
        NotBase64Error: the text is something else.
        ImageError: as ``decode_image``.
    """
    return decode_image(base64_text.read(text), max_pixels)


def decode_image(data: bytes, max_pixels: int) -> DecodedImage:
    """Decodes a JPEG, PNG or WebP file to upright 8-bit RGB, whatever its own colours are.

    EXIF orientation is applied in all three formats; grey becomes three equal channels, what is transparent is seen on
    white, 16 bits become 8, CMYK becomes RGB; of an animation the first picture counts. A large JPEG is decoded smaller
    (``decoding_plan``).

    Args:
        data: the file.
        max_pixels: how many pixels (width times height) the file may have; larger images are refused from their header.

    Raises:
        EmptyImageError: no bytes.
        UnsupportedImageError: no JPEG, PNG or WebP, or one of a kind that is not decoded.
        DamagedImageError: it cannot be decoded.
        TruncatedImageError: it ends too early.
        ImageTooLargeError: too many pixels, or more than can be decoded in bounded memory; nothing was decoded.
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
    """The picture as stored, perhaps reduced, (h, w, 3) uint8 RGB; None where it cannot be decoded."""
    if isinstance(header, JPEGHeader) and not header.ends:
        return unended_jpeg.picture(data, header, reduction)
    clear_grey = None
    if isinstance(header, PNGHeader):
        data, clear_grey = png.still_picture(data), header.clear_grey
    if not header.translucent:
        return opencv.colours(data, reduction)
    channels = opencv.channels(data)
    return None if channels is None else transparency.seen(channels, clear_grey)
