"""A picture with transparent areas is read as a browser's page would show it."""

import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from embeddings.core.errors import DamagedImageError
from embeddings.core.types import RGBImage
from embeddings.decode.decode import decode_image
from embeddings.detect.finder import FaceFinder
from tests.embeddings.formats.chunks import PNG_START, png_chunk
from tests.embeddings.pictures import quarters
from tests.photographs import president

PLENTY = 1_000_000


def with_alpha(alpha: int) -> np.ndarray:
    """Returns the quarters; the upper left one has this alpha."""
    pixels = np.dstack([quarters(), np.full((40, 80), 255, np.uint8)])
    pixels[:20, :40, 3] = alpha
    return pixels


def expected(alpha: int) -> RGBImage:
    pixels = quarters()
    pixels[:20, :40] = np.round((pixels[:20, :40] * float(alpha) + 255.0 * (255 - alpha)) / 255)
    return pixels


def saved(image: Image.Image, file_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def sixteen_bits(pixels: np.ndarray) -> bytes:
    done, file = cv2.imencode(".png", pixels[..., [2, 1, 0, 3]].astype(np.uint16) * 257)
    assert done
    return file.tobytes()


def grey_png(header: bytes, rows: bytes, clear: int | None = None) -> bytes:
    """Returns a PNG with these rows, each after its filter number; ``clear`` is the transparent level."""
    transparent = b"" if clear is None else png_chunk(b"tRNS", struct.pack(">H", clear))
    picture = png_chunk(b"IDAT", zlib.compress(rows))
    return PNG_START + png_chunk(b"IHDR", header) + transparent + picture + png_chunk(b"IEND", b"")


@pytest.mark.parametrize("alpha", [0, 1, 100, 254, 255])
@pytest.mark.parametrize("kind", ["png", "webp", "16-bit-png"])
def test_colours_are_seen_on_white_as_far_as_they_are_transparent(kind: str, alpha: int) -> None:
    image = Image.fromarray(with_alpha(alpha))
    data = {
        "png": lambda: saved(image, "PNG"),
        "webp": lambda: saved(image, "WEBP", lossless=True, exact=True),
        "16-bit-png": lambda: sixteen_bits(with_alpha(alpha)),
    }[kind]()
    assert np.abs(decode_image(data, PLENTY).pixels.astype(int) - expected(alpha)).max() <= 1


def test_a_lossy_webp_has_alpha_too() -> None:
    data = saved(Image.fromarray(with_alpha(0)), "WEBP", quality=90, exact=True)
    pixels = decode_image(data, PLENTY).pixels
    assert pixels[:20, :40].min() == 255
    assert np.abs(pixels[4:16, 60].astype(int) - (0, 255, 0)).max() < 30


def test_a_palette_has_alpha_too() -> None:
    data = saved(Image.fromarray(with_alpha(0)).quantize(8), "PNG")
    assert b"PLTE" in data
    assert np.array_equal(decode_image(data, PLENTY).pixels, expected(0))


def test_one_colour_may_be_the_transparent_one() -> None:
    data = saved(Image.fromarray(quarters()), "PNG", transparency=(255, 0, 0))
    assert np.array_equal(decode_image(data, PLENTY).pixels, expected(0))


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_black_may_be_the_transparent_level(bits: int) -> None:
    black = struct.pack(">IIBBBBB", 80, 40, bits, 0, 0, 0, 0), (b"\0" + bytes(80 * bits // 8)) * 40
    assert decode_image(grey_png(*black), PLENTY).pixels.max() == 0
    assert decode_image(grey_png(*black, clear=0), PLENTY).pixels.min() == 255
    assert decode_image(grey_png(*black, clear=1), PLENTY).pixels.max() == 0


@pytest.mark.parametrize(("bits", "level"), [(1, 1), (2, 2), (4, 9), (8, 200), (16, 40_000)])
def test_any_level_of_grey_may_be_the_transparent_one(bits: int, level: int) -> None:
    samples = np.full(80, level)
    row = np.unpackbits(samples.astype(">u2").view(np.uint8)).reshape(80, 16)[:, -bits:]
    header, rows = struct.pack(">IIBBBBB", 80, 40, bits, 0, 0, 0, 0), (b"\0" + np.packbits(row).tobytes()) * 40
    assert decode_image(grey_png(header, rows, clear=level), PLENTY).pixels.min() == 255
    assert decode_image(grey_png(header, rows, clear=0), PLENTY).pixels.max() < 255 or bits == 1


def test_grey_with_alpha_is_seen_on_white_too() -> None:
    data = saved(Image.fromarray(with_alpha(0)).convert("LA"), "PNG")
    pixels = decode_image(data, PLENTY).pixels
    assert pixels[:20, :40].min() == 255
    assert np.ptp(pixels, axis=2).max() == 0


def test_a_transparent_level_with_a_wrong_checksum_is_ignored() -> None:
    header, rows = struct.pack(">IIBBBBB", 80, 40, 8, 0, 0, 0, 0), (b"\0" + bytes(80)) * 40
    data, sound = grey_png(header, rows, clear=0), png_chunk(b"tRNS", b"\0\0")
    assert decode_image(data.replace(sound, sound[:-1] + b"?"), PLENTY).pixels.max() == 0


def test_a_transparent_level_after_the_picture_is_ignored() -> None:
    header, rows = struct.pack(">IIBBBBB", 80, 40, 8, 0, 0, 0, 0), (b"\0" + bytes(80)) * 40
    data, end = grey_png(header, rows), png_chunk(b"IEND", b"")
    assert decode_image(data.replace(end, png_chunk(b"tRNS", b"\0\0") + end), PLENTY).pixels.max() == 0


def test_more_transparent_colours_than_colours_are_damage() -> None:
    header = struct.pack(">IIBBBBB", 80, 40, 8, 3, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"PLTE", bytes(6)) + png_chunk(b"tRNS", bytes(3))
    picture = png_chunk(b"IDAT", zlib.compress((b"\0" + bytes(80)) * 40))
    with pytest.raises(DamagedImageError):
        decode_image(PNG_START + chunks + picture + png_chunk(b"IEND", b""), PLENTY)


def test_a_person_who_is_hidden_by_alpha_is_not_found(finder: FaceFinder) -> None:
    face = np.asarray(Image.fromarray(president("obama.jpg")).resize((300, 375)))
    alpha = np.full((375, 600), 255, np.uint8)
    alpha[:, 300:] = 0
    data = saved(Image.fromarray(np.dstack([np.hstack([face, face]), alpha])), "PNG")
    assert len(finder.find(np.hstack([face, face]))) == 2
    assert len(finder.find(decode_image(data, PLENTY).pixels)) == 1


def test_a_frame_that_does_not_fill_its_canvas_is_seen_on_white() -> None:
    file = io.BytesIO()
    frames = [Image.fromarray(with_alpha(0)), Image.fromarray(with_alpha(255))]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    assert b"ANMF" in file.getvalue()
    assert np.array_equal(decode_image(file.getvalue(), PLENTY).pixels, expected(0))
