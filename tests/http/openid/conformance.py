"""What the modules of the OpenID conformance suite have in common: requests, logins, and checks of what comes back.

The suite itself needs a MongoDB, a proxy and a provider that it reaches by TLS. Here its checks are made against the
application; the names in comments are those of the suite's conditions.
"""

import base64
import hashlib
import json
import string
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from sqlalchemy import text
from werkzeug.test import TestResponse

from db.core.engine import Database
from tests.http.conftest import Api
from tests.http.openid.client import ISSUER, NONCE, STATE, Rp, answer, answer_in

MIN_SECRET_BITS = 128
"""RFC 6749, section 10.10, recommends more for whatever cannot be guessed."""

MAX_SUBJECT = 255
"""ASCII characters; OpenID Connect Core 1.0, section 2."""

VALUE_CHARACTERS = frozenset(string.printable) - frozenset('"\\\r\n\t\x0b\x0c')
"""What RFC 6749, appendix A.7 and A.8, allows in errors and their descriptions."""

Tokens = dict[str, Any]


@dataclass
class Suite:
    """The suite with its user Ada, who has not logged in at the provider yet.

    Attributes:
        rp: the first client.
        other: the second client, which the browser shares.
        database: of the provider, where a test makes logins and codes older instead of waiting.
    """

    rp: Rp
    other: Rp
    database: Database

    def log_in(self) -> None:
        """What the login page does."""
        token = Api(self.rp.browser).login().json["access_token"]
        assert self.rp.sign_on(token).status_code == 200

    def authorize(self, rp: Rp | None = None, **changes: Any) -> dict[str, str]:
        """Sends the browser to the provider, where the user does what they are asked for; returns what comes back."""
        rp = rp or self.rp
        response = rp.authorize(**changes)
        if response.status_code == 303:
            return self.checked(answer(response), changes)
        assert (response.status_code, response.mimetype) == (200, "text/html")
        shown = rp.interaction(**changes)
        if shown["step"] == "login":
            self.log_in()
            response = rp.browser.get(f"/{shown['resume']}")
            if response.status_code == 303:
                return self.checked(answer(response), changes)
            assert response.status_code == 200
        return self.checked(answer_in(rp.decide(**changes, asked=_proof(shown)).json["location"]), changes)

    def authorize_without_a_page(self, **changes: Any) -> dict[str, str]:
        """Sends the browser to the provider, which must not show a page."""
        return self.checked(answer(self.rp.authorize(**changes)), changes)

    def checked(self, told: dict[str, str], changes: dict[str, Any]) -> dict[str, str]:
        """Checks an authorization response (CheckStateInAuthorizationResponse, ValidateIssIfPresent...)."""
        assert told["state"] == changes.get("state", STATE)
        assert told["iss"] == ISSUER
        if "error" in told:
            assert set(told) <= {"error", "error_description", "state", "iss"}
            assert set(told["error"] + told.get("error_description", "")) <= VALUE_CHARACTERS
        else:
            assert set(told) == {"code", "state", "iss"}
            assert len(told["code"]) * 6 >= MIN_SECRET_BITS
        return told

    def exchange(self, told: dict[str, str], rp: Rp | None = None) -> Tokens:
        """Exchanges the code of an authorization response, and checks the tokens."""
        return self.good_tokens((rp or self.rp).exchange(told["code"]), rp or self.rp)

    def good_tokens(self, response: TestResponse, rp: Rp) -> Tokens:
        """Checks an answer of the token endpoint (OpenID Connect Core 1.0, section 3.1.3.3)."""
        assert (response.status_code, response.mimetype) == (200, "application/json")
        assert "no-store" in response.headers["Cache-Control"]
        tokens: Tokens = response.json
        assert tokens["token_type"].lower() == "bearer"
        assert tokens["expires_in"] > 0
        assert tokens["access_token"].isascii()
        self.claims(tokens, rp)
        return tokens

    def claims(self, tokens: Tokens, rp: Rp | None = None) -> dict[str, Any]:
        """Checks an ID token (sections 2 and 3.1.3.7); returns its claims."""
        rp = rp or self.rp
        header = jwt.get_unverified_header(tokens["id_token"])
        assert header["alg"] == "RS256"  # EnsureIdTokenSignatureIsRS256
        assert header["kid"]
        claims = rp.claims(tokens["id_token"])
        assert (claims["iss"], claims["aud"]) == (ISSUER, rp.client_id)
        now = time.time()
        assert claims["iat"] <= now < claims["exp"]
        assert claims["sub"].isascii()
        assert len(claims["sub"]) <= MAX_SUBJECT
        assert isinstance(claims["auth_time"], int)
        assert claims.get("nonce", NONCE) == NONCE
        if "at_hash" in claims:
            half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
            assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
        return claims

    def happy_flow(self, **changes: Any) -> Tokens:
        """A login with a request that must succeed."""
        return self.exchange(self.authorize(**changes))

    def userinfo(self, tokens: Tokens) -> dict[str, Any]:
        """Calls the userinfo endpoint, and checks what it says (section 5.3.2)."""
        return self.good_userinfo(self.rp.userinfo(tokens["access_token"]), tokens)

    def good_userinfo(self, response: TestResponse, tokens: Tokens) -> dict[str, Any]:
        """Checks an answer of the userinfo endpoint."""
        assert (response.status_code, response.mimetype) == (200, "application/json")
        said: dict[str, Any] = response.json
        assert said["sub"] == self.claims(tokens)["sub"]
        assert isinstance(said.get("email_verified", False), bool)
        return said

    def refused_exchange(self, response: TestResponse) -> None:
        """Checks that the token endpoint refuses a grant (RFC 6749, section 5.2)."""
        assert (response.status_code, response.mimetype) == (400, "application/json")
        assert response.json["error"] == "invalid_grant"
        assert set(response.json.get("error_description", "")) <= VALUE_CHARACTERS

    def discovery(self) -> dict[str, Any]:
        """Returns the provider's metadata."""
        metadata: dict[str, Any] = self.rp.server.get("/.well-known/openid-configuration").json
        return metadata

    def grow_old(self, table: str, seconds: int) -> None:
        """Makes logins (``refresh_tokens``) or codes (``openid_codes``) this much older, where the suite waits."""
        names = {"refresh_tokens": ["auth_time"], "openid_codes": ["expires_at", "used_at"]}[table]
        changes = ", ".join(f"{name} = {name} - make_interval(secs => :seconds)" for name in names)
        with self.database.unit_of_work() as work:
            work.session.execute(text(f"UPDATE {table} SET {changes}"), {"seconds": seconds})  # noqa: S608


def unsigned(claims: dict[str, Any]) -> str:
    """Returns a request object without a signature (section 6.1)."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])


def _proof(shown: dict[str, Any]) -> str | None:
    """Returns the proof that the user was asked, which the page keeps in its address."""
    return dict(parse_qsl(urlsplit(shown["resume"]).query)).get("asked")
