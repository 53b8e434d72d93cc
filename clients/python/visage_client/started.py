"""What an application has to remember between the start and the end of a login."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from visage_client.errors import LoginMismatchError
from visage_client.levels import Level

LOGIN_SECONDS = 1800.0
"""How long a user may take to log in (seconds)."""


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Memory:
    """The secrets and requirements of a login that was started.

    Attributes:
        issuer: where it was started.
        redirect_uri: where it ends.
        require: the required level; None for any.
        max_age: the maximum age of the login in seconds; None for any.
        state: returned by the authorization response.
        nonce: returned in the ID token.
        verifier: the secret of PKCE (RFC 7636).
        started_at: seconds since 1970.
    """

    issuer: str
    redirect_uri: str
    require: str | None
    max_age: int | None
    state: str = field(default_factory=_secret)
    nonce: str = field(default_factory=_secret)
    verifier: str = field(default_factory=_secret)
    started_at: float = field(default_factory=time.time)

    @property
    def challenge(self) -> str:
        """The PKCE challenge, by the method S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def level(self) -> Level | None:
        """The required level."""
        return Level(self.require) if self.require else None

    @property
    def age(self) -> timedelta | None:
        """The maximum age of the login."""
        return None if self.max_age is None else timedelta(seconds=self.max_age)

    def to_text(self) -> str:
        """Returns this as text for the session of the application."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str | None) -> "Memory":
        """Reads :meth:`to_text`. Raises LoginMismatchError if there is none, or if it is too old."""
        if not text:
            raise LoginMismatchError("this browser has started no such login, or has finished it before")
        try:
            memory = cls(**json.loads(text))
        except (TypeError, ValueError):
            raise LoginMismatchError("the memory of the login is malformed") from None
        if time.time() - memory.started_at > LOGIN_SECONDS:
            raise LoginMismatchError("the login was started too long ago")
        return memory
