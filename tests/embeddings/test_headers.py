"""Size and completeness are read from the file's structure, and cannot be forged."""

import struct

import pytest

from embeddings.core.errors import DamagedImageError, TruncatedImageError, UnsupportedImageError
from embeddings.decode.formats.header import MAX_PARTS
from embeddings.decode.formats.jpeg import MAX_SCANS
from embeddings.decode.image_header import read_header
from tests.embeddings.formats.chunks import png_chunk, webp
from tests.embeddings.pictures import encoded, quarters

JPEG = encoded(quarters(), "JPEG")
PROGRESSIVE = encoded(quarters(), "JPEG", progressive=True)
PNG = encoded(quarters(), "PNG")
LOSSY = encoded(quarters(), "WEBP", mode="RGB", quality=90)
LOSSLESS = encoded(quarters(), "WEBP", lossless=True)
ALPHA = encoded(quarters(), "WEBP", mode="RGBA", quality=90)


def frame(width: int, height: int, marker: int = 0xC0) -> bytes:
    return struct.pack(">BBHBHHB", 0xFF, marker, 11, 8, height, width, 1) + b"\x01\x11\x00"


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


SCAN = segment(0xDA, b"\x01\x01\x00\x01\x3f\x00")


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")


def canvas(width: int, height: int) -> tuple[bytes, bytes]:
    return b"VP8X", bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def lossy(width: int, height: int) -> tuple[bytes, bytes]:
    return b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width, height)


def lossless(width: int, height: int) -> tuple[bytes, bytes]:
    return b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14)


@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE, PNG, LOSSY, LOSSLESS, ALPHA])
def test_real_files_state_their_size(data: bytes) -> None:
    header = read_header(data)
    assert (header.width, header.height) == (80, 40)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + frame(30_000, 30_000) + b"\xff\xd9",
        b"\xff\xd8" + frame(30_000, 30_000, marker=0xC2) + b"\xff\xd9",
        png(30_000, 30_000),
        webp(canvas(30_000, 30_000)),
    ],
    ids=["jpeg", "progressive-jpeg", "png", "webp"],
)
def test_a_huge_size_is_read_without_any_pixels(data: bytes) -> None:
    header = read_header(data)
    assert header.width * header.height == 900_000_000


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + frame(10, 10) + frame(9_000, 9_000) + b"\xff\xd9",
        b"\xff\xd8" + b"garbage" + b"\xff\xff\xff" + frame(9_000, 9_000)[1:] + b"\xff\xd9",
        b"\xff\xd8" + b"\xff\xd0\xff\x01\xff\x00" + frame(9_000, 9_000) + b"\xff\xd9",
        webp(canvas(10, 10), lossy(9_000, 9_000)),
        webp(canvas(10, 10), (b"ICCP", b"odd"), lossless(9_000, 9_000)),
    ],
    ids=["second-frame", "garbage-and-padding", "markers-without-length", "small-canvas", "odd-chunk-before"],
)
def test_the_largest_stated_size_counts(data: bytes) -> None:
    header = read_header(data)
    assert (header.width, header.height) == (9_000, 9_000)


def test_a_thumbnail_in_the_metadata_is_not_the_picture() -> None:
    thumbnail = b"\xff\xd8" + frame(160, 120) + b"\xff\xd9"
    data = b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + thumbnail) + frame(80, 40) + b"\xff\xd9"
    header = read_header(data)
    assert (header.media_type, header.width, header.height) == ("image/jpeg", 80, 40)


@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE, PNG, LOSSY, LOSSLESS, ALPHA])
@pytest.mark.parametrize("share", [0.3, 0.5])
def test_a_file_that_ends_before_its_picture_is_truncated(data: bytes, share: float) -> None:
    with pytest.raises(TruncatedImageError):
        read_header(data[: int(len(data) * share)])


def test_a_jpeg_cut_after_its_thumbnail_is_truncated() -> None:
    data = b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + JPEG) + JPEG[2 : JPEG.index(b"\xff\xda")]
    with pytest.raises(TruncatedImageError):
        read_header(data)


@pytest.mark.parametrize("data", [JPEG, PNG, LOSSY])
def test_bytes_after_the_end_are_ignored(data: bytes) -> None:
    assert read_header(data + b"\xff\xd8 more").width == 80


@pytest.mark.parametrize(
    "data", [b"\xff\xd8" + frame(0, 10) + b"\xff\xd9", b"\xff\xd8\xff\xd9", png(0, 5), webp((b"ICCP", b"none"))]
)
def test_a_file_without_a_size_is_unsupported(data: bytes) -> None:
    with pytest.raises(UnsupportedImageError):
        read_header(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + segment(0xE1, b"") * (MAX_PARTS + 1) + b"\xff\xd9",
        b"\xff\xd8" + frame(10, 10, marker=0xC2) + SCAN * (MAX_SCANS + 1) + b"\xff\xd9",
        png(10, 10)[:-12] + png_chunk(b"tEXt", b"") * MAX_PARTS + png_chunk(b"IEND", b""),
        webp(canvas(10, 10), *[(b"XXXX", b"")] * MAX_PARTS),
    ],
    ids=["jpeg-segments", "jpeg-scans", "png", "webp"],
)
def test_a_file_of_too_many_parts_is_unsupported(data: bytes) -> None:
    with pytest.raises(UnsupportedImageError) as caught:
        read_header(data)
    assert not isinstance(caught.value, TruncatedImageError)


def test_scans_hidden_behind_a_reserved_marker_are_refused() -> None:
    restarts = segment(0xDD, b"\x00\x01")  # libjpeg skips a reserved marker only where it expects a restart
    hidden = segment(0x02, b"\x10\x10" + SCAN * (MAX_SCANS + 1))
    with pytest.raises(DamagedImageError, match="reserved markers"):
        read_header(PROGRESSIVE[:-2] + restarts + SCAN + bytes(4) + hidden + b"\xff\xd9")


@pytest.mark.parametrize("marker", [0x02, 0xBF])
def test_reserved_markers_are_refused(marker: int) -> None:
    with pytest.raises(DamagedImageError, match="reserved markers"):
        read_header(b"\xff\xd8" + frame(10, 10) + segment(marker, b"") + b"\xff\xd9")
