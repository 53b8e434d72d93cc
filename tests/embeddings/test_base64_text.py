"""Unambiguous base64 is read, however it is written; other text is refused."""

import base64
import tracemalloc
from urllib.parse import quote

import pytest

from embeddings.core.errors import NotBase64Error
from embeddings.decode.base64_text import read
from tests.embeddings.pictures import encoded, quarters

PNG = encoded(quarters(), "PNG")
TEXT = base64.b64encode(PNG).decode()
MARKED = b"\xfb\xef\xbe\xff\xff" + PNG
"""Contains both characters in which the alphabets differ, and one byte in the last group."""
STANDARD, FOR_URLS = base64.b64encode(MARKED).decode(), base64.urlsafe_b64encode(MARKED).decode()

PREFIXES = [
    "data:image/png;base64,",
    "data:image/jpeg ; base64,",
    "data:image/jpeg; base64,",
    "data:image/jpeg;base64 ,",
    "data:image/jpeg;  BASE64 , ",
    "Data:Image/JPEG;Base64,",
    "DATA:image/jpeg;name=me;BASE64,",
    'data:image/jpeg;name="a b";charset=x;base64,',
    "data:;base64,",
    " \r\n data:; base64,\n",
]


@pytest.mark.parametrize("prefix", ["", *PREFIXES])
@pytest.mark.parametrize("text", [STANDARD, FOR_URLS], ids=["standard", "for-urls"])
@pytest.mark.parametrize("padded", [True, False], ids=["padded", "unpadded"])
def test_every_unambiguous_form_is_decoded(prefix: str, text: str, padded: bool) -> None:
    assert text.endswith("=")
    assert read(prefix + (text if padded else text.rstrip("="))) == MARKED


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(TEXT[start : start + 76] for start in range(0, len(TEXT), 76)),
        " \t\r\n\f\v".join(TEXT),
        f" {TEXT}\r\n",
    ],
    ids=["wrapped-lines", "all-white-space", "around-it"],
)
def test_white_space_is_skipped(text: str) -> None:
    assert read(text) == PNG


@pytest.mark.parametrize("length", range(1, 8))
def test_padding_may_be_left_out_whatever_the_length(length: int) -> None:
    data = PNG[:length]
    assert read(base64.b64encode(data).decode().rstrip("=")) == data


def test_a_data_url_may_have_escapes() -> None:
    assert read("data:image/png;base64," + quote(STANDARD, safe="")) == MARKED


@pytest.mark.parametrize("text", ["", " \n", "data:image/png;base64,", "data:; base64 ,  "])
def test_no_content_is_no_bytes(text: str) -> None:
    assert read(text) == b""


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        TEXT + "=",
        STANDARD.rstrip("=") + ("=" if STANDARD.endswith("==") else "=="),
        TEXT[:8] + "=" + TEXT[8:],
        STANDARD + FOR_URLS,
        STANDARD.replace("/", "_"),
        STANDARD.replace("+", "-"),
        "A",
        TEXT.rstrip("=")[: len(TEXT.rstrip("=")) // 4 * 4 + 1 - 4],
        "=",
        "====",
        "ä" + TEXT,
        TEXT.replace("A", "\uff21", 1),
        quote(STANDARD, safe=""),
        f"data:image/png,{TEXT}",
        f"data:image/png;base64{TEXT}",
        f"data:image/png;base 64,{TEXT}",
        f"data:image/pngbase64,{TEXT}",
        f"data:image/png;base64;name=me,{TEXT}",
        f"data:image/png;base64,data:image/png;base64,{TEXT}",
        f"http://example.org/{TEXT}",
    ],
    ids=[
        "punctuation",
        "too-much-padding",
        "padding-of-another-length",
        "padding-inside",
        "one-alphabet-after-the-other",
        "half-an-alphabet",
        "the-other-half",
        "one-character",
        "one-character-over",
        "one-padding",
        "padding-alone",
        "beyond-ascii",
        "a-wide-letter",
        "escapes-without-a-data-url",
        "data-url-without-base64",
        "data-url-without-comma",
        "data-url-of-base-64",
        "data-url-without-semicolon",
        "base64-not-last",
        "two-heads",
        "address",
    ],
)
def test_other_text_is_not_base64(text: str) -> None:
    with pytest.raises(NotBase64Error):
        read(text)


def test_white_space_takes_no_more_memory_than_the_text() -> None:
    text = "aa " * 1_000_000
    tracemalloc.start()
    read(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(text)  # two copies and the decoded bytes; a list of words takes 20 times the text
