"""Both packages log users in by OpenID Connect, and notice every known attack on the flow."""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.clients.drivers import Drive, client_options
from tests.clients.stand_in import CLIENT, REDIRECT_URI, SUBJECT, StandIn, rsa_key

STRANGER = "https://evil.example"
CHALLENGED = "urn:visage:face:challenge"

Forge = Callable[[dict[str, Any], dict[str, Any]], str]


def log_in(drive: Drive, provider: StandIn, **case: Any) -> Any:
    """Logs in; ``case`` has ``start``, ``change`` (of the response), ``memory`` (changes to it) and ``then``."""
    secret = {"clientSecret": None} if provider.public else {}
    return drive({"call": "login", "client": client_options(provider.url, **secret), "start": {}, **case})


@pytest.mark.parametrize("key", ["rsa", "ed"])
@pytest.mark.parametrize("public", [False, True], ids=["confidential", "public"])
def test_a_user_logs_in(drive: Drive, provider: StandIn, key: str, public: bool) -> None:
    provider.signs, provider.public = key, public
    found = log_in(drive, provider, then=["userInfo"])
    assert (found["subject"], found["level"], found["methods"]) == (SUBJECT, "urn:visage:pwd", ["pwd"])
    assert found["userInfo"] == {"sub": SUBJECT, "name": "Ada"}
    assert not found["refreshes"]


def test_the_start_asks_for_what_the_application_wants(drive: Drive, provider: StandIn) -> None:
    start = {
        "scope": ["openid", "profile"],
        "require": CHALLENGED,
        "maxAge": 300,
        "parameters": {"prompt": "login", "login_hint": "ada", "ui_locales": "de"},
    }
    started = drive({"call": "start", "client": client_options(provider.url), "start": start})
    asked = {name: value for name, (value,) in parse_qs(urlsplit(started["url"]).query).items()}
    memory = json.loads(started["memory"])
    digest = hashlib.sha256(memory["verifier"].encode()).digest()
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT_URI,
        "scope": "openid profile",
        "state": started["state"],
        "nonce": memory["nonce"],
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "acr_values": CHALLENGED,
        "max_age": "300",
        "prompt": "login",
        "login_hint": "ada",
        "ui_locales": "de",
    }
    assert len({memory["state"], memory["nonce"], memory["verifier"]}) == 3
    assert all(len(memory[name]) == 43 for name in ("state", "nonce", "verifier"))


def test_an_essential_level_can_be_reached_by_every_level_that_satisfies_it(drive: Drive, provider: StandIn) -> None:
    start = {"require": "urn:visage:face:passive", "essential": True}
    started = drive({"call": "start", "client": client_options(provider.url), "start": start})
    asked = {name: value for name, (value,) in parse_qs(urlsplit(started["url"]).query).items()}
    values = ["urn:visage:face:passive", CHALLENGED, "urn:visage:face:challenge+passkey"]
    assert json.loads(asked["claims"]) == {"id_token": {"acr": {"essential": True, "values": values}}}
    assert "acr_values" not in asked


def test_the_query_of_the_response_is_enough(drive: Drive, provider: StandIn) -> None:
    assert log_in(drive, provider, plain=True)["subject"] == SUBJECT


@pytest.mark.parametrize(
    ("user_info", "error"),
    [
        ((401, {}), "TokenExpiredError"),
        ((500, {}), "UnavailableError"),
        ((200, {"sub": "somebody else"}), "LoginMismatchError"),
        ((200, []), "LoginMismatchError"),
    ],
)
def test_claims_that_are_not_the_user_s_are_an_error(
    drive: Drive, provider: StandIn, user_info: tuple[int, Any], error: str
) -> None:
    provider.user_info = user_info
    assert log_in(drive, provider, then=["userInfo"])["userInfo"]["error"] == error


def test_a_session_goes_on_by_rotating_refresh_tokens(drive: Drive, provider: StandIn) -> None:
    found = log_in(
        drive, provider, start={"scope": ["openid", "offline_access"]}, then=["refresh", "refreshAgain", "logout"]
    )
    assert found["refreshes"]
    assert (found["refresh"]["subject"], found["refresh"]["isNew"]) == (SUBJECT, True)
    assert (found["refreshAgain"]["error"], found["refreshAgain"]["code"]) == ("LoginRefusedError", "invalid_grant")


def test_a_logout_ends_the_session_at_the_provider_too(drive: Drive, provider: StandIn) -> None:
    address = urlsplit(log_in(drive, provider, then=["logout"])["logout"])
    sent = {name: value for name, (value,) in parse_qs(address.query).items()}
    assert address.path == "/openid/logout"
    assert jwt.decode(sent.pop("id_token_hint"), options={"verify_signature": False})["sub"] == SUBJECT
    assert sent == {"client_id": CLIENT, "post_logout_redirect_uri": "https://shop.example.org/"}


@pytest.mark.parametrize(
    ("level", "error"),
    [
        (CHALLENGED, None),
        ("urn:visage:face:challenge+passkey", None),
        ("urn:visage:face", "LevelTooLowError"),
        ("urn:visage:pwd", "LevelTooLowError"),
        ("urn:visage:of-tomorrow", "LevelTooLowError"),
    ],
)
def test_a_step_up_has_to_reach_the_level(drive: Drive, provider: StandIn, level: str, error: str | None) -> None:
    provider.level = level
    assert log_in(drive, provider, start={"require": CHALLENGED}).get("error") == error


@pytest.mark.parametrize(
    ("ago", "error"), [(0, None), (60, None), (68, None), (90, "LevelTooLowError"), (None, "LevelTooLowError")]
)
def test_a_step_up_has_to_be_recent(drive: Drive, provider: StandIn, ago: int | None, error: str | None) -> None:
    provider.claims["auth_time"] = None if ago is None else int(time.time()) - ago
    assert log_in(drive, provider, start={"maxAge": 60}).get("error") == error


# The response of the authorization endpoint


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": "of another login"}, id="CSRF: another state"),
        pytest.param({"state": None}, id="CSRF: no state"),
        pytest.param({"iss": STRANGER}, id="mix-up: another issuer"),
        pytest.param({"iss": None}, id="mix-up: no issuer"),
        pytest.param({"error": "access_denied", "code": None, "state": "x"}, id="a forged error"),
        pytest.param({"code": None}, id="no code"),
    ],
)
def test_a_response_of_another_login_is_not_exchanged(
    drive: Drive, provider: StandIn, change: dict[str, str | None]
) -> None:
    assert log_in(drive, provider, change=change)["error"] == "LoginMismatchError"
    assert "/openid/token" not in provider.answered


@pytest.mark.parametrize(
    "memory",
    [
        pytest.param(None, id="none"),
        pytest.param({"issuer": STRANGER}, id="mix-up: started at another provider"),
        pytest.param({"started_at": 1_700_000_000}, id="from long ago"),
        pytest.param({"state": "x"}, id="of another login"),
    ],
)
def test_a_login_that_this_browser_did_not_start_is_refused(
    drive: Drive, provider: StandIn, memory: dict[str, Any] | None
) -> None:
    assert log_in(drive, provider, memory=memory)["error"] == "LoginMismatchError"
    assert "/openid/token" not in provider.answered


def test_an_error_of_the_provider_says_which(drive: Drive, provider: StandIn) -> None:
    change = {"code": None, "error": "unmet_authentication_requirements", "error_description": "No passkey."}
    found = log_in(drive, provider, change=change)
    assert (found["error"], found["code"]) == ("LoginRefusedError", "unmet_authentication_requirements")
    assert found["message"] == "unmet_authentication_requirements: No passkey."


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"change": {"code": "of somebody else"}}, id="an injected code"),
        pytest.param({"memory": {"verifier": "x" * 43}}, id="a code of another browser, which PKCE binds"),
        pytest.param({"memory": {"redirect_uri": STRANGER, "redirectUri": STRANGER}}, id="another redirect URI"),
    ],
)
def test_a_code_of_another_login_is_refused(drive: Drive, provider: StandIn, case: dict[str, Any]) -> None:
    assert log_in(drive, provider, **case)["error"] in {"LoginRefusedError", "LoginMismatchError"}


def test_a_response_can_be_used_once(drive: Drive, provider: StandIn) -> None:
    again = log_in(drive, provider, then=["again"])["again"]
    assert (again["error"], again["code"]) == ("LoginRefusedError", "invalid_grant")


def test_a_wrong_secret_is_refused(drive: Drive, provider: StandIn) -> None:
    found = log_in(drive, provider, client=client_options(provider.url, clientSecret="wrong"))
    assert (found["error"], found["code"]) == ("LoginRefusedError", "invalid_client")


# The ID token


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        pytest.param({"nonce": "of another login"}, "LoginMismatchError", id="replay: another nonce"),
        pytest.param({"nonce": None}, "LoginMismatchError", id="replay: no nonce"),
        pytest.param({"iss": STRANGER}, "TokenInvalidError", id="another issuer"),
        pytest.param({"aud": "another client"}, "TokenInvalidError", id="another audience"),
        pytest.param({"aud": [CLIENT, "another"]}, "TokenInvalidError", id="several audiences without azp"),
        pytest.param({"azp": "another client"}, "TokenInvalidError", id="another authorized party"),
        pytest.param({"at_hash": "x" * 22}, "TokenInvalidError", id="another access token"),
        pytest.param({"sub": None}, "TokenInvalidError", id="no subject"),
        pytest.param({"exp": None}, "TokenInvalidError", id="no expiry"),
        pytest.param({"iat": None}, "TokenInvalidError", id="no time of issue"),
        pytest.param({"exp": "tomorrow"}, "TokenInvalidError", id="an expiry that is no number"),
        pytest.param({"auth_time": "today"}, "TokenInvalidError", id="a time of login that is no number"),
        pytest.param({"amr": "pwd"}, "TokenInvalidError", id="methods that are no list"),
        pytest.param({"aud": [CLIENT, "another"], "azp": CLIENT}, None, id="several audiences with azp"),
        pytest.param({"at_hash": None, "acr": None, "amr": None, "auth_time": None}, None, id="the least claims"),
    ],
)
def test_the_claims_of_an_id_token_are_checked(
    drive: Drive, provider: StandIn, claims: dict[str, Any], error: str | None
) -> None:
    provider.claims = claims
    assert log_in(drive, provider).get("error") == error


@pytest.mark.parametrize(
    ("issued", "expires", "error"),
    [
        pytest.param(0, -5, None, id="expired for 5 s"),
        pytest.param(-300, -30, "TokenExpiredError", id="expired for 30 s"),
        pytest.param(5, 300, None, id="the provider's clock is 5 s ahead"),
        pytest.param(30, 300, "TokenInvalidError", id="the provider's clock is 30 s ahead"),
    ],
)
def test_clocks_may_differ_by_ten_seconds(
    drive: Drive, provider: StandIn, issued: int, expires: int, error: str | None
) -> None:
    now = int(time.time())
    provider.claims = {"iat": now + issued, "exp": now + expires}
    assert log_in(drive, provider).get("error") == error


def test_a_larger_leeway_can_be_chosen(drive: Drive, provider: StandIn) -> None:
    provider.claims = {"iat": int(time.time()) + 30}
    assert "error" not in log_in(drive, provider, client=client_options(provider.url, leeway=45))


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none", headers=header)


def with_the_public_key_as_a_secret(claims: dict[str, Any], header: dict[str, Any]) -> str:
    public = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT", **header}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = jwt.get_algorithm_by_name("HS256").sign(signed, public)
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def with_another_key(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key("another"), algorithm="RS256", headers=header)


def with_a_key_of_another_kind(claims: dict[str, Any], header: dict[str, Any]) -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    return jwt.encode(claims, key, algorithm="EdDSA", headers=header)  # names the RSA key


def changed_afterwards(claims: dict[str, Any], header: dict[str, Any]) -> str:
    first, _, last = jwt.encode(claims, rsa_key(), algorithm="RS256", headers=header).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "admin"}).encode()).decode().rstrip("=")
    return f"{first}.{body}.{last}"


def with_an_unknown_key(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key(), algorithm="RS256", headers={**header, "kid": "unknown"})


def with_its_own_key(claims: dict[str, Any], header: dict[str, Any]) -> str:
    own = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key("another").public_key(), as_dict=True)
    return jwt.encode(claims, rsa_key("another"), algorithm="RS256", headers={**header, "jwk": own})


def as_an_access_token(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key(), algorithm="RS256", headers={**header, "typ": "at+jwt"})


def with_a_critical_extension(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key(), algorithm="RS256", headers={**header, "crit": ["exp"], "exp": 1})


def no_token(_claims: dict[str, Any], _header: dict[str, Any]) -> str:
    return "abc"


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        with_the_public_key_as_a_secret,
        with_another_key,
        with_a_key_of_another_kind,
        changed_afterwards,
        with_an_unknown_key,
        with_its_own_key,
        as_an_access_token,
        with_a_critical_extension,
        no_token,
    ],
)
def test_a_forged_id_token_is_refused(drive: Drive, provider: StandIn, forge: Forge) -> None:
    provider.forge = forge
    assert log_in(drive, provider)["error"] == "TokenInvalidError"


@pytest.mark.parametrize("claims", [{"sub": "somebody else"}, {"auth_time": 1_700_000_000}, {"iss": STRANGER}])
def test_a_refresh_cannot_become_another_login(drive: Drive, provider: StandIn, claims: dict[str, Any]) -> None:
    provider.refreshed_claims = claims
    found = log_in(drive, provider, start={"scope": ["openid", "offline_access"]}, then=["refresh"])
    assert found["refresh"]["error"] in {"LoginMismatchError", "TokenInvalidError"}


# Discovery


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"issuer": STRANGER}, id="mix-up: another issuer"),
        pytest.param({"issuer": None}, id="no issuer"),
        pytest.param({"token_endpoint": "http://elsewhere.example/token"}, id="an endpoint without https"),
        pytest.param({"jwks_uri": None}, id="no keys"),
        pytest.param({"authorization_endpoint": "javascript:alert(1)"}, id="an endpoint that is no address"),
    ],
)
def test_a_wrong_discovery_document_is_not_used(drive: Drive, provider: StandIn, metadata: dict[str, Any]) -> None:
    provider.metadata = metadata
    assert log_in(drive, provider)["error"] == "UnavailableError"


@pytest.mark.parametrize("published", [(500, {}), (200, []), (200, b"<html>"), (302, {})])
def test_without_the_keys_nobody_can_log_in(drive: Drive, provider: StandIn, published: tuple[int, Any]) -> None:
    provider.published = published
    assert log_in(drive, provider)["error"] == "UnavailableError"


@pytest.mark.parametrize("issuer", ["http://login.example.org", "ftp://login.example.org", "login.example.org"])
def test_an_issuer_has_to_be_https(drive: Drive, issuer: str) -> None:
    found = drive({"call": "start", "client": client_options(issuer), "start": {}})
    assert found["error"] in {"ValueError", "TypeError"}
