"""A picture is turned upright by the orientation in its file, wherever and however the file stores it."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from embeddings.core.types import RGBImage
from embeddings.decode.decode import decode_image
from embeddings.decode.formats.exif import orientation
from tests.embeddings.formats.chunks import PNG_START, png_chunk, with_png_chunks, with_webp_chunk
from tests.embeddings.pictures import quarters

PLENTY = 1_000_000
ORIENTATION, SHORT, LONG = 0x0112, 3, 4
MAKE = 0x010F
PREFIX = b"Exif\0\0"


def without_exif(file_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(quarters()).save(file, file_format, **options)
    return file.getvalue()


JPEG, PNG, WEBP = (without_exif(file_format) for file_format in ("JPEG", "PNG", "WEBP"))
LOSSLESS = without_exif("WEBP", lossless=True)


def block(value: int, order: str = "<", kind: int = SHORT, count: int = 1, before: int = 0) -> bytes:
    """Returns an EXIF block with an orientation, after some entries of the camera's maker."""
    entries = [struct.pack(f"{order}HHII", MAKE, 2, 4, 0x41414141)] * before
    entries.append(struct.pack(f"{order}HHIHH", ORIENTATION, kind, count, value, 0))
    start = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return start + struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)


def jpeg_with(exif: bytes) -> bytes:
    return JPEG[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(exif) + 2) + exif + JPEG[2:]


def files_with(exif: bytes) -> dict[str, bytes]:
    """Returns the picture in all formats with this EXIF block; a JPEG's block always has its prefix."""
    return {
        "jpeg": jpeg_with(PREFIX + exif.removeprefix(PREFIX)),
        "png": with_png_chunks(PNG, (b"eXIf", exif), before=b"IDAT"),
        "png-at-the-end": with_png_chunks(PNG, (b"eXIf", exif), before=b"IEND"),
        "webp": with_webp_chunk(WEBP, b"EXIF", exif),
        "lossless-webp": with_webp_chunk(LOSSLESS, b"EXIF", exif),
    }


def looks_like(pixels: RGBImage, expected: RGBImage) -> bool:
    return pixels.shape == expected.shape and float(np.abs(pixels.astype(int) - expected).mean()) < 8.0


@pytest.mark.parametrize("place", files_with(b""))
@pytest.mark.parametrize("prefix", [b"", PREFIX], ids=["bare", "prefixed"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
def test_a_block_turns_the_picture_in_every_place(place: str, prefix: bytes, order: str) -> None:
    data = files_with(prefix + block(6, order, before=3))[place]
    assert looks_like(decode_image(data, PLENTY).pixels, np.rot90(quarters(), -1))


@pytest.mark.parametrize("place", files_with(b""))
@pytest.mark.parametrize("value", [0, 9, 255, 256, 65535])
def test_an_invalid_orientation_is_ignored(place: str, value: int) -> None:
    assert looks_like(decode_image(files_with(block(value))[place], PLENTY).pixels, quarters())


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        PREFIX,
        b"II*\0",
        block(6)[:-8],
        block(6)[:-6],
        block(6)[:13],
        b"XX" + block(6)[2:],
        block(6, kind=LONG),
        block(6, count=2),
        block(6)[:4] + b"\xff\xff\xff\xff" + block(6)[8:],
        block(6)[:8] + b"\xff\xff" + bytes(40),
    ],
    ids=[
        "nothing",
        "prefix-alone",
        "no-directory",
        "cut-in-the-entry",
        "cut-in-its-last-bytes",
        "cut-before-it",
        "no-byte-order",
        "of-another-type",
        "of-two-values",
        "directory-far-away",
        "more-entries-than-there-are",
    ],
)
@pytest.mark.parametrize("place", files_with(b""))
def test_a_malformed_block_is_ignored(place: str, exif: bytes) -> None:
    assert looks_like(decode_image(files_with(exif)[place], PLENTY).pixels, quarters())


def test_the_first_of_two_blocks_counts() -> None:
    twice = JPEG[:2] + jpeg_with(PREFIX + block(6))[2:-2].removesuffix(JPEG[2:-2]) + jpeg_with(PREFIX + block(3))[2:]
    assert looks_like(decode_image(twice, PLENTY).pixels, np.rot90(quarters(), -1))


def test_a_block_after_the_picture_of_a_jpeg_is_ignored() -> None:
    data = JPEG[:-2] + jpeg_with(PREFIX + block(6))[2:].removesuffix(JPEG[2:]) + JPEG[-2:]
    assert looks_like(decode_image(data, PLENTY).pixels, quarters())


def test_a_segment_without_the_prefix_of_exif_is_ignored() -> None:
    xmp = jpeg_with(b"http://ns.adobe.com/xap/1.0/\0" + block(6))
    assert looks_like(decode_image(xmp, PLENTY).pixels, quarters())


def test_a_block_of_a_png_with_a_wrong_checksum_is_ignored() -> None:
    sound = png_chunk(b"eXIf", block(6))
    damaged = sound[:-1] + bytes([sound[-1] ^ 1])
    data = PNG_START + PNG[8:33] + damaged + PNG[33:]
    assert looks_like(decode_image(data, PLENTY).pixels, quarters())


def test_a_block_of_65535_empty_entries_is_upright() -> None:
    assert orientation(block(6)[:8] + b"\xff\xff" + bytes(12 * 65535)) == 1
