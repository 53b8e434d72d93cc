"""Every input becomes an image within the limit or raises one of decoding's own errors."""

import base64
import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.core.errors import ImageError, UnsupportedImageError
from embeddings.decode.base64_text import WHITE_SPACE
from embeddings.decode.decode import decode_base64, decode_image
from embeddings.decode.image_header import read_header
from tests.embeddings.damage import FILES, damaged_files
from tests.properties import FEW, MANY, tried

LIMIT = 100_000
"""The limit in pixels; the files have 3,200."""

MARKS = ("data:image/png;base64,", "\xff\xd8", "RIFF", "WEBP", "\x89PNG\r\n\x1a\n", "=", "\n")

few_or_many = pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


def check_decoding(data: bytes) -> None:
    try:
        image = decode_image(data, LIMIT)
    except ImageError:
        return
    height, width, channels = image.pixels.shape
    assert image.pixels.dtype == np.uint8
    assert channels == 3
    assert 0 < width * height <= LIMIT
    header = read_header(data)
    assert width * height <= header.width * header.height


@few_or_many
def test_any_bytes_give_an_image_or_an_image_error(examples: int) -> None:
    tried(examples)(given(st.binary(max_size=300))(check_decoding))()


@few_or_many
def test_a_damaged_file_gives_an_image_or_an_image_error(examples: int) -> None:
    tried(examples)(given(damaged_files())(check_decoding))()


@few_or_many
def test_any_bytes_give_a_header_or_an_unsupported_image_error(examples: int) -> None:
    @tried(examples)
    @given(st.one_of(st.binary(max_size=300), damaged_files()))
    def holds(data: bytes) -> None:
        with contextlib.suppress(UnsupportedImageError):
            header = read_header(data)
            assert header.width > 0
            assert header.height > 0

    holds()


@few_or_many
def test_any_text_gives_an_image_or_an_image_error(examples: int) -> None:
    @tried(examples)
    @given(
        st.one_of(st.text(max_size=200), st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=20))).map("".join))
    )
    def holds(text: str) -> None:
        with contextlib.suppress(ImageError):
            decode_base64(text, LIMIT)

    holds()


@few_or_many
def test_white_space_and_prefixes_do_not_change_the_decoded_bytes(examples: int) -> None:
    @tried(examples)
    @given(
        st.sampled_from(FILES),
        st.sampled_from(["", "data:;base64,", "DATA:image/jpeg;BASE64,", " \n data:image/png;name=me;base64,"]),
        st.lists(
            st.tuples(st.integers(min_value=0), st.text(WHITE_SPACE.decode(), min_size=1, max_size=3)), max_size=20
        ),
    )
    def holds(data: bytes, prefix: str, spaces: list[tuple[int, str]]) -> None:
        text = base64.b64encode(data).decode()
        for place, space in spaces:
            text = text[: place % len(text)] + space + text[place % len(text) :]
        assert decode_base64(prefix + text, LIMIT).data == data

    holds()
