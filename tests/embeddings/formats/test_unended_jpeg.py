"""A JPEG without its end marker is read if the picture is complete; otherwise it is incomplete."""

import io

import numpy as np
import pytest
from PIL import Image

from embeddings.core.errors import TruncatedImageError
from embeddings.decode.decode import decode_image
from tests.photographs import astronaut

PLENTY = 1_000_000
CORNER = 17
"""Rows and columns: a group of blocks has 16, and its colours affect the next pixel."""


def jpeg(**options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(astronaut()).save(file, "JPEG", **options)
    return file.getvalue()


FILES = {
    "baseline": jpeg(),
    "optimised": jpeg(optimize=True, quality=95),
    "all-colours": jpeg(subsampling=0),
    "restarts": jpeg(restart_marker_rows=1),
    "progressive": jpeg(progressive=True),
}

every_kind = pytest.mark.parametrize("kind", FILES)


@every_kind
@pytest.mark.parametrize(
    "instead", [b"", b"\xff", bytes(40), b"\xff\xff"], ids=["nothing", "half-a-marker", "zeros", "padding"]
)
def test_a_jpeg_that_lacks_only_its_end_marker_is_read(kind: str, instead: bytes) -> None:
    whole = FILES[kind]
    assert np.array_equal(decode_image(whole[:-2] + instead, PLENTY).pixels, decode_image(whole, PLENTY).pixels)


@every_kind
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.75, 0.9, 0.99, 0.995])
def test_a_missing_part_of_the_picture_is_truncation(kind: str, share: float) -> None:
    with pytest.raises(TruncatedImageError):
        decode_image(FILES[kind][: int(share * len(FILES[kind]))], PLENTY)


@every_kind
def test_an_accepted_picture_lacks_at_most_its_last_corner(kind: str) -> None:
    whole = decode_image(FILES[kind], PLENTY).pixels
    for lost in range(1, 60):
        try:
            pixels = decode_image(FILES[kind][: -2 - lost], PLENTY).pixels
        except TruncatedImageError:
            continue
        same = pixels == whole
        assert same[:-CORNER].all()
        assert same[:, :-CORNER].all()


def test_a_missing_scan_is_truncation() -> None:
    whole = FILES["progressive"]
    scans = [place for place in range(len(whole)) if whole[place : place + 2] == b"\xff\xda"]
    assert len(scans) > 5
    for place in scans[1:]:
        with pytest.raises(TruncatedImageError):
            decode_image(whole[:place], PLENTY)


def test_a_jpeg_cut_at_a_restart_is_incomplete() -> None:
    whole = FILES["restarts"]
    restarts = [place for place in range(len(whole)) if whole[place] == 0xFF and 0xD0 <= whole[place + 1] <= 0xD7]
    for place in (restarts[0], restarts[-1]):
        for cut in (place, place + 2):
            with pytest.raises(TruncatedImageError):
                decode_image(whole[:cut], PLENTY)
