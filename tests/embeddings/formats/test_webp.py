"""Flags of a WebP that are not true neither hide a picture nor show a hidden one."""

import io

import numpy as np
import pytest
from PIL import Image

from embeddings.core.errors import DamagedImageError
from embeddings.decode.decode import decode_image
from tests.embeddings.formats.chunks import webp, webp_chunk
from tests.embeddings.pictures import quarters

PLENTY = 1_000_000
ALPHA, ANIMATION = 0x10, 0x02


def saved(alpha: int, **options: object) -> bytes:
    pixels = np.dstack([quarters(), np.full((40, 80), 255, np.uint8)])
    pixels[:, 40:, 3] = alpha
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", exact=True, **options)
    return file.getvalue()


def chunk(data: bytes, kind: bytes) -> tuple[bytes, bytes]:
    start = data.index(kind)
    return kind, data[start + 8 : start + 8 + int.from_bytes(data[start + 4 : start + 8], "little")]


def canvas(flags: int, width: int = 80, height: int = 40) -> tuple[bytes, bytes]:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X", bytes([flags, 0, 0, 0]) + size


def frame(left: int, content: bytes) -> tuple[bytes, bytes]:
    place = (left // 2).to_bytes(3, "little") + bytes(3)
    return b"ANMF", place + canvas(0)[1][4:] + bytes([100, 0, 0, 0]) + content


COLOURS = (b"ANIM", b"\0\0\xff\xff\0\0")
LOSSY = chunk(saved(255, quality=90), b"VP8 ")
LOSSLESS = chunk(saved(255, lossless=True), b"VP8L")
HIDING = chunk(saved(0, lossless=True), b"VP8L")
WITHOUT_FLAG = b"VP8L", HIDING[1][:4] + bytes([HIDING[1][4] & ~0x10]) + HIDING[1][5:]


@pytest.mark.parametrize("before", [[], [canvas(0)], [canvas(ALPHA)]], ids=["simple", "opaque", "transparent"])
def test_what_alpha_hides_is_hidden_without_the_flag(before: list[tuple[bytes, bytes]]) -> None:
    pixels = decode_image(webp(*before, WITHOUT_FLAG), PLENTY).pixels
    assert np.array_equal(pixels[:, :40], quarters()[:, :40])
    assert pixels[:, 40:].min() == 255


@pytest.mark.parametrize("flags", [0, ALPHA])
def test_an_opaque_picture_is_opaque_with_the_flag(flags: int) -> None:
    assert np.array_equal(decode_image(webp(canvas(flags), LOSSLESS), PLENTY).pixels, quarters())


@pytest.mark.parametrize("flags", [ANIMATION, ANIMATION | ALPHA])
def test_the_canvas_beside_the_first_frame_of_an_animation_is_white(flags: int) -> None:
    data = webp(canvas(flags, width=120), COLOURS, frame(40, webp_chunk(*LOSSY)), frame(0, webp_chunk(*LOSSY)))
    assert decode_image(data, PLENTY).pixels[:, :40].min() == 255


@pytest.mark.parametrize("flags", [ANIMATION, ANIMATION | ALPHA])
def test_a_transparent_frame_shows_white(flags: int) -> None:
    pixels = decode_image(webp(canvas(flags), COLOURS, frame(0, webp_chunk(*HIDING))), PLENTY).pixels
    assert pixels[:, 40:].min() == 255


@pytest.mark.parametrize(
    "chunks",
    [
        [canvas(0), LOSSY, LOSSLESS],
        [canvas(ALPHA), LOSSY, (b"ALPH", bytes(10))],
        [canvas(0), COLOURS, frame(0, webp_chunk(*LOSSLESS)), LOSSY],
    ],
    ids=["two-pictures", "late-alpha", "frames-without-the-flag"],
)
def test_a_file_that_no_browser_shows_is_damage(chunks: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(DamagedImageError):
        decode_image(webp(*chunks), PLENTY)
