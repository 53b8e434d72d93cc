"""Of a PNG, the still picture is read, whatever else the file contains; damaged files get their own error."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from embeddings.core.errors import DamagedImageError, TruncatedImageError
from embeddings.decode.decode import decode_image
from tests.embeddings.formats.chunks import PNG_START, png_chunk, png_chunks, with_png_chunks
from tests.embeddings.pictures import encoded, quarters

PLENTY = 1_000_000
PNG = encoded(quarters(), "PNG")


def animation(frames: int) -> tuple[bytes, bytes]:
    return b"acTL", struct.pack(">II", frames, 0)


def frame(number: int, width: int, height: int) -> tuple[bytes, bytes]:
    return b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, 0, 0, 1, 10, 0, 0)


@pytest.mark.parametrize(
    "added",
    [
        [animation(1000)],
        [animation(0)],
        [animation(2)],
        [animation(2**32 - 1), frame(0, 80, 40)],
        [animation(2), frame(0, 8, 4)],
        [animation(1), frame(0, 0, 0)],
        [animation(1), frame(5, 2**31, 2**31)],
        [(b"acTL", b"")],
        [frame(0, 80, 40)],
        [animation(1), animation(3)],
    ],
    ids=[
        "no-frames",
        "none-promised",
        "two-promised",
        "four-thousand-million",
        "a-smaller-frame",
        "an-empty-frame",
        "a-huge-frame",
        "an-empty-chunk",
        "a-frame-of-nothing",
        "two-animations",
    ],
)
def test_what_lies_about_an_animation_is_read_as_the_still_picture(added: list[tuple[bytes, bytes]]) -> None:
    assert np.array_equal(decode_image(with_png_chunks(PNG, *added, before=b"IDAT"), PLENTY).pixels, quarters())


def test_of_a_true_animation_the_first_picture_counts() -> None:
    first, second = Image.fromarray(quarters()), Image.fromarray(quarters()[::-1])
    file = io.BytesIO()
    first.save(file, "PNG", save_all=True, append_images=[second], duration=100)
    assert b"fdAT" in file.getvalue()
    assert np.array_equal(decode_image(file.getvalue(), PLENTY).pixels, quarters())


@pytest.mark.parametrize("kind", [b"IDAT", b"IHDR"])
def test_a_wrong_checksum_of_the_picture_is_damage(kind: bytes) -> None:
    chunk = next(png_chunk(one, content) for one, content in png_chunks(PNG) if one == kind)
    assert chunk in PNG
    with pytest.raises(DamagedImageError):
        decode_image(PNG.replace(chunk, chunk[:-1] + bytes([chunk[-1] ^ 1])), PLENTY)


@pytest.mark.parametrize("kind", [b"tEXt", b"iCCP", b"zTXt", b"gAMA", b"xxXx"])
def test_a_wrong_checksum_of_anything_else_does_no_harm(kind: bytes) -> None:
    chunk = png_chunk(kind, b"whatever")
    data = PNG_START + PNG[8:33] + chunk[:-1] + bytes([chunk[-1] ^ 1]) + PNG[33:]
    assert np.array_equal(decode_image(data, PLENTY).pixels, quarters())


@pytest.mark.parametrize("lost", [1, 4, 5, 11, 12])
def test_the_last_chunk_may_be_missing(lost: int) -> None:
    assert np.array_equal(decode_image(PNG[:-lost], PLENTY).pixels, quarters())


@pytest.mark.parametrize("lost", [13, 20, 60])
def test_a_part_of_the_picture_may_not(lost: int) -> None:
    with pytest.raises(TruncatedImageError):
        decode_image(PNG[:-lost], PLENTY)


def test_a_picture_of_several_chunks_needs_all_of_them() -> None:
    (picture,) = [content for kind, content in png_chunks(PNG) if kind == b"IDAT"]
    half = len(picture) // 2
    begin = PNG_START + PNG[8:33] + png_chunk(b"IDAT", picture[:half])
    assert np.array_equal(decode_image(begin + png_chunk(b"IDAT", picture[half:]), PLENTY).pixels, quarters())
    with pytest.raises(TruncatedImageError):
        decode_image(begin, PLENTY)
    with pytest.raises(DamagedImageError):
        decode_image(begin + PNG[-12:], PLENTY)
