"""Reads a JPEG's markers as libjpeg does, so that a file cannot state one size here and another one to the decoder.

Every viewer shows a file without its end marker, so it is also read here if nothing of the picture is missing.
"""

import re
from dataclasses import dataclass, field

from embeddings.core.errors import DamagedImageError, TruncatedImageError, UnsupportedImageError
from embeddings.decode.formats.exif import PREFIX, UPRIGHT, orientation
from embeddings.decode.formats.header import JPEG, MAX_PARTS, Header, big, largest

START = b"\xff\xd8"
END_KIND = 0xD9
END = bytes((0xFF, END_KIND))

MAX_SCANS = 100
"""The maximal number of scans in a progressive JPEG. Encoders write about ten. In each scan the decoder processes every
pixel, so a small file with thousands of scans would keep it busy for hours."""

MAX_SCANNED = 1_200_000_000
"""Pixels times scans of a JPEG with several scans: 23 scans of 52 million pixels. One such scan takes 30 to 50 ms
(measured), however small the file is."""

SCAN, APP1 = 0xDA, 0xE1

FIRST_KIND = 0xC0
"""The first marker with a meaning of its own (ITU-T T.81, table B.1). Markers below it, of which 02 to BF are reserved,
usually make libjpeg give up. But within data with restarts libjpeg skips such a marker and continues inside its
segment."""

MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
"""A marker that is not stuffing (00), padding (ff), a restart (d0 to d7) or TEM (01), which have no length."""

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers, baseline and progressive; c4, c8 and cc are tables and an extension."""

ONE_PASS = frozenset({0xC0, 0xC1, 0xC9})
"""Frame markers of sequential JPEGs. The decoder outputs them as it reads if the first scan has all components."""

COEFFICIENTS = 64
"""Coefficients of a block of 8 x 8 pixels."""

MAX_COMPONENTS = 4
"""Components of a picture that OpenCV decodes to colours, and of one scan (T.81, B.2.3)."""

COEFFICIENT_BYTES = 2
"""Bytes of a sample in memory."""

BITS, UNSEEN_BITS = 8, 16
"""Bits of a sample, because OpenCV reads no other JPEG; and a number above the bits of a coefficient."""


@dataclass(frozen=True)
class JPEGHeader(Header):
    """The header of a JPEG.

    Attributes:
        one_pass: whether the decoder outputs the picture while it reads, without keeping all coefficients until the
            end.
        all_scans: whether scans for every bit of every coefficient of every component have begun.
    """

    one_pass: bool = True
    all_scans: bool = True


@dataclass
class _Found:
    """The properties read from the markers so far."""

    sizes: list[tuple[int, int]] = field(default_factory=list)
    orientation: int | None = None
    one_pass: bool = True
    scans: int = 0
    sampling: list[tuple[int, int]] = field(default_factory=list)
    """The horizontal and vertical sampling factors of each component."""
    missing_bits: dict[int, list[int]] = field(default_factory=dict)
    """By component number: for each coefficient, the number of low bits that no scan has given yet."""

    def frame(self, data: bytes, start: int, kind: int) -> None:
        """Reads a frame header (T.81, B.2.2)."""
        if big(data, start + 2, 1) != BITS:
            failure = DamagedImageError if self.scans else UnsupportedImageError
            raise failure("a JPEG of other than 8 bits")
        self.sizes.append((big(data, start + 5, 2), big(data, start + 3, 2)))
        self.one_pass = self.one_pass and kind in ONE_PASS
        if len(self.sizes) == 1:
            for number in range(min(big(data, start + 7, 1), MAX_COMPONENTS)):
                self.missing_bits[big(data, start + 8 + 3 * number, 1)] = [UNSEEN_BITS] * COEFFICIENTS
                factors = big(data, start + 9 + 3 * number, 1)
                self.sampling.append((max(factors >> 4, 1), max(factors & 0xF, 1)))

    def scan(self, data: bytes, start: int) -> None:
        """Reads a scan header (T.81, B.2.3)."""
        self.scans += 1
        count = min(big(data, start + 2, 1), MAX_COMPONENTS)
        first, last, bits = (big(data, start + 3 + 2 * count + offset, 1) for offset in range(3))
        if self.scans == 1:
            self.one_pass = self.one_pass and count == len(self.missing_bits)
        for number in range(count):
            missing = self.missing_bits.get(big(data, start + 3 + 2 * number, 1), [])
            for coefficient in range(first, min(last + 1, len(missing))):
                missing[coefficient] = bits & 0xF

    def header(self, *, ends: bool) -> JPEGHeader:
        """Returns the complete header."""
        width, height = largest(self.sizes)
        if not self.one_pass and self.scans * width * height > MAX_SCANNED:
            raise UnsupportedImageError("a JPEG of too many scans for its size")
        return JPEGHeader(
            JPEG,
            width,
            height,
            orientation=self.orientation or UPRIGHT,
            ends=ends,
            kept_bytes=0 if self.one_pass else self._coefficients(width * height),
            one_pass=self.one_pass,
            all_scans=not any(any(missing) for missing in self.missing_bits.values()),
        )

    def _coefficients(self, pixels: int) -> int:
        """Returns the bytes of the coefficients for this number of pixels."""
        across, down = (max((one[side] for one in self.sampling), default=1) for side in range(2))
        samples = sum(width * height for width, height in self.sampling)
        return COEFFICIENT_BYTES * pixels * samples // (across * down)


def read(data: bytes) -> JPEGHeader:
    """Reads a JPEG's header; a thumbnail inside an EXIF segment is skipped with its segment.

    Raises:
        UnsupportedImageError: it states no valid size, has other than 8 bits, or too many segments or scans.
        DamagedImageError: it has markers that no JPEG has.
        TruncatedImageError: it ends before the picture begins.
    """
    found = _Found()
    position = len(START)
    for _ in range(MAX_PARTS):
        marker = MARKER.search(data, position)
        if marker is None:
            if not found.scans:
                raise TruncatedImageError("a JPEG that ends before its picture")
            return found.header(ends=False)
        kind, start = marker[1][0], marker.end()
        if kind == END_KIND:
            return found.header(ends=True)
        if kind < FIRST_KIND:
            raise DamagedImageError("a JPEG with reserved markers")
        end = start + max(int.from_bytes(data[start : start + 2], "big"), 2)
        if kind in FRAMES:
            found.frame(data, start, kind)
        elif kind == SCAN and found.scans == MAX_SCANS:
            break
        elif kind == SCAN:
            found.scan(data, start)
        elif kind == APP1 and not found.scans and found.orientation is None and data.startswith(PREFIX, start + 2):
            found.orientation = orientation(data[start + 2 : end])
        position = end
    raise UnsupportedImageError("a JPEG of too many segments or scans")
