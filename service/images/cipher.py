"""Encrypts image files with AES-256-GCM. A file is bound to its path and names one of several keys.

A file is ``MAGIC``, the key's id (8 bytes), a nonce (12 bytes), the ciphertext and its tag (16 bytes). The additional
authenticated data is everything before the nonce, and the path ``<user>/<enrolment>/<name>``. So a file that was
changed, truncated or moved to another user's folder is rejected.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"\x8fVISAGE\x01"
"""The first bytes of a file; no JPEG, PNG or WebP file begins so. The last byte is the version of the format."""

KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
"""A random nonce of this size is safe for 2^32 files per key (NIST SP 800-38D, section 8.3)."""

HEADER_BYTES = len(MAGIC) + KEY_ID_BYTES


class SealedImageError(Exception):
    """A file cannot be decrypted; the message says why, and names a key by its id."""


@dataclass(frozen=True)
class ImageKey:
    """A key of 32 bytes.

    Attributes:
        secret: the key.
        id: the first bytes of its SHA-256, which files store.
    """

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.secret).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True)
class ImageCipher:
    """Encrypts with its last key, and decrypts with any of its keys.

    Attributes:
        keys: the oldest first, at least one.
        opens_plain: whether unencrypted files are accepted. If so, an attacker who can write to the folder can place an
            image there.
    """

    keys: Sequence[ImageKey]
    opens_plain: bool = False

    @property
    def newest(self) -> ImageKey:
        """The key that encrypts."""
        return self.keys[-1]

    def seal(self, image: bytes, place: str) -> bytes:
        """Encrypts an image for this path and returns the content of the file."""
        header = MAGIC + self.newest.id
        nonce = os.urandom(NONCE_BYTES)
        return header + nonce + AESGCM(self.newest.secret).encrypt(nonce, image, header + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypts a file at this path. Raises SealedImageError."""
        named = key_id(sealed)
        if named is None:
            return self._plain(sealed)
        key = next((key for key in self.keys if key.id == named), None)
        if key is None:
            raise SealedImageError(f"it is encrypted with the key {named.hex()}, which is not one of the given keys")
        nonce, text = sealed[HEADER_BYTES:][:NONCE_BYTES], sealed[HEADER_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(key.secret).decrypt(nonce, text, sealed[:HEADER_BYTES] + place.encode())
        except (InvalidTag, ValueError):  # ValueError: the file ends within the nonce
            raise SealedImageError(f"it is damaged or was moved (key {named.hex()})") from None

    def _plain(self, image: bytes) -> bytes:
        if not self.opens_plain:
            raise SealedImageError("it is not encrypted, and only encrypted images are read")
        return image


def key_id(sealed: bytes) -> bytes | None:
    """Returns the id of a file's key, from the file's first bytes; None if the file is not encrypted."""
    return sealed[len(MAGIC) : HEADER_BYTES] if sealed.startswith(MAGIC) else None
