"""Base64 and image files become upright RGB pixels, or one of the documented errors."""

import base64

import numpy as np
import pytest

from embeddings.core.errors import (
    DamagedImageError,
    EmptyImageError,
    ImageTooLargeError,
    NotBase64Error,
    TruncatedImageError,
    UnsupportedImageError,
)
from embeddings.core.types import RGBImage
from embeddings.decode.decode import decode_base64, decode_image
from tests.embeddings.pictures import encoded, quarters, sixteen_bit_png

PLENTY = 1_000_000
PNG = encoded(quarters(), "PNG")
TEXT = base64.b64encode(PNG).decode()

FORMATS = [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]


def looks_like(pixels: RGBImage, expected: RGBImage) -> bool:
    """Whether two pictures are equal, apart from the effect of a lossy format on four colours."""
    return pixels.shape == expected.shape and float(np.abs(pixels.astype(int) - expected).mean()) < 8.0


@pytest.mark.parametrize("text", [TEXT, f"data:image/png;base64,{TEXT}"], ids=["bare", "data-url"])
def test_base64_is_read_with_and_without_a_data_prefix(text: str) -> None:
    decoded = decode_base64(text, PLENTY)
    assert decoded.data == PNG
    assert np.array_equal(decoded.pixels, quarters())


def test_other_text_is_not_base64() -> None:
    with pytest.raises(NotBase64Error):
        decode_base64("not base64!", PLENTY)


@pytest.mark.parametrize("text", ["", " \n", "data:image/png;base64,"])
def test_no_content_is_an_empty_image(text: str) -> None:
    with pytest.raises(EmptyImageError):
        decode_base64(text, PLENTY)


@pytest.mark.parametrize(("file_format", "media_type"), FORMATS)
def test_the_media_type_is_that_of_the_bytes_and_not_of_the_prefix(file_format: str, media_type: str) -> None:
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
def test_every_variant_becomes_8_bit_rgb(data: bytes) -> None:
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


@pytest.mark.parametrize(("file_format", "_media_type"), FORMATS)
def test_a_complete_file_with_damaged_content_is_damaged(file_format: str, _media_type: str) -> None:
    whole = encoded(quarters(), file_format, quality=95)
    content = {"JPEG": b"\xff\xc4", "PNG": b"IDAT", "WEBP": b"VP8 "}[file_format]
    start = whole.index(content) + len(content) + 4
    with pytest.raises(DamagedImageError):
        decode_image(whole[:start] + bytes(20) + whole[start + 20 :], PLENTY)


@pytest.mark.parametrize(("file_format", "_media_type"), FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_file_cut_short_is_truncated(file_format: str, _media_type: str, share: float) -> None:
    whole = encoded(quarters(), file_format)
    with pytest.raises(TruncatedImageError):
        decode_image(whole[: int(len(whole) * share)], PLENTY)


@pytest.mark.parametrize(("file_format", "_media_type"), FORMATS)
def test_as_many_pixels_as_allowed_are_decoded_and_one_more_is_refused(file_format: str, _media_type: str) -> None:
    data = encoded(quarters(), file_format)
    decode_image(data, 40 * 80)
    with pytest.raises(ImageTooLargeError) as caught:
        decode_image(data, 40 * 80 - 1)
    assert (caught.value.pixels, caught.value.limit) == (3200, 3199)
