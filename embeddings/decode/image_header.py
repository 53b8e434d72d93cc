"""Detects a file's format, and reads its type, its size and whether it is complete.

If a file states several sizes, the largest counts, because the decoder would allocate memory for it.
"""

from embeddings.core.errors import UnsupportedImageError
from embeddings.decode.formats import jpeg, png, png_chunks, webp
from embeddings.decode.formats.header import Header


def read_header(data: bytes) -> Header:
    """Reads type and size of a JPEG, PNG or WebP file and follows its parts to the end.

    Raises:
        UnsupportedImageError: it is none of these, or states no valid size.
        TruncatedImageError: it ends before its format says it should, as far as this is visible without decoding.
    """
    if data.startswith(jpeg.START):
        return jpeg.read(data)
    if data.startswith(png_chunks.START):
        return png.read(data)
    if webp.matches(data):
        return webp.read(data)
    raise UnsupportedImageError("neither JPEG, PNG nor WebP")
