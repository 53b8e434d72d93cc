"""A client of the provider, written for the tests, which can also break every rule."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.audit.audit import Audit
from service.openid.clients import SCOPES, Client, Clients
from tests.http.conftest import ORIGIN, bearer

REDIRECT_URI = "https://app.example.org/callback"
LOGOUT_URI = "https://app.example.org/goodbye"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
STATE, NONCE = "the state", "the nonce"


@dataclass
class Rp:
    """An application (a relying party), and the browser of its user.

    Attributes:
        browser: the user's browser, which keeps cookies.
        server: the application's own connection, without cookies.
    """

    browser: FlaskClient
    server: FlaskClient
    client_id: str
    secret: str | None

    def parameters(self, **changes: Any) -> dict[str, str]:
        """Returns a good authorization request; a change to None omits the parameter."""
        values = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": "openid profile email",
            "state": STATE,
            "nonce": NONCE,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: str(value) for name, value in values.items() if value is not None}

    def authorize(self, **changes: Any) -> TestResponse:
        return self.browser.get("/authorize", query_string=self.parameters(**changes))

    def interaction(self, **changes: Any) -> dict[str, Any]:
        """What the login page shows."""
        shown: dict[str, Any] = self.browser.get("/openid/interaction", query_string=self.parameters(**changes)).json
        return shown

    def sign_on(self, token: str) -> TestResponse:
        """What the login page does after a login."""
        return self.browser.post("/openid/session", headers={**bearer(token), **ORIGIN})

    def decide(self, decision: str = "allow", origin: dict[str, str] = ORIGIN, **changes: Any) -> TestResponse:
        body = {"query": urlencode(self.parameters(**changes)), "decision": decision}
        return self.browser.post("/openid/decision", json=body, headers=origin)

    def code(self, **changes: Any) -> str:
        """The code of a request of a user who is signed on."""
        return answer(self.authorize(**changes))["code"]

    def post(self, path: str, **values: Any) -> TestResponse:
        """A call of the application itself, with its secret in the header."""
        headers = {}
        if self.secret is not None:
            text = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            headers["Authorization"] = f"Basic {text}"
        elif "client_id" not in values:
            values["client_id"] = self.client_id
        form = {name: value for name, value in values.items() if value is not None}
        return self.server.post(path, data=form, headers=headers)

    def exchange(self, code: str, **changes: Any) -> TestResponse:
        values = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.post("/openid/token", **values)

    def tokens(self, **changes: Any) -> dict[str, Any]:
        """The tokens of a request of a user who is signed on."""
        response = self.exchange(self.code(**changes))
        assert response.status_code == 200, response.json
        body: dict[str, Any] = response.json
        return body

    def refresh(self, token: str, **changes: Any) -> TestResponse:
        return self.post("/openid/token", grant_type="refresh_token", refresh_token=token, **changes)

    def userinfo(self, access_token: str) -> TestResponse:
        return self.server.get("/openid/userinfo", headers=bearer(access_token))

    def claims(self, id_token: str) -> dict[str, Any]:
        """Verifies an ID token as OpenID Connect Core 1.0, section 3.1.3.7, says."""
        keys = jwt.PyJWKSet.from_dict(self.server.get("/.well-known/jwks.json").json)
        header = jwt.get_unverified_header(id_token)
        claims: dict[str, Any] = jwt.decode(
            id_token, keys[header["kid"]].key, algorithms=[header["alg"]], audience=self.client_id, issuer=ISSUER
        )
        return claims


ISSUER = "http://localhost:8000"


def register(app: Flask, database: Database, client_id: str = "app", *, public: bool = False, **changes: Any) -> Rp:
    """Adds a client as ``visage client add`` does."""
    values: dict[str, Any] = {
        "name": "The App",
        "redirect_uris": [REDIRECT_URI],
        "logout_uris": [LOGOUT_URI],
        "scopes": SCOPES,
        "third_party": False,
        "logo": None,
        "algorithm": "RS256",
        "required": None,
        **changes,
    }
    with database.unit_of_work() as work:
        secret = Clients(Audit()).add(work, Client(client_id=client_id, secret_hash=None, **values), public=public)
    return Rp(app.test_client(), app.test_client(use_cookies=False), client_id, secret)


def answer(response: TestResponse) -> dict[str, str]:
    """Returns the parameters of an authorization response that goes to the client."""
    assert response.status_code == 303, response.data
    return answer_in(response.headers["Location"])


def answer_in(location: str, redirect_uri: str = REDIRECT_URI) -> dict[str, str]:
    assert location.startswith(f"{redirect_uri}?"), location
    pairs = parse_qsl(urlsplit(location).query, strict_parsing=True)
    assert len(pairs) == len(parse_qs(urlsplit(location).query)), "a parameter is sent twice"
    return dict(pairs)


def unchecked_token(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token as an attacker makes one: signed by HMAC with what is public, or not at all."""
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, claims)]
    message = b".".join(parts)
    signed = hmac.digest(secret, message, "sha256") if header["alg"] == "HS256" else b""
    return (message + b"." + base64.urlsafe_b64encode(signed).rstrip(b"=")).decode()
