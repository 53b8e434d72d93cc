"""A PNG's gamma changes its colours as in a browser."""

import struct

import numpy as np
import pytest

from embeddings.decode.decode import decode_image
from tests.embeddings.formats.chunks import with_png_chunks
from tests.embeddings.pictures import encoded

PLENTY = 1_000_000
GREY = np.full((8, 8, 3), 128, np.uint8)


def stated(gamma: int) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", gamma)


@pytest.mark.parametrize(
    ("gamma", "shown"), [(0, 128), (45_455, 128), (47_000, 128), (22_727, 61), (100_000, 188), (1_000, 0)]
)
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA"])
def test_colours_are_those_that_chromium_shows(gamma: int, shown: int, mode: str) -> None:
    data = with_png_chunks(encoded(GREY, "PNG", mode=mode), stated(gamma), before=b"IDAT")
    assert np.abs(decode_image(data, PLENTY).pixels.astype(int) - shown).max() <= 2


@pytest.mark.parametrize("alpha", [0, 128, 255])
def test_alpha_is_not_changed(alpha: int) -> None:
    pixels = np.dstack([GREY, np.full((8, 8), alpha, np.uint8)])
    data = with_png_chunks(encoded(pixels, "PNG", mode="RGBA"), stated(1_000), before=b"IDAT")
    assert np.abs(decode_image(data, PLENTY).pixels.astype(int) - (255 - alpha)).max() <= 1


@pytest.mark.parametrize(
    "added",
    [[stated(1_000), (b"sRGB", b"\0")], [stated(45_455), stated(1_000)], [(b"gAMA", b"\0")]],
    ids=["a-stronger-chunk", "the-second", "too-short"],
)
def test_a_gamma_that_browsers_ignore_is_ignored(added: list[tuple[bytes, bytes]]) -> None:
    data = with_png_chunks(encoded(GREY, "PNG"), *added, before=b"IDAT")
    assert np.array_equal(decode_image(data, PLENTY).pixels, GREY)


def test_a_gamma_after_the_picture_is_ignored() -> None:
    data = with_png_chunks(encoded(GREY, "PNG"), stated(1_000), before=b"IEND")
    assert np.array_equal(decode_image(data, PLENTY).pixels, GREY)
