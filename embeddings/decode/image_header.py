"""Which format a file has, and what it says of itself: type, size, and whether all of it is there.

The size is what the decoder would allocate for: where a file states several, the largest counts.
"""

from embeddings.core.errors import UnsupportedImageError
from embeddings.decode.formats import jpeg, png, webp
from embeddings.decode.formats.header import Header


def read_header(data: bytes) -> Header:
    """Reads type and size of a JPEG, PNG or WebP file and follows its parts to the end.

    Raises:
        UnsupportedImageError: it is none of these, or states no sensible size.
        TruncatedImageError: it ends before its format says it should, as far as that can be told without decoding.
    """
    if data.startswith(jpeg.START):
        return jpeg.read(data)
    if data.startswith(png.START):
        return png.read(data)
    if webp.matches(data):
        return webp.read(data)
    raise UnsupportedImageError("neither JPEG, PNG nor WebP")
