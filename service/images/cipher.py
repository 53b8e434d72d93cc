"""Images as they lie on disk: AES-256-GCM, bound to their place, by one of several keys.

A file is ``MAGIC``, the key's id (8 bytes), a nonce (12 bytes), the ciphertext and its tag (16 bytes). What is
authenticated beside the image is everything before the ciphertext and the file's place, ``<user>/<enrolment>/<name>``:
a file that was changed, cut short or put into somebody else's folder is not opened.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"\x8fVISAGE\x01"
"""How a file begins; no JPEG, PNG or WebP file does. Its last byte is the version of the form."""

KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
"""Drawn at random: with one key safe for 2^32 files (NIST SP 800-38D, section 8.3)."""

HEADER_BYTES = len(MAGIC) + KEY_ID_BYTES


class SealedImageError(Exception):
    """A file that is not opened; the message says why, and names a key by its id."""


@dataclass(frozen=True)
class ImageKey:
    """A key of 32 bytes.

    Attributes:
        secret: the key.
        id: the beginning of its SHA-256, by which files name it.
    """

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.secret).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True)
class ImageCipher:
    """Seals with the last of its keys, and opens with any.

    Attributes:
        keys: the oldest first, at least one.
        opens_plain: whether a file that was never encrypted is an image too. Where it is, whoever can write to the
            folder can put an image there.
    """

    keys: Sequence[ImageKey]
    opens_plain: bool = False

    @property
    def newest(self) -> ImageKey:
        """The key that seals."""
        return self.keys[-1]

    def seal(self, image: bytes, place: str) -> bytes:
        """What to write for an image at this place."""
        header = MAGIC + self.newest.id
        nonce = os.urandom(NONCE_BYTES)
        return header + nonce + AESGCM(self.newest.secret).encrypt(nonce, image, header + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The image that was sealed for this place; raises SealedImageError."""
        named = key_id(sealed)
        if named is None:
            return self._plain(sealed)
        key = next((key for key in self.keys if key.id == named), None)
        if key is None:
            raise SealedImageError(f"it is encrypted with the key {named.hex()}, which is not among those given")
        nonce, text = sealed[HEADER_BYTES:][:NONCE_BYTES], sealed[HEADER_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(key.secret).decrypt(nonce, text, sealed[:HEADER_BYTES] + place.encode())
        except (InvalidTag, ValueError):  # a ValueError: it ends within the nonce
            raise SealedImageError(f"it is damaged or out of its place, by the key {named.hex()}") from None

    def _plain(self, image: bytes) -> bytes:
        if not self.opens_plain:
            raise SealedImageError("it is not encrypted, and only encrypted images are read")
        return image


def key_id(sealed: bytes) -> bytes | None:
    """The id of the key that a file was sealed with, by its first bytes; None where it is not sealed."""
    return sealed[len(MAGIC) : HEADER_BYTES] if sealed.startswith(MAGIC) else None
