"""Visage as an OpenID provider: its endpoints, its keys, and its token endpoint."""

import base64
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus, urlencode
from urllib.request import Request

from visage_client.errors import LoginRefusedError, TokenExpiredError, UnavailableError
from visage_client.http import Send, checked_address, get
from visage_client.keys import KeySet

DISCOVERED_SECONDS = 3600.0
"""How long the endpoints are cached. They change only with the configuration of Visage."""

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True)
class ClientCredentials:
    """How the application is registered with Visage; the secret is None for a public client."""

    client_id: str
    secret: str | None

    @property
    def header(self) -> Mapping[str, str]:
        """The header of ``client_secret_basic`` (RFC 6749, section 2.3.1); empty for a public client."""
        if self.secret is None:
            return {}
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


class Provider:
    """The provider at one issuer. Safe to use from several threads."""

    def __init__(self, issuer: str, send: Send, clock: Callable[[], float] = time.monotonic) -> None:
        """Sends nothing yet. Raises ValueError if the issuer is not https."""
        self.issuer = checked_address(issuer)
        self.keys = KeySet(lambda: get(self.endpoint("jwks_uri"), self._send))
        self._send = send
        self._clock = clock
        self._lock = threading.Lock()
        self._endpoints: Mapping[str, str] = {}
        self._known_until = float("-inf")

    def endpoint(self, name: str) -> str:
        """Returns the address of an endpoint by its name in the discovery document. Raises UnavailableError."""
        with self._lock:
            if self._clock() >= self._known_until:
                self._endpoints = self._discovered()
                self._known_until = self._clock() + DISCOVERED_SECONDS
            return self._endpoints[name]

    def tokens(self, credentials: ClientCredentials, fields: Mapping[str, str]) -> Mapping[str, Any]:
        """Sends a request to the token endpoint; returns the members of its reply.

        Raises LoginRefusedError or UnavailableError.
        """
        body = urlencode({**fields, "client_id": credentials.client_id}).encode()
        headers = {"Accept": "application/json", **credentials.header}
        reply = self._send(Request(self.endpoint("token_endpoint"), body, headers))  # noqa: S310 (checked)
        if reply.status == HTTPStatus.OK and str(reply.body.get("token_type", "")).lower() == "bearer":
            return reply.body
        if reply.status < HTTPStatus.INTERNAL_SERVER_ERROR and isinstance(reply.body.get("error"), str):
            raise LoginRefusedError(reply.body["error"], str(reply.body.get("error_description", "")))
        raise UnavailableError(f"the token endpoint answered with status {reply.status}")

    def user_info(self, access_token: str) -> Mapping[str, Any]:
        """Returns the claims of the userinfo endpoint. Raises TokenExpiredError or UnavailableError."""
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        reply = self._send(Request(self.endpoint("userinfo_endpoint"), headers=headers))  # noqa: S310 (checked)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            raise TokenExpiredError("the access token is not valid any more")
        if reply.status != HTTPStatus.OK:
            raise UnavailableError(f"the userinfo endpoint answered with status {reply.status}")
        return reply.body

    def _discovered(self) -> Mapping[str, str]:
        body = get(f"{self.issuer}/.well-known/openid-configuration", self._send).body
        if body.get("issuer") != self.issuer:
            raise UnavailableError(f"the service at {self.issuer} names another issuer: check VISAGE_PUBLIC_URL")
        try:
            return {name: checked_address(str(body[name])) for name in ENDPOINTS}
        except (KeyError, ValueError) as error:
            raise UnavailableError(f"the discovery document cannot be used: {error}") from None
