"""Devices that an account has logged in from: they keep their own allowance of tries while strangers use up theirs.

After a login a browser is given a cookie that names the account and the device under a signature, and grants nothing
else ("device cookies", owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies). Whoever guesses
at an account without one is limited together with everybody else who does; its owner, on a device of theirs, is not.
"""

import base64
import hashlib
import hmac
import secrets
import string
import struct
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from db.queries.usernames import username_key

LIFETIME = timedelta(days=365)
"""How long a device is known after a login."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""The difference between names that every database ignores. To be taken for unknown by another costs little."""

_DIGEST_BYTES = 16
_BODY = struct.Struct(f">{_DIGEST_BYTES}s{_DIGEST_BYTES}s?I")
"""An account, a device, whether a password made it known, and when, in seconds since 1970."""


@dataclass(frozen=True)
class Device:
    """A device that is known.

    Attributes:
        owner: whose account has logged in from it, as :meth:`Devices.owner` tells it.
        number: tells the device from others.
        by_password: whether with the password, or at the sign-up, and not by a face alone.
    """

    owner: bytes
    number: bytes
    by_password: bool


class Devices:
    """Makes devices known and knows them again."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def account(self, username: str) -> bytes:
        """A username as it is guessed at; the same for all ways to write it that may be one account."""
        return self.digest("account", folded(username))

    def owner(self, username: str) -> bytes:
        """A username as it is known; never the same for two accounts, or a look-alike's devices would be known too."""
        return self.digest("owner", username.translate(_LOWER))

    def digest(self, purpose: str, text: str) -> bytes:
        """A keyed hash, from which nobody without the secret can tell what was hashed."""
        return self._mac(f"{purpose}\0{text}".encode())

    def remember(self, username: str, known: Device | None = None, *, by_password: bool) -> str:
        """The cookie for a device from which an account has just logged in; one that is known stays what it was."""
        owner = self.owner(username)
        if known and known.owner == owner:
            number, by_password = known.number, by_password or known.by_password
        else:
            number = secrets.token_bytes(_DIGEST_BYTES)
        body = _BODY.pack(owner, number, by_password, int(self._clock()))
        return base64.urlsafe_b64encode(body + self._mac(b"device\0" + body)).decode().rstrip("=")

    def find(self, cookie: str | None) -> Device | None:
        """The device of a cookie; None for one that was not made here or has grown too old."""
        try:
            data = base64.urlsafe_b64decode((cookie or "") + "==")
        except ValueError:
            return None
        body, mac = data[: _BODY.size], data[_BODY.size :]
        if len(body) != _BODY.size or not hmac.compare_digest(mac, self._mac(b"device\0" + body)):
            return None
        owner, number, by_password, since = _BODY.unpack(body)
        return Device(owner, number, by_password) if self._clock() - since < LIFETIME.total_seconds() else None

    def _mac(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, key=self._secret, digest_size=_DIGEST_BYTES).digest()


def folded(username: str) -> str:
    """A username's key without accents: at least as coarse as the database's idea of the same name.

    Otherwise who spells one name in many ways would have the tries of many accounts.
    """
    decomposed = unicodedata.normalize("NFKD", username_key(username))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
