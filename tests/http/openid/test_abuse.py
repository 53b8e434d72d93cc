"""What attackers try at the provider; docs/security.md names each of these tests."""

import base64
import io
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.http.context import EXTENSION
from service.openid import single_sign_on
from service.openid.clients import Clients
from tests.http.conftest import ORIGIN, Api, bearer, code_of
from tests.http.openid.client import ISSUER, VERIFIER, Rp, answer, register, unchecked_token

FORM = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}


def test_a_code_can_be_exchanged_once_and_a_second_exchange_revokes_the_tokens(ada: Rp) -> None:
    code = ada.code()
    tokens = ada.exchange(code).json
    assert ada.userinfo(tokens["access_token"]).status_code == 200
    again = ada.exchange(code)
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
    assert ada.userinfo(tokens["access_token"]).status_code == 401
    assert ada.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_a_code_expires(ada: Rp, database: Database) -> None:
    code = ada.code()
    with database.unit_of_work() as work:
        work.session.execute(text("UPDATE openid_codes SET expires_at = now() - interval '1 second'"))
    assert ada.exchange(code).json["error"] == "invalid_grant"


def test_a_code_dies_with_the_login(ada: Rp) -> None:
    code = ada.code()
    Api(ada.browser).logout()
    assert ada.exchange(code).json["error"] == "invalid_grant"


def test_a_code_can_be_exchanged_only_by_its_own_client(ada: Rp, app: Flask, database: Database) -> None:
    thief = register(app, database, "thief")
    assert thief.exchange(ada.code()).json["error"] == "invalid_grant"


def test_a_code_is_bound_to_its_redirect_uri(ada: Rp) -> None:
    assert ada.exchange(ada.code(), redirect_uri="https://app.example.org/other").json["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", [None, "w" * 43, "v" * 42, "v" * 129, ""])
def test_a_code_without_its_verifier_is_refused(ada: Rp, verifier: str | None) -> None:
    refused = ada.exchange(ada.code(), code_verifier=verifier)
    assert (refused.status_code, refused.json["error"]) in {(400, "invalid_grant"), (400, "invalid_request")}


def test_pkce_cannot_be_downgraded(ada: Rp) -> None:
    assert answer(ada.authorize(code_challenge=None, code_challenge_method=None))["error"] == "invalid_request"
    assert answer(ada.authorize(code_challenge=VERIFIER, code_challenge_method="plain"))["error"] == "invalid_request"


def test_a_wrong_secret_is_refused(ada: Rp) -> None:
    code = ada.code()
    right, ada.secret = ada.secret, "wrong"
    refused = ada.exchange(code)
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    ada.secret = None
    assert ada.exchange(code).status_code in {400, 401}  # no client with a secret may come without
    ada.secret = right
    assert ada.exchange(code).status_code == 200


def test_a_rotated_secret_is_refused_at_once(ada: Rp, app: Flask, database: Database) -> None:
    with database.unit_of_work() as work:
        new = Clients(app.extensions[EXTENSION].audit).rotate_secret(work, "app")
    code = ada.code()
    assert ada.exchange(code).status_code == 401
    ada.secret = new
    assert ada.exchange(code).status_code == 200


def test_a_removed_client_takes_its_tokens_along(ada: Rp, app: Flask, database: Database) -> None:
    tokens = ada.tokens(scope="openid offline_access")
    with database.unit_of_work() as work:
        Clients(app.extensions[EXTENSION].audit).remove(work, "app")
    assert ada.userinfo(tokens["access_token"]).status_code == 401
    assert ada.authorize().status_code == 400


def test_a_stolen_refresh_token_revokes_its_family(ada: Rp) -> None:
    first = ada.tokens()
    second = ada.refresh(first["refresh_token"]).json
    assert ada.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert ada.refresh(second["refresh_token"]).json["error"] == "invalid_grant"
    assert ada.userinfo(second["access_token"]).status_code == 401


def test_a_refresh_token_can_be_used_only_by_its_own_client(ada: Rp, app: Flask, database: Database) -> None:
    thief = register(app, database, "thief")
    token = ada.tokens()["refresh_token"]
    assert thief.refresh(token).json["error"] == "invalid_grant"
    assert ada.refresh(token).status_code == 200


def test_a_refresh_token_of_a_client_is_refused_as_the_cookie_of_visage(ada: Rp) -> None:
    token = ada.tokens()["refresh_token"]
    browser = ada.browser
    for path in ("/user/refresh", "/user/logout"):
        browser.set_cookie("visage_refresh", token, path=path)
    assert browser.post("/user/refresh", headers=ORIGIN).status_code == 401
    assert browser.post("/user/logout", headers=ORIGIN, json={"everywhere": True}).status_code == 401


def test_the_cookie_of_visage_is_refused_as_a_refresh_token_of_a_client(ada: Rp) -> None:
    cookie = ada.browser.get_cookie("visage_refresh", path="/user/refresh")
    assert cookie is not None
    assert ada.refresh(cookie.value).json["error"] == "invalid_grant"


def test_tokens_end_with_the_login_unless_they_are_for_offline_access(ada: Rp) -> None:
    online, offline = ada.tokens(), ada.tokens(scope="openid offline_access")
    Api(ada.browser).logout()
    assert ada.userinfo(online["access_token"]).status_code == 401
    assert ada.refresh(online["refresh_token"]).json["error"] == "invalid_grant"
    assert ada.userinfo(offline["access_token"]).status_code == 200
    assert ada.refresh(offline["refresh_token"]).status_code == 200


def test_ending_all_sessions_ends_those_of_applications(ada: Rp) -> None:
    offline = ada.tokens(scope="openid offline_access")
    Api(ada.browser).logout(everywhere=True)
    assert ada.refresh(offline["refresh_token"]).json["error"] == "invalid_grant"
    assert ada.authorize().status_code == 200


def test_another_login_in_the_same_browser_ends_the_one_before(ada: Rp) -> None:
    first = ada.tokens()
    ada.sign_on(Api(ada.browser).store(2, "eve").json["access_token"])
    assert ada.userinfo(first["access_token"]).status_code == 401
    assert ada.claims(ada.tokens()["id_token"])["preferred_username"] == "eve"


def test_a_step_up_keeps_the_tokens_of_the_same_user(ada: Rp) -> None:
    first = ada.tokens()
    ada.sign_on(Api(ada.browser).recognize().json["access_token"])
    assert ada.userinfo(first["access_token"]).status_code == 200


def test_the_cookie_of_single_sign_on_changes_at_every_login(ada: Rp) -> None:
    before = ada.browser.get_cookie("visage_sso")
    ada.sign_on(Api(ada.browser).login().json["access_token"])
    after = ada.browser.get_cookie("visage_sso")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    ada.browser.set_cookie("visage_sso", before.value)
    assert ada.authorize().status_code == 200  # the login before has ended


def test_the_cookie_of_single_sign_on_rotates_and_a_copy_ends_the_login(
    ada: Rp, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ada.browser.get_cookie("visage_sso")
    monkeypatch.setattr(single_sign_on, "ROTATE_AFTER", timedelta(0))
    assert "code" in answer(ada.authorize())
    after = ada.browser.get_cookie("visage_sso")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    ada.browser.set_cookie("visage_sso", before.value)
    assert "code" in answer(ada.authorize())  # another tab, a moment later
    monkeypatch.setattr(single_sign_on, "GRACE", timedelta(0))
    assert ada.authorize().status_code == 200
    ada.browser.set_cookie("visage_sso", after.value)
    assert ada.authorize().status_code == 200


def test_a_refused_request_does_not_lose_the_cookie(ada: Rp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_sign_on, "ROTATE_AFTER", timedelta(0))
    assert answer(ada.authorize(prompt="none", max_age="0"))["error"] == "login_required"
    monkeypatch.setattr(single_sign_on, "GRACE", timedelta(0))
    assert "code" in answer(ada.authorize())


@pytest.mark.parametrize("value", ["", "x", "x" * 5000, "\u00e9"])
def test_an_invented_cookie_signs_nobody_on(rp: Rp, value: str) -> None:
    rp.browser.set_cookie("visage_sso", value)
    assert rp.authorize().status_code == 200


def test_only_the_service_s_own_page_can_sign_a_browser_on(rp: Rp, token: str) -> None:
    for origin in ({}, {"Origin": "https://evil.example"}):
        assert rp.browser.post("/openid/session", headers={**bearer(token), **origin}).status_code == 403
    assert rp.browser.post("/openid/session", headers=ORIGIN).status_code == 401
    assert rp.authorize().status_code == 200


def test_a_login_that_has_ended_cannot_be_continued(rp: Rp, token: str) -> None:
    Api(rp.browser).logout()
    assert rp.sign_on(token).status_code == 401


def test_an_access_token_of_an_earlier_login_begins_no_single_sign_on(
    rp: Rp, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_sign_on, "FRESH", timedelta(0))
    assert rp.sign_on(token).status_code == 401
    assert rp.authorize().status_code == 200


def test_the_cookie_is_closed_to_scripts_and_other_sites(rp: Rp, token: str) -> None:
    (cookie,) = rp.sign_on(token).headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secured = rp.browser.post(
        "/openid/session", headers={**bearer(token), "Origin": "https://localhost"}, base_url="https://localhost"
    )
    (cookie,) = [one for one in secured.headers.getlist("Set-Cookie") if "sso" in one]
    assert cookie.startswith("__Host-visage_sso=")
    assert "Secure" in cookie
    assert "Path=/;" in f"{cookie};"
    assert "Domain" not in cookie


def test_pages_cannot_be_framed(rp: Rp) -> None:
    headers = rp.authorize().headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_an_erased_account_is_unknown_to_applications(ada: Rp, token: str) -> None:
    tokens = ada.tokens(scope="openid offline_access")
    assert ada.browser.delete("/user/me", headers=bearer(token)).status_code == 204
    assert ada.userinfo(tokens["access_token"]).status_code == 401
    assert ada.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert ada.authorize().status_code == 200


def test_a_client_may_revoke_its_own_tokens_alone(ada: Rp, app: Flask, database: Database) -> None:
    tokens, thief = ada.tokens(), register(app, database, "thief")
    assert thief.post("/openid/revoke", token=tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert ada.post("/openid/revoke", token="unknown").status_code == 200
    assert ada.post("/openid/revoke", token=tokens["access_token"], token_type_hint="refresh_token").status_code == 200
    assert ada.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_introspection_shows_a_client_only_its_own_tokens(ada: Rp, app: Flask, database: Database) -> None:
    tokens, other = ada.tokens(), register(app, database, "other")
    for name in ("access_token", "refresh_token"):
        told = ada.post("/openid/introspect", token=tokens[name]).json
        assert (told["active"], told["client_id"]) == (True, "app")
        assert other.post("/openid/introspect", token=tokens[name]).json == {"active": False}
    Api(ada.browser).logout()
    assert ada.post("/openid/introspect", token=tokens["access_token"]).json == {"active": False}
    spa = register(app, database, "spa", public=True)
    assert spa.post("/openid/introspect", token=tokens["access_token"]).json["error"] == "invalid_client"


def test_tokens_survive_a_clock_that_is_ten_seconds_off_and_no_more(ada: Rp, app: Flask) -> None:
    token = ada.tokens()["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    key = app.extensions[EXTENSION].signing_keys.signer()

    def shifted(seconds: int, **headers: str) -> str:
        moved = {**claims, "iat": claims["iat"] + seconds, "exp": int(datetime.now(UTC).timestamp()) + seconds}
        return jwt.encode(moved, key.private, "EdDSA", headers={"kid": key.key_id, "typ": "at+jwt", **headers})

    assert ada.userinfo(shifted(-5)).status_code == 200
    assert ada.userinfo(shifted(-30)).status_code == 401
    assert ada.userinfo(shifted(60, typ="JWT")).status_code == 401


@pytest.mark.parametrize("body", [b"", b"\xff" * 100, b"=" * 1000, b"grant_type=authorization_code&" * 400])
def test_nonsense_is_answered_in_the_shape_of_oauth(ada: Rp, body: bytes) -> None:
    for path in ("/openid/token", "/openid/par", "/openid/revoke", "/openid/introspect"):
        response = ada.server.post(path, data=body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in {400, 401}
        assert isinstance(response.json["error"], str)


def test_a_body_that_is_too_large_or_no_form_is_refused(ada: Rp) -> None:
    huge = ada.server.post("/openid/token", data={"code": "x" * 100_000})
    assert (huge.status_code, huge.json["error"]) == (413, "invalid_request")
    assert huge.json["error_description"] == "The request is too large."
    other = ada.server.post("/openid/token", json={"grant_type": "authorization_code"})
    assert (other.status_code, other.json["error"]) == (415, "invalid_request")
    assert "application/x-www-form-urlencoded" in other.json["error_description"]


def test_a_form_that_is_coded_is_refused(ada: Rp) -> None:
    refused = ada.server.post("/openid/token", data=FORM, headers={"Content-Encoding": "gzip"})
    assert (refused.status_code, refused.json["error"]) == (415, "invalid_request")
    assert "Content-Encoding" in refused.json["error_description"]


@pytest.mark.parametrize("body", [b"token=\xff", b"token=%ff"])
def test_a_form_that_is_not_utf_8_is_refused(ada: Rp, body: bytes) -> None:
    refused = ada.server.post("/openid/revoke", data=body, content_type="application/x-www-form-urlencoded")
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_request")


def test_a_form_in_chunks_is_read_whole(ada: Rp) -> None:
    token = ada.tokens()["access_token"]
    told = in_chunks(ada, "/openid/userinfo", f"access_token={token}".encode())
    assert told.status_code == 200
    huge = in_chunks(ada, "/openid/userinfo", f"access_token={token}&x={'x' * 70_000}".encode())
    assert (huge.status_code, huge.json["error"]) == (413, "invalid_request")


def in_chunks(rp: Rp, path: str, body: bytes) -> TestResponse:
    """Sends a form as gunicorn passes one on that came in chunks."""
    return rp.server.post(
        path,
        input_stream=io.BytesIO(body),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )


@pytest.mark.parametrize("path", ["/openid/token", "/openid/par", "/openid/revoke", "/openid/introspect"])
@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param(base64.b64encode(b"\xff:\xff").decode(), id="no text"),
        pytest.param("\u00e9\u00e9\u00e9\u00e9", id="no base64"),
        pytest.param("\u00a0", id="a space"),
        pytest.param("YQ", id="no padding"),
        pytest.param("", id="nothing"),
    ],
)
def test_credentials_that_cannot_be_read_are_refused(ada: Rp, path: str, credentials: str) -> None:
    refused = ada.server.post(path, data=FORM, headers={"Authorization": f"Basic {credentials}"})
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("name", ["login_hint", "claims", "colour", "\0"])
def test_a_character_that_cannot_be_stored_is_refused(ada: Rp, name: str) -> None:
    refused = ada.post("/openid/par", **ada.parameters(**{name: "a\0b"}))
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("grant_type", ["password", "client_credentials", "implicit", "\u00e9", '"\\', None])
def test_other_grants_are_refused(ada: Rp, grant_type: str | None) -> None:
    refused = ada.post("/openid/token", grant_type=grant_type, username="ada", password="x")
    assert (refused.status_code, refused.json["error"]) == (400, "unsupported_grant_type")
    assert refused.json["error_description"] == "grant_type must be authorization_code or refresh_token"


def test_id_tokens_open_nothing(ada: Rp, app: Flask, database: Database) -> None:
    other = register(app, database, "visage", algorithm="EdDSA")  # the audience and the key of Visage's own tokens
    other.sign_on(Api(other.browser).login().json["access_token"])
    for rp in (ada, other):
        id_token = rp.tokens()["id_token"]
        assert rp.userinfo(id_token).headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert code_of(Api(rp.browser).me(id_token)) == "token_invalid"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_cannot_choose_its_algorithm(ada: Rp, app: Flask, algorithm: str) -> None:
    services, tokens = app.extensions[EXTENSION], ada.tokens()
    for name, keys in (("access_token", services.signing_keys), ("id_token", services.id_token_keys)):
        claims = jwt.decode(tokens[name], options={"verify_signature": False})
        headers = {**jwt.get_unverified_header(tokens[name]), "alg": algorithm}
        public = keys.signer().public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        forged = unchecked_token(headers, claims, public)
        assert ada.userinfo(forged).status_code == 401
        assert answer(ada.authorize(id_token_hint=forged))["error"] == "invalid_request"


def test_a_pushed_request_can_be_used_only_by_its_own_client_and_cannot_be_changed(
    ada: Rp, app: Flask, database: Database
) -> None:
    thief = register(app, database, "thief")
    pushed = ada.post("/openid/par", **ada.parameters(max_age="0")).json["request_uri"]
    query = {"client_id": "app", "request_uri": pushed, "max_age": "1000", "prompt": "none"}
    assert ada.browser.get("/authorize", query_string=query).status_code == 200  # asked to log in, as pushed
    assert thief.browser.get("/authorize", query_string={**query, "client_id": "thief"}).status_code == 400
    assert ada.post("/openid/par", **ada.parameters(), request_uri=pushed).json["error"] == "invalid_request"
    with database.unit_of_work() as work:
        work.session.execute(text("UPDATE openid_requests SET expires_at = now() - interval '1 second'"))
    assert ada.browser.get("/authorize", query_string=query).status_code == 400


def test_responses_are_redirects_by_303_without_tokens(ada: Rp) -> None:
    for response in (ada.authorize(), ada.authorize(prompt="none", max_age="0"), ada.browser.get("/logout")):
        assert response.status_code in {200, 303}
        assert "token" not in response.headers.get("Location", "")
    assert ada.browser.post("/authorize", data=ada.parameters()).status_code == 303
    assert ada.browser.post("/logout", data={"state": "s"}).status_code == 303


def test_the_host_header_does_not_change_the_issuer(ada: Rp) -> None:
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    told = ada.server.get("/.well-known/openid-configuration", headers=evil).json
    assert all(value.startswith(ISSUER) for name, value in told.items() if name.endswith(("issuer", "endpoint", "uri")))
    refused = ada.browser.get("/authorize", query_string=ada.parameters(prompt="none"), headers=evil)
    assert answer(refused)["iss"] == ISSUER


def test_a_new_password_ends_the_tokens_of_applications(ada: Rp, token: str) -> None:
    offline = ada.tokens(scope="openid offline_access")
    changed = ada.browser.put("/user/password", json={"password": "another good one"}, headers=bearer(token))
    assert changed.status_code == 200
    assert ada.refresh(offline["refresh_token"]).json["error"] == "invalid_grant"
    assert ada.userinfo(offline["access_token"]).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:x.evil.example/callback",
        "http://127.0.0.1:80\\.evil.example/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1@evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://[::1]evil.example/callback",
        "https://127.0.0.1:54321/callback",
    ],
)
def test_any_port_means_a_port_of_the_own_machine(app: Flask, database: Database, address: str) -> None:
    rp = register(
        app, database, "native", public=True, redirect_uris=["http://127.0.0.1/callback", "http://[::1]/callback"]
    )
    assert rp.authorize(redirect_uri=address).status_code == 400
