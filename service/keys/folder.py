"""The folder of the keys that sign tokens: which keys there are for each algorithm, and from when each signs.

The file name of a key says how and from when it signs: ``signing-20261126T124000Z.pem``, or ``signing.pem`` for the key
of the first start; with RSA ``rs256`` instead of ``signing``. Nothing else is stored about a key. So rotating adds a
file and retiring removes one, and a crash leaves either done or undone. A copy of the folder on another machine means
the same.

Of the keys whose time has come, the latest signs. A key that another has followed verifies until the last token that it
may have signed has expired. A key whose time has not come is already published: applications cache the key set, and
must know a key before they see a token that it signed.
"""

import fcntl
import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from service.keys.signing import Algorithm, SigningKey, create_signing_key, read_signing_key
from service.runtime.durable_files import sync_folder

EVER = datetime.min.replace(tzinfo=UTC)
"""The time from which the first key signs."""

NAMES: Mapping[Algorithm, str] = {"EdDSA": "signing", "RS256": "rs256"}
"""The beginning of the file names by algorithm."""

_STAMP = "%Y%m%dT%H%M%SZ"


class KeyState(StrEnum):
    """What a key is used for."""

    UPCOMING = "upcoming"
    SIGNING = "signing"
    VERIFYING = "verifying"
    EXPIRED = "expired"


@dataclass(frozen=True)
class KeptKey:
    """A key of the folder.

    Attributes:
        path: its file.
        key: the key pair.
        signs_from: from when it signs, to the second.
    """

    path: Path
    key: SigningKey
    signs_from: datetime


@dataclass(frozen=True)
class Keys:
    """The keys of one algorithm, at least one, the earliest first.

    Attributes:
        kept: all keys.
        lifetime: the lifetime of the tokens that they sign.
    """

    kept: Sequence[KeptKey]
    lifetime: timedelta

    def signing(self, now: datetime) -> KeptKey:
        """Returns the key that signs; the earliest if the time of none has come, because the clock was set back."""
        begun = [one for one in self.kept if one.signs_from <= now]
        return begun[-1] if begun else self.kept[0]

    def needed_until(self, key: KeptKey) -> datetime | None:
        """Returns when the last token that a key may have signed has expired; None for the latest key."""
        following = self.kept[self.kept.index(key) + 1 :]
        return following[0].signs_from + self.lifetime if following else None

    def state(self, key: KeptKey, now: datetime) -> KeyState:
        """Returns the state of a key at this moment."""
        if key == self.signing(now):
            return KeyState.SIGNING
        if key.signs_from > now:
            return KeyState.UPCOMING
        until = self.needed_until(key)
        return KeyState.VERIFYING if until is not None and until > now else KeyState.EXPIRED

    def published(self, now: datetime) -> list[KeptKey]:
        """Returns the keys that applications need: all except expired ones."""
        return [one for one in self.kept if self.state(one, now) is not KeyState.EXPIRED]


def open_keys(folder: Path, lifetime: timedelta, algorithm: Algorithm) -> Keys:
    """Reads the keys of an algorithm, and makes one if there is none; safe when several processes start at once.

    Args:
        folder: created with mode 0700 if necessary.
        lifetime: the lifetime of the tokens.
        algorithm: how the keys sign.

    Raises:
        SigningKeyError: a key cannot be used.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _files(folder, algorithm):
        with sole_change(folder):
            if not _files(folder, algorithm):
                create_signing_key(folder / f"{NAMES[algorithm]}.pem", algorithm)
    return read_keys(folder, lifetime, algorithm)


def read_keys(folder: Path, lifetime: timedelta, algorithm: Algorithm) -> Keys:
    """Reads the keys of an algorithm that has at least one; raises as :func:`open_keys`."""
    while True:
        try:
            kept = [KeptKey(path, read_signing_key(path), at) for at, path in _files(folder, algorithm)]
            return Keys(kept, lifetime)
        except FileNotFoundError:  # the key was retired after the listing
            continue


def add_key(folder: Path, signs_from: datetime, algorithm: Algorithm) -> Path:
    """Makes a key that signs from about this moment on and returns its file. Only within :func:`sole_change`."""
    path = folder / _file_name(signs_from, algorithm)
    while path.exists():
        signs_from += timedelta(seconds=1)
        path = folder / _file_name(signs_from, algorithm)
    create_signing_key(path, algorithm)
    return path


def remove_key(key: KeptKey) -> None:
    """Removes a key's file. Only within :func:`sole_change`."""
    key.path.unlink()
    sync_folder(key.path.parent)


@contextmanager
def sole_change(folder: Path) -> Iterator[None]:
    """Waits for the lock on changes of the keys, and holds it until the block ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def stamp_of(folder: Path, algorithm: Algorithm) -> Hashable:
    """Returns a value that changes when the key files do. Raises FileNotFoundError if one has just been removed."""
    files = [(path, path.stat()) for _, path in _files(folder, algorithm)]
    return tuple((path.name, status.st_ino, status.st_mtime_ns) for path, status in files)


def _files(folder: Path, algorithm: Algorithm) -> list[tuple[datetime, Path]]:
    """Lists the key files of an algorithm and from when each signs, the earliest first."""
    named = ((_signs_from(path.name, algorithm), path) for path in folder.iterdir())
    return sorted((at, path) for at, path in named if at is not None and path.is_file())


def _file_name(signs_from: datetime, algorithm: Algorithm) -> str:
    return f"{NAMES[algorithm]}-{signs_from.astimezone(UTC).strftime(_STAMP)}.pem"


def _signs_from(name: str, algorithm: Algorithm) -> datetime | None:
    """Parses the time in a file name; None if the file is not a key of this algorithm."""
    if name == f"{NAMES[algorithm]}.pem":
        return EVER
    try:
        return datetime.strptime(name, f"{NAMES[algorithm]}-{_STAMP}.pem").replace(tzinfo=UTC)
    except ValueError:
        return None
