"""Verifies the access tokens that Visage's widget and API return."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from visage_client.http import Send, checked_address, get, send
from visage_client.keys import KeySet
from visage_client.levels import Level
from visage_client.tokens import LEEWAY, check_level, moment, verified_claims, words

ALGORITHMS = ("EdDSA",)
REQUIRED = ("iss", "aud", "sub", "iat", "exp", "jti", "amr", "acr", "auth_time", "sid")


@dataclass(frozen=True)
class AccessToken:
    """What a verified access token says.

    Attributes:
        subject: the user's id; it never changes.
        session_id: of the session; a refresh keeps it.
        level: of the login; None for a level that this version of the package does not know.
        methods: how the user logged in: ``face``, ``pwd``, ``hwk`` (a passkey).
        authenticated_at: when the user logged in; a refresh keeps it.
        expires_at: when the token expires.
    """

    subject: str
    session_id: str
    level: Level | None
    methods: Collection[str]
    authenticated_at: datetime
    expires_at: datetime


class TokenVerifier:
    """Verifies access tokens. Make one for the whole application; it is safe to use from several threads."""

    def __init__(
        self,
        address: str,
        *,
        issuer: str = "visage",
        audience: str = "visage",
        leeway: timedelta = LEEWAY,
        send: Send = send,
    ) -> None:
        """Sends nothing yet.

        Args:
            address: of Visage, such as ``https://login.example.org``; https, or http on localhost.
            issuer: Visage's setting ``VISAGE_ISSUER``.
            audience: Visage's setting ``VISAGE_AUDIENCE``.
            leeway: the tolerated difference between the clocks.
            send: sends the requests; for tests and for applications with an HTTP client of their own.

        Raises:
            ValueError: the address is not https.
        """
        self._keys = KeySet(partial(get, f"{checked_address(address)}/.well-known/jwks.json", send))
        self._issuer = issuer
        self._audience = audience
        self._leeway = leeway

    def verify(self, token: str, *, require: Level | None = None, max_age: timedelta | None = None) -> AccessToken:
        """Returns what a token says.

        Args:
            token: the token, without ``Bearer``.
            require: the level that the login must satisfy.
            max_age: the maximum age of the login. A refresh does not make it younger.

        Raises:
            TokenExpiredError: let the page refresh the session.
            TokenInvalidError: the token is not valid for this application.
            LevelTooLowError: let the user log in again, in the way that is required.
            UnavailableError: the keys cannot be fetched.
        """
        claims = verified_claims(
            token,
            self._keys,
            algorithms=ALGORITHMS,
            issuer=self._issuer,
            audience=self._audience,
            required=REQUIRED,
            leeway=self._leeway,
        )
        found = AccessToken(
            subject=str(claims["sub"]),
            session_id=str(claims["sid"]),
            level=Level.known(str(claims["acr"])),
            methods=words(claims["amr"]),
            authenticated_at=moment(claims["auth_time"]),
            expires_at=moment(claims["exp"]),
        )
        check_level(found.level, found.authenticated_at, require=require, max_age=max_age, leeway=self._leeway)
        return found
