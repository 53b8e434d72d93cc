"""Image files that Hypothesis damages: changed, removed, repeated or inserted bytes, and wrong lengths."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.embeddings.pictures import encoded, quarters, sixteen_bit_png

FILES = (
    encoded(quarters(), "JPEG"),
    encoded(quarters(), "JPEG", progressive=True, orientation=6),
    encoded(quarters(), "JPEG", mode="CMYK"),
    encoded(quarters(), "PNG"),
    encoded(quarters(), "PNG", mode="P"),
    encoded(quarters(), "PNG", mode="RGBA"),
    sixteen_bit_png(quarters()),
    encoded(quarters(), "WEBP"),
    encoded(quarters(), "WEBP", lossless=True, mode="RGBA"),
)

Damage = Callable[[bytes, int, int, bytes], bytes]

DAMAGES: tuple[Damage, ...] = (
    lambda data, start, end, put: data[:start],
    lambda data, start, end, put: data[:start] + data[end:],
    lambda data, start, end, put: data[:start] + put + data[start:],
    lambda data, start, end, put: data[:start] + put + data[start + len(put) :],
    lambda data, start, end, put: data[:end] + data[start:end] * 3 + data[end:],
    lambda data, start, end, put: data[:start] + b"\xff\xff\xff\xff" + data[start + 4 :],
    lambda data, start, end, put: data[:start] + b"\0\0\0\0" + data[start + 4 :],
)


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """Draws an intact image file and applies up to six changes."""
    data = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(0, 6))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        data = draw(st.sampled_from(DAMAGES))(data, start, end, draw(st.binary(min_size=1, max_size=8)))
    return data
