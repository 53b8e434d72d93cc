"""Logs users in through Visage by OpenID Connect: the authorization code flow with PKCE."""

import base64
import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from visage_client.errors import LoginMismatchError, LoginRefusedError, TokenInvalidError, UnavailableError
from visage_client.http import Send, send
from visage_client.levels import Level
from visage_client.provider import ClientCredentials, Provider
from visage_client.started import Memory
from visage_client.tokens import LEEWAY, check_level, moment, verified_claims, words

HASHES = {"RS256": hashlib.sha256, "EdDSA": hashlib.sha512}
"""The algorithms of ID tokens, each with the hash of its ``at_hash`` (OpenID Connect Core 1.0, section 3.1.3.6)."""

_ADDRESS = re.compile(r"/|https?://")
"""Matches the beginning of an address; anything else is the query alone."""

REQUIRED = ("iss", "aud", "sub", "iat", "exp")


@dataclass(frozen=True)
class StartedLogin:
    """A login that was started.

    Attributes:
        url: where to send the user's browser.
        state: identifies the login; the response contains it.
        memory: to keep in the user's session under the state until the response arrives. It contains secrets.
    """

    url: str
    state: str
    memory: str


@dataclass(frozen=True)
class Identity:
    """What a verified ID token says.

    Attributes:
        subject: the user's id; it never changes.
        level: of the login; None if the token has none that this version of the package knows.
        methods: how the user logged in: ``face``, ``pwd``, ``hwk`` (a passkey).
        authenticated_at: when the user logged in; None if the token does not say.
        claims: all claims of the token.
    """

    subject: str
    level: Level | None
    methods: Collection[str]
    authenticated_at: datetime | None
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Tokens:
    """The result of a login or a refresh.

    Attributes:
        identity: of the user.
        id_token: for :meth:`OpenIDClient.logout_url`.
        access_token: for :meth:`OpenIDClient.user_info` only.
        refresh_token: replaces the earlier one; None if Visage issued none.
    """

    identity: Identity
    id_token: str
    access_token: str
    refresh_token: str | None


class OpenIDClient:
    """One client that ``visage client add`` registered. Make one for the whole application; it is thread-safe."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None = None,
        *,
        redirect_uri: str,
        leeway: timedelta = LEEWAY,
        send: Send = send,
    ) -> None:
        """Sends nothing yet.

        Args:
            issuer: the address of Visage (its setting ``VISAGE_PUBLIC_URL``); https, or http on localhost.
            client_id: the name given to ``visage client add``.
            client_secret: the secret that it printed; None for a public client.
            redirect_uri: an address of the application that was given to ``visage client add``.
            leeway: the tolerated difference between the clocks.
            send: sends the requests; for tests and for applications with an HTTP client of their own.

        Raises:
            ValueError: the issuer is not https.
        """
        self._provider = Provider(issuer, send)
        self._credentials = ClientCredentials(client_id, client_secret)
        self._redirect_uri = redirect_uri
        self._leeway = leeway

    def start(
        self,
        *,
        scope: Sequence[str] = ("openid",),
        require: Level | None = None,
        max_age: timedelta | None = None,
        essential: bool = False,
        **parameters: str,
    ) -> StartedLogin:
        """Starts a login, or a step-up of a user who is logged in.

        Args:
            scope: of ``openid``, ``profile``, ``email``, ``offline_access``, ``face``.
            require: the level that the login must satisfy. :meth:`finish` checks it.
            max_age: the maximum age of the login; zero always asks the user. :meth:`finish` checks it.
            essential: whether Visage shall refuse users who cannot reach ``require``
                (``unmet_authentication_requirements``). Otherwise it lets them in, and :meth:`finish` refuses them.
            parameters: further parameters: ``prompt``, ``login_hint``, ``ui_locales``.

        Raises:
            UnavailableError: the endpoints are not known and cannot be fetched.
        """
        seconds = None if max_age is None else int(max_age.total_seconds())
        memory = Memory(self._provider.issuer, self._redirect_uri, require, seconds)
        query = {
            **parameters,
            "response_type": "code",
            "client_id": self._credentials.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(scope),
            "state": memory.state,
            "nonce": memory.nonce,
            "code_challenge": memory.challenge,
            "code_challenge_method": "S256",
            **({} if seconds is None else {"max_age": str(seconds)}),
            **({} if require is None else _asked(require, essential=essential)),
        }
        url = _with_query(self._provider.endpoint("authorization_endpoint"), query)
        return StartedLogin(url, memory.state, memory.to_text())

    def finish(self, response: str, memory: str | None) -> Tokens:
        """Exchanges the response to a login for tokens.

        Args:
            response: the address that the browser called, or its query.
            memory: of the login. Remove it from the session first, so that it is used once.

        Raises:
            LoginMismatchError: the response does not belong to the login.
            LoginRefusedError: Visage refused the login, or the user cancelled it.
            LevelTooLowError: the login does not satisfy the requirements.
            TokenInvalidError: the ID token is not valid.
            UnavailableError: Visage cannot be reached.
        """
        started = Memory.from_text(memory)
        code = self._code(response, started)
        fields = {"grant_type": "authorization_code", "code": code, "code_verifier": started.verifier}
        found = self._provider.tokens(self._credentials, {**fields, "redirect_uri": started.redirect_uri})
        tokens = self._tokens(found)
        identity = tokens.identity
        if not _same(identity.claims.get("nonce"), started.nonce):
            raise LoginMismatchError("the ID token is for another login")
        check_level(
            identity.level,
            identity.authenticated_at,
            require=started.level,
            max_age=started.age,
            leeway=self._leeway,
        )
        return tokens

    def refresh(self, tokens: Tokens) -> Tokens:
        """Exchanges the refresh token for new tokens. The earlier refresh token must not be used again.

        Raises:
            LoginRefusedError: the session has ended (``invalid_grant``): start a login.
            LoginMismatchError: the new tokens are for another user.
            TokenInvalidError: the ID token is not valid.
            UnavailableError: Visage cannot be reached.
            ValueError: there is no refresh token.
        """
        if tokens.refresh_token is None:
            raise ValueError("Visage issued no refresh token")
        fields = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        found = self._provider.tokens(self._credentials, fields)
        new = self._tokens({"id_token": tokens.id_token, "refresh_token": tokens.refresh_token, **found}, tokens)
        was, now = tokens.identity, new.identity
        if was.subject != now.subject or now.authenticated_at not in {None, was.authenticated_at}:
            raise LoginMismatchError("the refreshed token is for another login")
        return new

    def user_info(self, tokens: Tokens) -> Mapping[str, Any]:
        """Returns the claims that the scopes allow, such as ``name`` and ``email``.

        Raises:
            TokenExpiredError: the access token is not valid any more: refresh first.
            LoginMismatchError: the claims are of another user.
            UnavailableError: Visage cannot be reached.
        """
        claims = self._provider.user_info(tokens.access_token)
        if claims.get("sub") != tokens.identity.subject:
            raise LoginMismatchError("the claims are of another user")
        return claims

    def logout_url(self, id_token: str, back: str | None = None) -> str:
        """Returns where to send the browser to end the user's session at Visage as well.

        Args:
            id_token: of the login.
            back: where Visage sends the browser then; an address that was given to ``visage client add``.

        Raises:
            UnavailableError: the endpoints are not known and cannot be fetched.
        """
        query = {"id_token_hint": id_token, "client_id": self._credentials.client_id}
        after = {"post_logout_redirect_uri": back} if back else {}
        return _with_query(self._provider.endpoint("end_session_endpoint"), {**query, **after})

    def _code(self, response: str, started: Memory) -> str:
        """Returns the authorization code. Raises LoginMismatchError or LoginRefusedError."""
        query = urlsplit(response).query if _ADDRESS.match(response) else response.removeprefix("?")
        sent = parse_qs(query, keep_blank_values=True, max_num_fields=50)
        if any(len(values) != 1 for values in sent.values()):
            raise LoginMismatchError("the response has a parameter twice")
        values = {name: value for name, (value,) in sent.items()}
        if not _same(values.get("state"), started.state):
            raise LoginMismatchError("the response is for another login")
        if not started.issuer == self._provider.issuer == values.get("iss"):  # RFC 9207: else of another provider
            raise LoginMismatchError("the response is of another provider")
        if "error" in values:
            raise LoginRefusedError(values["error"], values.get("error_description", ""))
        if not values.get("code"):
            raise LoginMismatchError("the response has no code")
        return values["code"]

    def _tokens(self, found: Mapping[str, Any], earlier: Tokens | None = None) -> Tokens:
        """Returns the tokens of a reply, verified. ``earlier`` are those before a refresh."""
        id_token, access_token, refresh_token = (found.get(f"{one}_token") for one in ("id", "access", "refresh"))
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise UnavailableError("the token endpoint returned no tokens")
        if not isinstance(refresh_token, str | None):
            raise UnavailableError("the token endpoint returned a malformed refresh token")
        if earlier and id_token == earlier.id_token:
            return Tokens(earlier.identity, id_token, access_token, refresh_token)
        return Tokens(self._identity(id_token, access_token), id_token, access_token, refresh_token)

    def _identity(self, id_token: str, access_token: str) -> Identity:
        """Verifies an ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""
        claims = verified_claims(
            id_token,
            self._provider.keys,
            algorithms=tuple(HASHES),
            issuer=self._provider.issuer,
            audience=self._credentials.client_id,
            required=REQUIRED,
            leeway=self._leeway,
        )
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._credentials.client_id:
            raise TokenInvalidError("the ID token was issued to another client")
        if "at_hash" in claims and not _same(claims["at_hash"], _half_hash(id_token, access_token)):
            raise TokenInvalidError("the ID token belongs to another access token")
        return Identity(
            subject=str(claims["sub"]),
            level=Level.known(str(claims.get("acr"))),
            methods=words(claims.get("amr", [])),
            authenticated_at=moment(claims["auth_time"]) if "auth_time" in claims else None,
            claims=claims,
        )


def _asked(level: Level, *, essential: bool) -> Mapping[str, str]:
    """Returns the parameter that asks for a level: one of two, because both at once would have no defined effect."""
    if not essential:
        return {"acr_values": level}
    enough = [level, *(one for one in Level if one is not level and one.satisfies(level))]
    return {"claims": json.dumps({"id_token": {"acr": {"essential": True, "values": enough}}})}


def _half_hash(id_token: str, access_token: str) -> str:
    digest = HASHES[jwt.get_unverified_header(id_token)["alg"]](access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


def _same(sent: object, expected: str) -> bool:
    return isinstance(sent, str) and compare_digest(sent.encode(), expected.encode())


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
