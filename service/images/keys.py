"""Reads the keys of the images from the environment, or from a file that the first start creates.

Both hold one key a line (in the environment, commas work too): 32 bytes in base64, the oldest first. The last key
encrypts, and all keys decrypt. The word ``plain`` on a line of its own allows images that were stored unencrypted,
before there was a key. Text after a ``#`` is a comment.
"""

import base64
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from service.domain.operator_errors import ImageKeyError
from service.domain.ownership import whose
from service.images.cipher import KEY_BYTES, ImageCipher, ImageKey, key_id
from service.images.files import image_heads
from service.runtime.durable_files import create, sync_folder, write_draft
from service.settings.model import Settings

PLAIN = "plain"

CipherNow = Callable[[], ImageCipher]
"""Returns the cipher with the current keys. Raises ImageKeyError."""


def cipher_of(settings: Settings) -> CipherNow:
    """Returns the cipher of the settings; a first start creates the key file. Raises ImageKeyError."""
    if settings.image_key is not None:
        cipher = given_cipher(settings)
        return lambda: cipher
    file = KeyFile(settings.image_keys_path)
    if settings.image_key_file is None:
        file.make(settings.images_folder)
    file.cipher()
    return file.cipher


def given_cipher(settings: Settings) -> ImageCipher:
    """Returns the cipher with the existing keys, without creating a key file. Raises ImageKeyError."""
    if settings.image_key is not None:
        return parse_keys(settings.image_key.get_secret_value(), "VISAGE_IMAGE_KEY")
    return KeyFile(settings.image_keys_path).cipher()


def cipher_if_any(settings: Settings) -> ImageCipher | None:
    """Like :func:`cipher_of`, but returns None instead of creating a key file. Raises ImageKeyError."""
    if settings.image_key is None and settings.image_key_file is None and not settings.image_keys_path.exists():
        KeyFile(settings.image_keys_path).finds_plain(settings.images_folder)
        return None
    return cipher_of(settings)()


def parse_keys(text: str, source: str) -> ImageCipher:
    """Parses the keys in a text; ``source`` names the text in error messages. Raises ImageKeyError."""
    lines = [line.partition("#")[0].strip() for line in text.replace(",", "\n").splitlines()]
    words = [line for line in lines if line]
    keys = [_key(word, source) for word in words if word != PLAIN]
    if not keys:
        raise ImageKeyError(f"{source} holds no key")
    return ImageCipher(keys, PLAIN in words)


class KeyFile:
    """A file of keys. It is read again when it has changed, so a running service uses a new key for its next image."""

    def __init__(self, path: Path) -> None:
        """Reads nothing yet."""
        self._path = path
        self._read: tuple[tuple[int, int, int], ImageCipher] | None = None
        self._lock = threading.Lock()

    def cipher(self) -> ImageCipher:
        """Returns the cipher with the keys that the file has now. Raises ImageKeyError."""
        try:
            found = self._path.stat()
            state = (found.st_ino, found.st_mtime_ns, found.st_size)
            with self._lock:
                if self._read is None or self._read[0] != state:
                    self._read = state, parse_keys(self._text(), str(self._path))
                return self._read[1]
        except (OSError, UnicodeDecodeError) as error:
            raise ImageKeyError(f"{self._path} cannot be read: {whose(self._path) or error}") from None

    def add_key(self) -> None:
        """Adds a new key, which encrypts from now on. Raises OSError or ImageKeyError."""
        self.cipher()
        text = self._text()
        self._replace(text + ("" if text.endswith("\n") else "\n") + _new_line())

    def refuse_plain(self) -> None:
        """Removes ``plain``, so that unencrypted images are no longer read. Raises OSError."""
        lines = self._text().splitlines(keepends=True)
        self._replace("".join(line for line in lines if line.partition("#")[0].strip() != PLAIN))

    def make(self, images: Path) -> None:
        """Creates the file with one key if there is none; safe when several processes do it at once.

        Raises:
            ImageKeyError: one of the images is encrypted, so the file is lost. All images are examined.
        """
        if self._path.exists():
            return
        plain = f"{PLAIN}  # until visage images rotate is done\n" if self.finds_plain(images) else ""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        create(self._path, (plain + _new_line()).encode())

    def finds_plain(self, images: Path) -> bool:
        """Whether there are images, which then are unencrypted; raises ImageKeyError as :meth:`make`."""
        heads = (head for _, head in image_heads(images))
        first = next(heads, None)
        if first is not None and any(map(key_id, chain([first], heads))):
            raise ImageKeyError(f"{self._path} is missing, but images in {images} need its keys: restore it")
        return first is not None

    def _text(self) -> str:
        return self._path.read_text(encoding="utf-8-sig")

    def _replace(self, text: str) -> None:
        """Replaces the file; if the path is a symbolic link, its target."""
        path = self._path.resolve()
        if not path.is_file():
            raise ImageKeyError(f"{path} is not a file: a new key cannot be added to it")
        write_draft(path.parent, text.encode()).replace(path)
        sync_folder(path.parent)


def _key(word: str, source: str) -> ImageKey:
    try:
        secret = base64.b64decode(word, validate=True)
    except ValueError:  # binascii.Error, or characters that are not ASCII
        secret = b""
    if len(secret) != KEY_BYTES:
        raise ImageKeyError(f"{source} holds something that is not a key: a key is {KEY_BYTES} bytes in base64")
    return ImageKey(secret)


def _new_line() -> str:
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return f"{key}  # made {datetime.now(UTC):%Y-%m-%d}\n"
