"""A large JPEG is decoded smaller, and no file needs more memory than planned for it."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from embeddings.core.errors import ImageTooLargeError, TruncatedImageError, UnsupportedImageError
from embeddings.core.types import RGBImage
from embeddings.decode.decode import decode_image
from embeddings.decode.decoding_plan import MOST_BYTES, MOST_DECODED, plan
from embeddings.decode.formats.header import JPEG, PNG, WEBP, Header
from embeddings.decode.formats.jpeg import MAX_SCANNED
from embeddings.decode.image_header import read_header
from embeddings.detect.finder import MOST_PIXELS
from embeddings.embed.litert_engine import LiteRTEngine
from service.settings.model import Settings
from tests.embeddings.decoding_memory import memory_for
from tests.photographs import president
from tests.systems import needs_proc

DEFAULT = Settings().max_pixels

CAMERAS = [
    (4032, 3024),
    (5712, 4284),
    (6048, 4024),
    (8064, 6048),
    (8160, 6120),
    (8160, 6144),
    (8192, 6144),
    (8256, 6192),
]
"""Pictures of current phones and cameras: with 12, 24, 48 to 50, and 51 million pixels."""

SLACK = 8 << 20
"""Bytes by which memory may differ from the plan: the file, which has up to 3 MiB here, and the copy of a PNG."""


def saved(pixels: RGBImage, file_format: str, mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, file_format, **options)
    return file.getvalue()


def grain(width: int, height: int) -> RGBImage:
    """Returns a picture that compresses badly."""
    small = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return small.repeat(8, axis=0).repeat(8, axis=1)


@pytest.mark.parametrize("size", CAMERAS, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("upright", [True, False], ids=["landscape", "portrait"])
def test_pictures_of_current_cameras_are_accepted_by_default(size: tuple[int, int], upright: bool) -> None:
    width, height = size if upright else size[::-1]
    found = plan(Header(JPEG, width, height), DEFAULT)
    left = width * height / found.reduction**2
    assert MOST_PIXELS < left <= MOST_DECODED
    assert found.memory < 80 << 20


@pytest.mark.parametrize("pixels", range(1, 201))
def test_a_reduced_picture_has_more_pixels_than_the_detectors_look_at(pixels: int) -> None:
    width = round((pixels * 1e6 * 4 / 3) ** 0.5)
    header = Header(JPEG, width, width * 3 // 4)
    found = plan(header, 200_000_000)
    assert found.reduction == 1 or width // found.reduction * (header.height // found.reduction) > MOST_PIXELS


@pytest.mark.parametrize("media_type", [PNG, WEBP])
def test_other_formats_are_not_reduced(media_type: str) -> None:
    assert plan(Header(media_type, 6000, 4000), DEFAULT).reduction == 1


@pytest.mark.parametrize(
    "header",
    [
        Header(PNG, 8160, 6144),
        Header(PNG, 6000, 4000, translucent=True, pixel_bytes=8),
        Header(WEBP, 8160, 6144, kept_bytes=4 * 8160 * 6144),
        Header(JPEG, 8160, 6144, kept_bytes=6 * 8160 * 6144),
    ],
    ids=["png", "deep-png", "webp", "progressive-jpeg"],
)
def test_a_picture_that_needs_too_much_memory_is_refused_with_the_limit_of_its_kind(header: Header) -> None:
    with pytest.raises(ImageTooLargeError) as caught:
        plan(header, DEFAULT)
    size = header.width * header.height
    assert caught.value.pixels == size
    assert 10_000_000 < caught.value.limit < size
    shrunk = (caught.value.limit / size) ** 0.5
    width, height = int(header.width * shrunk), int(header.height * shrunk)
    kept = header.kept_bytes * width * height // size
    smaller = Header(header.media_type, width, height, pixel_bytes=header.pixel_bytes, kept_bytes=kept)
    assert plan(smaller, DEFAULT).memory <= MOST_BYTES


def test_the_error_states_the_lower_of_two_limits() -> None:
    with pytest.raises(ImageTooLargeError) as by_memory:
        plan(Header(PNG, 10_000, 10_000), DEFAULT)
    assert by_memory.value.limit == MOST_BYTES // 6
    with pytest.raises(ImageTooLargeError) as by_pixels:
        plan(Header(PNG, 10_000, 10_000), 1_000_000)
    assert by_pixels.value.limit == 1_000_000


def deep(pixels: RGBImage) -> bytes:
    done, file = cv2.imencode(".png", np.dstack([pixels, pixels[..., :1]]).astype(np.uint16) * 257)
    assert done
    return file.tobytes()


def animated(pixels: RGBImage) -> bytes:
    file = io.BytesIO()
    frames = [Image.fromarray(one) for one in (pixels, pixels[::-1])]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], quality=50, method=0)
    return file.getvalue()


KINDS: dict[str, Callable[[RGBImage], bytes]] = {
    "jpeg": lambda pixels: saved(pixels, "JPEG"),
    "jpeg-of-all-colours": lambda pixels: saved(pixels, "JPEG", subsampling=0),
    "progressive-jpeg": lambda pixels: saved(pixels, "JPEG", progressive=True),
    "progressive-jpeg-of-all-colours": lambda pixels: saved(pixels, "JPEG", progressive=True, subsampling=0),
    "grey-jpeg": lambda pixels: saved(pixels, "JPEG", mode="L"),
    "png": lambda pixels: saved(pixels, "PNG", compress_level=1),
    "grey-png": lambda pixels: saved(pixels, "PNG", mode="L", compress_level=1),
    "png-with-alpha": lambda pixels: saved(pixels, "PNG", mode="RGBA", compress_level=1),
    "deep-png-with-alpha": deep,
    "webp": lambda pixels: saved(pixels, "WEBP", quality=50, method=0),
    "lossless-webp": lambda pixels: saved(pixels, "WEBP", lossless=True, quality=0, method=0),
    "lossless-webp-with-alpha": lambda pixels: saved(pixels, "WEBP", mode="RGBA", lossless=True, quality=0, method=0),
    "animated-webp": animated,
}


TELLING = {"jpeg", "progressive-jpeg", "png-with-alpha", "lossless-webp"}
"""Kinds that each need memory for a different reason."""


@needs_proc
@pytest.mark.parametrize(
    "kind", [kind if kind in TELLING else pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS]
)
def test_decoding_takes_as_much_memory_as_is_planned(kind: str, tmp_path: Path) -> None:
    data = KINDS[kind](grain(2400, 1600))
    assert len(data) < SLACK / 2
    (tmp_path / "picture").write_bytes(data)
    planned = plan(read_header(data), DEFAULT).memory
    assert planned - SLACK < memory_for(tmp_path / "picture") < planned + SLACK


@needs_proc
def test_a_picture_of_50_million_pixels_takes_no_more_memory_than_one_of_12(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(saved(grain(8160, 6144), "JPEG"))
    assert memory_for(tmp_path / "picture") < 100 << 20


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_a_reduced_jpeg_may_lack_its_end_marker_and_nothing_else(options: dict[str, bool]) -> None:
    whole = saved(grain(4800, 3600), "JPEG", **options)
    pixels = decode_image(whole, DEFAULT).pixels
    assert pixels.shape == (1800, 2400, 3)
    assert np.array_equal(decode_image(whole[:-2], DEFAULT).pixels, pixels)
    with pytest.raises(TruncatedImageError):
        decode_image(whole[: len(whole) * 9 // 10], DEFAULT)


def test_a_reduced_jpeg_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(saved(grain(4800, 3600), "JPEG", exif=exif), DEFAULT).pixels.shape == (2400, 1800, 3)


def test_a_large_jpeg_may_have_fewer_scans_than_a_small_one() -> None:
    def progressive(width: int, height: int, scans: int) -> bytes:
        frame = struct.pack(">BBHBHHBBBB", 0xFF, 0xC2, 11, 8, height, width, 1, 1, 0x11, 0)
        scan = bytes.fromhex("ffda0008010100013f00")
        return b"\xff\xd8" + frame + scan * scans + b"\xff\xd9"

    read_header(progressive(80, 60, 90))
    read_header(progressive(8000, 6000, MAX_SCANNED // 48_000_000))
    with pytest.raises(UnsupportedImageError, match="too many scans"):
        read_header(progressive(8000, 6000, MAX_SCANNED // 48_000_000 + 1))


@pytest.mark.parametrize("share", [0.07, 0.25], ids=["a-small-face", "a-large-face"])
@pytest.mark.parametrize("name", ["obama.jpg", "biden.jpg"])
def test_a_face_is_the_same_in_a_reduced_picture(engine: LiteRTEngine, name: str, share: float) -> None:
    photograph = president(name)
    (face,) = engine.find_faces(photograph)
    times = share * 4800 / face.box.width
    picture = np.full((3600, 4800, 3), 110, np.uint8)
    size = (round(photograph.shape[1] * times), round(photograph.shape[0] * times))
    put = cv2.resize(photograph, size, interpolation=cv2.INTER_CUBIC)[:3600, :4800]
    picture[: put.shape[0], : put.shape[1]] = put
    reduced = decode_image(saved(picture, "JPEG", quality=92), DEFAULT).pixels
    assert reduced.shape == (1800, 2400, 3)
    (of_all,), (of_half,) = engine.find_faces(picture), engine.find_faces(reduced)
    assert float(engine.embed(picture, of_all) @ engine.embed(reduced, of_half)) > 0.97
