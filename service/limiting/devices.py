"""Known devices: a device from which a user has logged in has a rate limit of its own.

After a login the browser gets a signed cookie that names the account and the device, and grants no access ("device
cookies", owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies). Attempts without such a cookie
share the limit of the account. So strangers cannot use up the attempts of the owner on a known device.
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
"""How long a device stays known after a login."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""Folds ASCII case, which every database ignores. For other differences a device is merely not recognised."""

_DIGEST_BYTES = 16
_BODY = struct.Struct(f">{_DIGEST_BYTES}s{_DIGEST_BYTES}s?I")
"""The content of a cookie: account, device, ``by_password``, and when it became known (seconds since 1970)."""


@dataclass(frozen=True)
class Device:
    """A known device.

    Attributes:
        owner: the account that has logged in from it, as :meth:`Devices.owner` computes it.
        number: identifies the device.
        by_password: whether it became known by a login by password or passkey or a sign-up, not only by a face login.
    """

    owner: bytes
    number: bytes
    by_password: bool


class Devices:
    """Issues device cookies and recognises them."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def account(self, username: str) -> bytes:
        """The key of a username for limits; the same for all spellings that may be one account."""
        return self.digest("account", folded(username))

    def owner(self, username: str) -> bytes:
        """The key of a username in cookies. No two accounts share one, so a look-alike's devices are not known."""
        return self.digest("owner", username.translate(_LOWER))

    def digest(self, purpose: str, text: str) -> bytes:
        """A keyed hash (BLAKE2b). Without the secret, it does not reveal what was hashed."""
        return self._mac(f"{purpose}\0{text}".encode())

    def remember(self, username: str, known: Device | None = None, *, by_password: bool) -> str:
        """The cookie for a device from which a user has just logged in. A known device keeps its number."""
        owner = self.owner(username)
        if known and known.owner == owner:
            number, by_password = known.number, by_password or known.by_password
        else:
            number = secrets.token_bytes(_DIGEST_BYTES)
        body = _BODY.pack(owner, number, by_password, int(self._clock()))
        return base64.urlsafe_b64encode(body + self._mac(b"device\0" + body)).decode().rstrip("=")

    def find(self, cookie: str | None) -> Device | None:
        """The device of a cookie; None if the signature is wrong or the cookie is too old."""
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
    """A username's key without accents, so that all names that a database may treat as equal have one key.

    Otherwise an attacker who spells one name in many ways would have the attempts of many accounts.
    """
    decomposed = unicodedata.normalize("NFKD", username_key(username))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
