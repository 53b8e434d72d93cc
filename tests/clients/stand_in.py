"""A small OpenID provider with the endpoints of Visage's, whose tokens a test can falsify.

It lets every user in without asking. It checks what a provider must check of a client (PKCE, redirect URI, secret,
single use of codes and refresh tokens), so that a client that leaves something out fails.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

CLIENT = "shop"
SECRET = "a secret: with/special&characters"
REDIRECT_URI = "https://shop.example.org/callback"
SUBJECT = "00000000-0000-4000-8000-000000000000"
HASHES = {"RS256": hashlib.sha256, "EdDSA": hashlib.sha512}

Key = RSAPrivateKey | Ed25519PrivateKey
Query = dict[str, str]


@cache
def rsa_key(_name: str = "first") -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def encoded(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass
class StandIn:
    """The provider.

    Attributes:
        url: the issuer.
        keys: by key id; all are published.
        signs: the id of the key that signs.
        level: ``acr`` of the next login; None for the first that the request names, or a password.
        claims: changes to the claims of the next ID tokens; None omits a claim.
        refreshed_claims: further changes to those that a refresh returns.
        header: changes to their headers.
        forge: signs them instead of the key: takes the claims and the header.
        metadata: changes to the discovery document.
        published: the response to a request for the key set; None for the keys.
        user_info: the response to a request for the user's claims; None for the user's.
        answered: how many requests each path got.
        public: whether the client has no secret.
    """

    url: str
    keys: dict[str, Key]
    signs: str = "rsa"
    level: str | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    refreshed_claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    published: tuple[int, Any] | None = None
    user_info: tuple[int, Any] | None = None
    answered: dict[str, int] = field(default_factory=dict)
    public: bool = False
    _codes: dict[str, Query] = field(default_factory=dict)
    _refresh: dict[str, Query] = field(default_factory=dict)

    def jwks(self) -> Mapping[str, Any]:
        return {"keys": [{**_jwk(key), "kid": key_id, "use": "sig"} for key_id, key in self.keys.items()]}

    def discovery(self) -> Mapping[str, Any]:
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        endpoints = {f"{name}_endpoint": f"{self.url}/openid/{path}" for name, path in places.items()}
        found = {"issuer": self.url, "jwks_uri": f"{self.url}/.well-known/jwks.json", **endpoints, **self.metadata}
        return {name: value for name, value in found.items() if value is not None}

    def authorize(self, query: Query) -> str:
        """Returns where to send the browser."""
        assert (query["client_id"], query["redirect_uri"]) == (CLIENT, REDIRECT_URI)
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        code = secrets.token_urlsafe()
        self._codes[code] = {**query, "auth_time": str(int(time.time()))}
        return f"{REDIRECT_URI}?{urlencode({'code': code, 'state': query['state'], 'iss': self.url})}"

    def token(self, form: Query, authorization: str | None) -> tuple[int, Mapping[str, Any]]:
        if not self._is_client(form, authorization):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token":
            query = self._refresh.pop(form["refresh_token"], None)
            return self._issue(query, self.refreshed_claims) if query else (400, {"error": "invalid_grant"})
        query = self._codes.pop(form["code"], None)
        if query is None or query["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant", "error_description": "The code is not valid."}
        if encoded(hashlib.sha256(form["code_verifier"].encode()).digest()) != query["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "The verifier is wrong."}
        return self._issue(query)

    def _is_client(self, form: Query, authorization: str | None) -> bool:
        pair = f"{CLIENT}:{urlencode({'': SECRET})[1:]}"
        expected = None if self.public else f"Basic {base64.b64encode(pair.encode()).decode()}"
        return form.get("client_id", CLIENT) == CLIENT and authorization == expected

    def _issue(self, query: Query, changes: Mapping[str, Any] | None = None) -> tuple[int, Mapping[str, Any]]:
        access = secrets.token_urlsafe()
        now = int(time.time())
        algorithm = "RS256" if isinstance(self.keys[self.signs], RSAPrivateKey) else "EdDSA"
        digest = HASHES[algorithm](access.encode()).digest()
        claims = {
            "iss": self.url,
            "sub": SUBJECT,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": int(query["auth_time"]),
            "nonce": query["nonce"],
            "acr": self.level or query.get("acr_values", "urn:visage:pwd").split()[0],
            "amr": ["pwd"],
            "at_hash": encoded(digest[: len(digest) // 2]),
            **self.claims,
            **(changes or {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        reply = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if "offline_access" in query["scope"].split():
            reply["refresh_token"] = secrets.token_urlsafe()
            self._refresh[str(reply["refresh_token"])] = query
        return 200, {**reply, "id_token": self._signed(claims, {"kid": self.signs, **self.header}, algorithm)}

    def _signed(self, claims: dict[str, Any], header: dict[str, Any], algorithm: str) -> str:
        if self.forge:
            return self.forge(claims, header)
        return jwt.encode(claims, self.keys[self.signs], algorithm=algorithm, headers=header)


def _jwk(key: Key) -> Mapping[str, Any]:
    if isinstance(key, RSAPrivateKey):
        return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "alg": "RS256"}
    return {**OKPAlgorithm.to_jwk(key.public_key(), as_dict=True), "alg": "EdDSA"}


@contextmanager
def served() -> Iterator[StandIn]:
    """A stand-in that listens on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    provider = StandIn(url, {"rsa": rsa_key(), "ed": Ed25519PrivateKey.from_private_bytes(bytes(32))})
    server.provider = provider  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider, address = self._provider(), urlsplit(self.path)
        if address.path == "/.well-known/openid-configuration":
            self._answer(200, provider.discovery())
        elif address.path == "/.well-known/jwks.json":
            self._answer(*(provider.published or (200, provider.jwks())))
        elif address.path == "/openid/authorize":
            self._answer(302, {}, Location=provider.authorize(_single(address.query)))
        elif address.path == "/openid/userinfo":
            self._answer(*(provider.user_info or (200, {"sub": SUBJECT, "name": "Ada"})))
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        form = _single(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer(*self._provider().token(form, self.headers.get("Authorization")))

    def log_message(self, *_arguments: Any) -> None:
        pass

    def _provider(self) -> StandIn:
        provider: StandIn = self.server.provider  # type: ignore[attr-defined]
        path = urlsplit(self.path).path
        provider.answered[path] = provider.answered.get(path, 0) + 1
        return provider

    def _answer(self, status: int, body: Any, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Cache-Control": "max-age=300", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _single(text: str) -> Query:
    return {name: value for name, (value,) in parse_qs(text, keep_blank_values=True).items()}
