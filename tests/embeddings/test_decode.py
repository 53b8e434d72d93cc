"""Base64 and image files become upright RGB pixels, or one of the documented errors."""

import base64
import tracemalloc

import numpy as np
import pytest

from embeddings.decode import decode_base64, decode_image
from embeddings.errors import (
    EmptyImageError,
    ImageTooLargeError,
    NotBase64Error,
    TruncatedImageError,
    UnsupportedImageError,
)
from embeddings.types import RGBImage
from tests.embeddings.pictures import encoded, quarters, sixteen_bit_png

PLENTY = 1_000_000
PNG = encoded(quarters(), "PNG")
TEXT = base64.b64encode(PNG).decode()

FORMATS = [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]


def looks_like(pixels: RGBImage, expected: RGBImage) -> bool:
    """Equal but for what a lossy format does to a picture of four colours."""
    return pixels.shape == expected.shape and float(np.abs(pixels.astype(int) - expected).mean()) < 8.0


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"data:image/png;base64,{TEXT}",
        f"DATA:image/jpeg;name=me;BASE64,{TEXT}",
        f" \n data:;base64,{TEXT}\r\n",
        "\n".join(TEXT[start : start + 76] for start in range(0, len(TEXT), 76)),
        " \t\r\n\f\v".join(TEXT),
    ],
    ids=["bare", "data-url", "data-url-with-parameters", "data-url-among-spaces", "wrapped-lines", "all-white-space"],
)
def test_base64_is_read_with_and_without_a_data_prefix(text: str) -> None:
    decoded = decode_base64(text, PLENTY)
    assert decoded.data == PNG
    assert np.array_equal(decoded.pixels, quarters())


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        TEXT[:-1],
        TEXT + "=",
        TEXT[:8] + "=" + TEXT[8:],
        TEXT.replace("/", "_").replace("+", "-") + "_-_-",
        "ä" + TEXT,
        f"data:image/png,{TEXT}",
        f"http://example.org/{TEXT}",
    ],
    ids=[
        "punctuation",
        "no-padding",
        "too-much-padding",
        "padding-inside",
        "url-alphabet",
        "beyond-ascii",
        "data-url-without-base64",
        "address",
    ],
)
def test_other_text_is_not_base64(text: str) -> None:
    with pytest.raises(NotBase64Error):
        decode_base64(text, PLENTY)


def test_white_space_takes_no_more_memory_than_the_text() -> None:
    text = "aa " * 1_000_000
    tracemalloc.start()
    with pytest.raises(UnsupportedImageError):
        decode_base64(text, PLENTY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(text)  # two copies and the decoded bytes; a list of the words took 20 times the text


@pytest.mark.parametrize("text", ["", " \n", "data:image/png;base64,"])
def test_no_content_is_an_empty_image(text: str) -> None:
    with pytest.raises(EmptyImageError):
        decode_base64(text, PLENTY)


@pytest.mark.parametrize(("file_format", "media_type"), FORMATS)
def test_the_type_is_told_from_the_bytes_whatever_the_prefix_claims(file_format: str, media_type: str) -> None:
    text = "data:image/gif;base64," + base64.b64encode(encoded(quarters(), file_format)).decode()
    assert decode_base64(text, PLENTY).media_type == media_type


@pytest.mark.parametrize(("file_format", "_media_type"), FORMATS)
def test_pixels_come_out_in_the_order_red_green_blue(file_format: str, _media_type: str) -> None:
    assert looks_like(decode_image(encoded(quarters(), file_format), PLENTY).pixels, quarters())


@pytest.mark.parametrize(("file_format", "_media_type"), FORMATS)
@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (2, quarters()[:, ::-1]),
        (3, np.rot90(quarters(), 2)),
        (4, quarters()[::-1]),
        (5, np.rot90(quarters()[:, ::-1])),
        (6, np.rot90(quarters(), -1)),
        (7, np.rot90(quarters()[:, ::-1], -1)),
        (8, np.rot90(quarters())),
    ],
)
def test_exif_orientation_is_applied(file_format: str, _media_type: str, orientation: int, turned: RGBImage) -> None:
    assert looks_like(decode_image(encoded(quarters(), file_format, orientation=orientation), PLENTY).pixels, turned)


@pytest.mark.parametrize(
    "data",
    [
        encoded(quarters(), "PNG", mode="RGBA"),
        encoded(quarters(), "PNG", mode="P"),
        encoded(quarters(), "WEBP", mode="RGBA", lossless=True),
        encoded(quarters(), "JPEG", mode="CMYK"),
        encoded(quarters(), "JPEG", progressive=True),
        sixteen_bit_png(quarters()),
    ],
    ids=["alpha-png", "palette-png", "alpha-webp", "cmyk-jpeg", "progressive-jpeg", "16-bit-png"],
)
def test_every_flavour_becomes_8_bit_rgb(data: bytes) -> None:
    pixels = decode_image(data, PLENTY).pixels
    assert pixels.dtype == np.uint8
    assert looks_like(pixels, quarters())


@pytest.mark.parametrize(("file_format", "mode"), [("JPEG", "L"), ("PNG", "L"), ("PNG", "LA")])
def test_grey_becomes_three_equal_channels(file_format: str, mode: str) -> None:
    pixels = decode_image(encoded(quarters(), file_format, mode=mode), PLENTY).pixels
    assert pixels.shape == (40, 80, 3)
    assert np.ptp(pixels, axis=2).max() == 0


def test_no_bytes_are_an_empty_image() -> None:
    with pytest.raises(EmptyImageError):
        decode_image(b"", PLENTY)


@pytest.mark.parametrize(
    "data",
    [b"hello", b"GIF89a" + bytes(100), b"BM" + bytes(100), b"%PDF-1.7", b"<svg/>", bytes(1000), b"RIFF\x04\0\0\0WAVE"],
)
def test_other_bytes_are_unsupported(data: bytes) -> None:
    with pytest.raises(UnsupportedImageError):
        decode_image(data, PLENTY)


def test_a_complete_file_with_damaged_content_is_unsupported_but_not_truncated() -> None:
    pixels = PNG.index(b"IDAT") + 4
    damaged = PNG[:pixels] + bytes(20) + PNG[pixels + 20 :]
    with pytest.raises(UnsupportedImageError) as caught:
        decode_image(damaged, PLENTY)
    assert not isinstance(caught.value, TruncatedImageError)


@pytest.mark.parametrize(("file_format", "_media_type"), FORMATS)
def test_as_many_pixels_as_allowed_are_decoded_and_one_more_is_refused(file_format: str, _media_type: str) -> None:
    data = encoded(quarters(), file_format)
    decode_image(data, 40 * 80)
    with pytest.raises(ImageTooLargeError) as caught:
        decode_image(data, 40 * 80 - 1)
    assert (caught.value.pixels, caught.value.limit) == (3200, 3199)
