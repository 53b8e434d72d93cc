"""PNG and WebP files made from chunks that a test chooses."""

import struct
import zlib
from collections.abc import Iterator

PNG_START = b"\x89PNG\r\n\x1a\n"


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Returns one chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields type and content of each chunk of a PNG."""
    position = len(PNG_START)
    while position < len(file):
        (length,) = struct.unpack_from(">I", file, position)
        yield file[position + 4 : position + 8], file[position + 8 : position + 8 + length]
        position += 12 + length


def with_png_chunks(file: bytes, *added: tuple[bytes, bytes], before: bytes) -> bytes:
    """Inserts chunks in a PNG before the first chunk of a type."""
    made = PNG_START
    for kind, content in png_chunks(file):
        if kind == before:
            made, added = made + b"".join(png_chunk(*one) for one in added), ()
        made += png_chunk(kind, content)
    return made


def webp_chunk(kind: bytes, content: bytes) -> bytes:
    """Returns one chunk of a WebP."""
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    """Returns a WebP with these chunks."""
    body = b"WEBP" + b"".join(webp_chunk(*one) for one in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def with_webp_chunk(file: bytes, kind: bytes, content: bytes) -> bytes:
    """Appends a chunk to a WebP."""
    body = file[8:] + webp_chunk(kind, content)
    return b"RIFF" + struct.pack("<I", len(body)) + body
