"""Of a PNG, the still picture is read, whatever else the file contains; damaged files get their own error."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from embeddings.core.errors import DamagedImageError, TruncatedImageError, UnsupportedImageError
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
def test_a_false_animation_is_read_as_the_still_picture(added: list[tuple[bytes, bytes]]) -> None:
    assert np.array_equal(decode_image(with_png_chunks(PNG, *added, before=b"IDAT"), PLENTY).pixels, quarters())


def test_an_animation_is_read_as_its_first_picture() -> None:
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
def test_a_wrong_checksum_of_an_unneeded_chunk_is_ignored(kind: bytes) -> None:
    chunk = png_chunk(kind, b"whatever")
    data = PNG_START + PNG[8:33] + chunk[:-1] + bytes([chunk[-1] ^ 1]) + PNG[33:]
    assert np.array_equal(decode_image(data, PLENTY).pixels, quarters())


@pytest.mark.parametrize("lost", [1, 4, 5, 11, 12])
def test_the_last_chunk_may_be_missing(lost: int) -> None:
    assert np.array_equal(decode_image(PNG[:-lost], PLENTY).pixels, quarters())


@pytest.mark.parametrize("lost", [13, 20, 60])
def test_a_missing_part_of_the_picture_is_truncation(lost: int) -> None:
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


def test_chunks_inside_the_picture_are_damage() -> None:
    (picture,) = [content for kind, content in png_chunks(PNG) if kind == b"IDAT"]
    parts = [png_chunk(b"IDAT", picture[:20]), png_chunk(b"tEXt", b"a\0b"), png_chunk(b"IDAT", picture[20:])]
    with pytest.raises(DamagedImageError):
        decode_image(PNG[:33] + b"".join(parts) + PNG[-12:], PLENTY)


def test_a_png_that_does_not_begin_with_its_header_is_damaged() -> None:
    with pytest.raises(DamagedImageError):
        decode_image(PNG_START + png_chunk(b"tEXt", b"a\0b") + PNG[8:], PLENTY)


def test_an_unknown_critical_chunk_is_unsupported() -> None:
    with pytest.raises(UnsupportedImageError):
        decode_image(with_png_chunks(PNG, (b"ABCD", b""), before=b"IDAT"), PLENTY)


def test_data_far_beyond_the_picture_is_not_decompressed() -> None:
    compressor = zlib.compressobj(9)
    bomb = compressor.compress(b"".join(b"\0" + row.tobytes() for row in quarters()))
    bomb += b"".join(compressor.compress(bytes(10_000_000)) for _ in range(10)) + compressor.flush()
    with pytest.raises(DamagedImageError, match="more data than"):
        decode_image(PNG[:33] + png_chunk(b"IDAT", bomb) + PNG[-12:], PLENTY)


class TestAnimationWhoseStillPictureIsNoFrame:
    """Browsers show the first frame of the animation, or nothing."""

    SHOWN = quarters()[::-1]
    DATA = zlib.compress(b"".join(b"\0" + row.tobytes() for row in SHOWN))

    def animated(self, *after: tuple[bytes, bytes], frames: int = 1) -> bytes:
        return with_png_chunks(with_png_chunks(PNG, animation(frames), before=b"IDAT"), *after, before=b"IEND")

    def part(self, number: int, data: bytes) -> tuple[bytes, bytes]:
        return b"fdAT", struct.pack(">I", number) + data

    def test_its_first_frame_is_read(self) -> None:
        data = self.animated(frame(0, 80, 40), self.part(1, self.DATA[:50]), self.part(2, self.DATA[50:]))
        assert np.array_equal(decode_image(data, PLENTY).pixels, self.SHOWN)

    def test_an_animation_of_no_frames_is_the_still_picture(self) -> None:
        data = self.animated(frame(0, 80, 40), self.part(1, self.DATA), frames=0)
        assert np.array_equal(decode_image(data, PLENTY).pixels, quarters())

    @pytest.mark.parametrize("number", [0, 2])
    def test_parts_in_another_order_are_damage(self, number: int) -> None:
        with pytest.raises(DamagedImageError):
            decode_image(self.animated(frame(0, 80, 40), self.part(number, self.DATA)), PLENTY)

    def test_parts_with_a_chunk_between_them_are_damage(self) -> None:
        parts = self.part(1, self.DATA[:50]), (b"tEXt", b"a\0b"), self.part(2, self.DATA[50:])
        with pytest.raises(DamagedImageError):
            decode_image(self.animated(frame(0, 80, 40), *parts), PLENTY)

    def test_a_wrong_checksum_is_damage(self) -> None:
        data = self.animated(frame(0, 80, 40), self.part(1, self.DATA))
        chunk = png_chunk(*self.part(1, self.DATA))
        with pytest.raises(DamagedImageError):
            decode_image(data.replace(chunk, chunk[:-1] + bytes([chunk[-1] ^ 1])), PLENTY)

    @pytest.mark.parametrize("after", [[frame(0, 80, 40)], [(b"fdAT", bytes(4) + DATA)]], ids=["no-data", "no-frame"])
    def test_an_incomplete_frame_is_damage(self, after: list[tuple[bytes, bytes]]) -> None:
        with pytest.raises(DamagedImageError):
            decode_image(self.animated(*after), PLENTY)

    def test_a_smaller_first_frame_is_unsupported(self) -> None:
        with pytest.raises(UnsupportedImageError, match="smaller"):
            decode_image(self.animated(frame(0, 8, 4), self.part(1, self.DATA)), PLENTY)
