"""Where the keys of the images come from: the environment, or a file that the first start makes.

Either holds a key a line (in the environment, commas will do): 32 bytes in base64, the oldest first. The last one
encrypts and all of them decrypt. The word ``plain`` among them lets images be read that were kept before there was any
key. What follows a ``#`` is a remark.
"""

import base64
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from service.domain.operator_errors import ImageKeyError
from service.domain.ownership import whose
from service.images.cipher import HEADER_BYTES, KEY_BYTES, ImageCipher, ImageKey, key_id
from service.runtime.durable_files import create, sync_folder, write_draft
from service.settings.model import Settings

PLAIN = "plain"

CipherNow = Callable[[], ImageCipher]
"""The cipher by the keys as they are now; raises ImageKeyError."""


def cipher_of(settings: Settings) -> CipherNow:
    """The cipher that the settings mean; a first start makes the file of the data folder. Raises ImageKeyError."""
    if settings.image_key is not None:
        cipher = given_cipher(settings)
        return lambda: cipher
    file = KeyFile(settings.image_keys_path)
    if settings.image_key_file is None:
        file.make(settings.images_folder)
    file.cipher()
    return file.cipher


def given_cipher(settings: Settings) -> ImageCipher:
    """The cipher by the keys that there are; makes none. Raises ImageKeyError."""
    if settings.image_key is not None:
        return parse_keys(settings.image_key.get_secret_value(), "VISAGE_IMAGE_KEY")
    return KeyFile(settings.image_keys_path).cipher()


def cipher_if_any(settings: Settings) -> ImageCipher | None:
    """The cipher as :func:`cipher_of` has it, or None where that would make the file; raises ImageKeyError."""
    if settings.image_key is None and settings.image_key_file is None and not settings.image_keys_path.exists():
        KeyFile(settings.image_keys_path).finds_plain(settings.images_folder)
        return None
    return cipher_of(settings)()


def parse_keys(text: str, source: str) -> ImageCipher:
    """The cipher that a text means, which an error calls ``source``; raises ImageKeyError."""
    lines = [line.partition("#")[0].strip() for line in text.replace(",", "\n").splitlines()]
    words = [line for line in lines if line]
    keys = [_key(word, source) for word in words if word != PLAIN]
    if not keys:
        raise ImageKeyError(f"{source} holds no key")
    return ImageCipher(keys, PLAIN in words)


class KeyFile:
    """A file of keys, read again when it has changed: a running service learns of a new key by its next image."""

    def __init__(self, path: Path) -> None:
        """Reads nothing yet."""
        self._path = path
        self._read: tuple[tuple[int, int, int], ImageCipher] | None = None
        self._lock = threading.Lock()

    def cipher(self) -> ImageCipher:
        """By the keys of the file as it is now; raises ImageKeyError."""
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
        """Adds a new key, which encrypts from now on; raises OSError or ImageKeyError."""
        self.cipher()
        text = self._text()
        self._replace(text + ("" if text.endswith("\n") else "\n") + _new_line())

    def refuse_plain(self) -> None:
        """From now on images that are not encrypted are not read; raises OSError."""
        lines = self._text().splitlines(keepends=True)
        self._replace("".join(line for line in lines if line.partition("#")[0].strip() != PLAIN))

    def make(self, images: Path) -> None:
        """Makes the file with a key where there is none; several processes may do so at once.

        Raises:
            ImageKeyError: among the images, of which all are looked at, is an encrypted one: there has been a file.
        """
        if self._path.exists():
            return
        plain = f"{PLAIN}  # until visage images rotate is done\n" if self.finds_plain(images) else ""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        create(self._path, (plain + _new_line()).encode())

    def finds_plain(self, images: Path) -> bool:
        """Whether there are images from before there was a file; raises ImageKeyError as :meth:`make`."""
        heads = _heads(images)
        first = next(heads, None)
        if first is not None and any(map(key_id, chain([first], heads))):
            raise ImageKeyError(f"{self._path} is gone, and the images in {images} are encrypted with it: restore it")
        return first is not None

    def _text(self) -> str:
        return self._path.read_text(encoding="utf-8-sig")

    def _replace(self, text: str) -> None:
        """The file itself, where the path is a link to it."""
        path = self._path.resolve()
        if not path.is_file():
            raise ImageKeyError(f"{path} is no file: a new key cannot be added to it")
        write_draft(path.parent, text.encode()).replace(path)
        sync_folder(path.parent)


def _key(word: str, source: str) -> ImageKey:
    try:
        secret = base64.b64decode(word, validate=True)
    except ValueError:  # binascii.Error is one, and what is not ASCII another
        secret = b""
    if len(secret) != KEY_BYTES:
        raise ImageKeyError(f"{source} holds what is no key: one is {KEY_BYTES} bytes in base64")
    return ImageKey(secret)


def _new_line() -> str:
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return f"{key}  # made {datetime.now(UTC):%Y-%m-%d}\n"


def _heads(images: Path) -> Iterator[bytes]:
    """How each of the images begins."""
    for path in images.glob("[!.]*/*/*"):
        with path.open("rb") as file:
            yield file.read(HEADER_BYTES)
