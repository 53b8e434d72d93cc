"""Decodes base64 with or without the head of a data URL, in either alphabet, padded or not.

Encoders differ, so every form with one possible meaning is accepted. An ambiguous form is refused: a picture decoded
from wrong bytes may still look like a picture.
"""

import binascii
import re
from urllib.parse import unquote_to_bytes

from embeddings.core.errors import NotBase64Error

DATA_PREFIX = re.compile(r"\s*data:[^,]{0,200}; *base64\s*,", re.IGNORECASE)
"""The head of a data URL with base64 content (RFC 2397; with spaces as in the Fetch standard, "data: URL processor").
Its media type is ignored."""

WHITE_SPACE = b" \t\r\n\f\v"

PADDING, ESCAPE = b"=", b"%"

STANDARD, FOR_URLS = b"+/", b"-_"
"""The last two characters of the two alphabets (RFC 4648, 4 and 5)."""

TO_STANDARD = bytes.maketrans(FOR_URLS, STANDARD)

GROUP = 4
"""Characters that encode three bytes."""


def read(text: str) -> bytes:
    """Decodes a base64 text or data URL.

    White space and line breaks are skipped, padding may be missing, and a data URL may contain %-escapes.

    Raises:
        NotBase64Error: the text is not base64, mixes the two alphabets, or has padding of a wrong length.
    """
    if not text.isascii():
        raise NotBase64Error("characters outside ASCII")
    prefix = DATA_PREFIX.match(text)
    content = text[prefix.end() if prefix else 0 :].encode("ascii")
    if prefix and ESCAPE in content:
        content = unquote_to_bytes(content)
    if any(space in content for space in WHITE_SPACE):
        content = content.translate(None, WHITE_SPACE)
    if _any_of(FOR_URLS, content):
        if _any_of(STANDARD, content):
            raise NotBase64Error("two alphabets at once")
        content = content.translate(TO_STANDARD)
    digits = len(content.rstrip(PADDING))
    needed, padding = -digits % GROUP, len(content) - digits
    if padding not in {0, needed}:
        raise NotBase64Error("padding of another length than it should have")
    try:
        return binascii.a2b_base64(content + PADDING * (needed - padding), strict_mode=True)
    except binascii.Error as error:
        raise NotBase64Error(str(error)) from error


def _any_of(characters: bytes, content: bytes) -> bool:
    return any(one in content for one in characters)
