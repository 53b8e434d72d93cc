"""Passwords, tokens and the refresh cookie over HTTP."""

import io
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from service.accounts.tokens import REQUIRED_CLAIMS
from service.http.context import EXTENSION
from tests.http.conftest import ORIGIN, PASSWORD, Api, bearer, claims, code_of, signed


def test_a_password_logs_in_whatever_the_case_of_the_username(api: Api) -> None:
    api.store(username="ada")
    body = api.login("ADA").json
    assert body["user"]["username"] == "ada"
    assert api.me(body["access_token"]).json["amr"] == ["pwd"]


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong password"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_username_get_the_same_response(api: Api, username: str, password: str) -> None:
    api.store(username="ada")
    response = api.login(username, password)
    assert (response.status_code, code_of(response)) == (401, "wrong_credentials")


def test_an_application_verifies_a_token_with_the_published_key(api: Api) -> None:
    token = api.store().json["access_token"]
    key = jwt.PyJWKSet.from_dict(api.client.get("/.well-known/jwks.json").json)[jwt.get_unverified_header(token)["kid"]]
    decoded = jwt.decode(token, key, algorithms=["EdDSA"], audience="visage", issuer="visage")
    assert set(decoded) == {"iss", "aud", "sub", "iat", "exp", "jti", "amr", "acr", "auth_time", "sid"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": datetime.now(UTC) - timedelta(minutes=1)}, "token_expired"),
        ({"iss": "somebody else"}, "token_invalid"),
        ({"aud": "something else"}, "token_invalid"),
        ({"sub": "not a uuid"}, "token_invalid"),
        ({"amr": []}, "token_invalid"),
        ({"amr": ["face"]}, "token_invalid"),  # does not match this acr
        ({"acr": "urn:visage:iris"}, "token_invalid"),
        ({"auth_time": 1e300}, "token_invalid"),
        *[({claim: None}, "token_invalid") for claim in REQUIRED_CLAIMS],
        ({}, "token_invalid"),  # valid, but of an account that doesn't exist
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(app: Flask, api: Api, changes: dict, code: str) -> None:
    response = api.me(signed(app, claims(**changes)))
    assert (response.status_code, code_of(response)) == (401, code)


def test_tokens_signed_by_another_key_or_algorithm_are_refused(app: Flask, api: Api) -> None:
    key = app.extensions[EXTENSION].signing_keys.signer()
    named = {"kid": key.key_id}
    stranger = jwt.encode(claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=named)
    unsigned = jwt.encode(claims(), None, algorithm="none", headers=named)
    confused = jwt.encode(claims(), key.public.public_bytes_raw().hex(), algorithm="HS256", headers=named)
    for token in (stranger, unsigned, confused, "nonsense", "a.b.c"):
        assert code_of(api.me(token)) == "token_invalid"


@pytest.mark.parametrize("named", [{}, {"kid": "another"}])
def test_a_token_that_names_no_key_of_ours_is_refused(app: Flask, api: Api, named: dict[str, str]) -> None:
    key = app.extensions[EXTENSION].signing_keys.signer()
    user_id = api.store().json["user"]["id"]
    token = jwt.encode(claims(sub=user_id), key.private, algorithm="EdDSA", headers=named)
    assert code_of(api.me(token)) == "token_invalid"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}])
def test_without_a_bearer_token_the_answer_is_token_missing(api: Api, header: dict[str, str]) -> None:
    response = api.client.get("/user/me", headers=header)
    assert (response.status_code, code_of(response)) == (401, "token_missing")


def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_other_paths(api: Api) -> None:
    cookies = [cookie for cookie in api.store().headers.getlist("Set-Cookie") if cookie.startswith("visage_refresh")]
    paths = {part.removeprefix(" Path=") for cookie in cookies for part in cookie.split(";") if "Path=" in part}
    assert paths == {"/user/refresh", "/user/logout"}
    assert all("HttpOnly" in cookie and "SameSite=Strict" in cookie for cookie in cookies)


@pytest.mark.parametrize(("call", "acr"), [("login", "urn:visage:pwd"), ("recognize", "urn:visage:face")])
def test_a_token_says_how_sure_the_login_was(api: Api, call: str, acr: str) -> None:
    api.store()
    assert api.me(getattr(api, call)().json["access_token"]).json["acr"] == acr


def test_the_email_address_is_shown_only_after_a_password_login(api: Api) -> None:
    api.store(email="ada@example.org")
    assert api.me(api.login().json["access_token"]).json["user"]["email"] == "ada@example.org"
    assert "email" not in api.me(api.recognize().json["access_token"]).json["user"]


def test_a_refresh_keeps_method_level_and_time_of_the_login(api: Api) -> None:
    api.store(person=1)
    first = api.me(api.recognize(person=1).json["access_token"]).json
    response = api.refresh()
    assert response.status_code == 200
    again = api.me(response.json["access_token"]).json
    assert (again["amr"], again["acr"]) == (["face"], "urn:visage:face")
    assert again["auth_time"] == first["auth_time"]


def test_a_refresh_token_used_twice_ends_the_whole_family(api: Api) -> None:
    api.store()
    stolen = api.client.get_cookie("visage_refresh", path="/user/refresh").value
    assert api.refresh().status_code == 200
    fresh = api.client.get_cookie("visage_refresh", path="/user/refresh").value
    api.client.set_cookie("visage_refresh", stolen, path="/user/refresh")
    assert code_of(api.refresh()) == "token_invalid"
    api.client.set_cookie("visage_refresh", fresh, path="/user/refresh")
    assert code_of(api.refresh()) == "token_invalid"


def test_logging_out_ends_the_session_and_forgets_the_cookie(api: Api) -> None:
    api.store()
    secret = api.client.get_cookie("visage_refresh", path="/user/refresh").value
    assert api.logout().status_code == 204
    assert code_of(api.refresh()) == "token_missing"
    api.client.set_cookie("visage_refresh", secret, path="/user/refresh")
    assert code_of(api.refresh()) == "token_invalid"


def test_logging_out_everywhere_ends_the_sessions_of_every_browser(api: Api, app: Flask) -> None:
    api.store(person=1, username="ada")
    elsewhere, stranger = Api(app.test_client()), Api(app.test_client())
    elsewhere.login("ada")
    stranger.store(person=2, username="bob")
    assert api.logout(everywhere=True).status_code == 204
    assert code_of(elsewhere.refresh()) == "token_invalid"
    assert stranger.refresh().status_code == 200


def test_logging_out_here_leaves_the_other_sessions(api: Api, app: Flask) -> None:
    api.store(username="ada")
    elsewhere = Api(app.test_client())
    elsewhere.login("ada")
    assert api.logout(everywhere=False).status_code == 204
    assert elsewhere.refresh().status_code == 200


def test_logging_out_everywhere_without_a_valid_cookie_is_refused(api: Api, app: Flask) -> None:
    api.store(username="ada")
    used = api.client.get_cookie("visage_refresh", path="/user/refresh").value
    api.refresh()
    thief = Api(app.test_client())
    assert code_of(thief.logout(everywhere=True)) == "token_missing"
    for secret in ("invented", used):
        thief.client.set_cookie("visage_refresh", secret, path="/user/logout")
        assert code_of(thief.logout(everywhere=True)) == "token_invalid"
    assert api.refresh().status_code == 200


def test_a_chunked_body_is_read(api: Api, app: Flask) -> None:
    api.store(username="ada")
    elsewhere = Api(app.test_client())
    elsewhere.login("ada")
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    body = io.BytesIO(b'{"everywhere": true}')
    response = api.client.post(
        "/user/logout",
        headers=ORIGIN,
        input_stream=body,
        content_type="application/json",
        environ_overrides=chunked,
    )
    assert response.status_code == 204
    assert code_of(elsewhere.refresh()) == "token_invalid"


def test_another_sites_page_cannot_log_out_everywhere(api: Api) -> None:
    api.store()
    assert code_of(api.logout({"Origin": "https://evil.example"}, everywhere=True)) == "origin_not_allowed"
    assert api.refresh().status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://["}]
)
@pytest.mark.parametrize("call", ["refresh", "logout"])
def test_another_sites_page_cannot_use_the_cookie(api: Api, call: str, headers: dict[str, str]) -> None:
    api.store()
    response = getattr(api, call)(headers)
    assert (response.status_code, code_of(response)) == (403, "origin_not_allowed")
    assert api.refresh().status_code == 200


def test_a_new_password_ends_other_sessions(api: Api, app: Flask) -> None:
    api.store(username="ada")
    other = Api(app.test_client())
    other.login("ada")
    token = api.login("ada").json["access_token"]
    response = api.client.put("/user/password", json={"password": "a brand new one"}, headers=bearer(token))
    assert response.status_code == 200
    assert code_of(other.refresh()) == "token_invalid"
    assert code_of(api.login("ada")) == "wrong_credentials"
    assert api.login("ada", "a brand new one").status_code == 200


@pytest.mark.parametrize("ended_by", ["logging out", "a new password"])
def test_a_stolen_token_of_a_session_that_ended_cannot_take_the_account_over(api: Api, ended_by: str) -> None:
    stolen = api.store(username="ada").json["access_token"]
    if ended_by == "logging out":
        api.logout()
    else:
        own = api.login("ada").json["access_token"]
        api.client.put("/user/password", json={"password": "a brand new one"}, headers=bearer(own))
    change = api.client.put("/user/password", json={"password": "the thief's own"}, headers=bearer(stolen))
    assert code_of(change) == "token_invalid"
    assert code_of(api.re_enrol(stolen, person=9)) == "token_invalid"


def test_a_password_login_must_be_recent_to_change_the_password(app: Flask, api: Api) -> None:
    user_id = api.store().json["user"]["id"]
    old = claims(sub=user_id, auth_time=int(datetime.now(UTC).timestamp()) - 6 * 60)
    response = api.client.put(
        "/user/password",
        json={"password": "a brand new one"},
        headers=bearer(signed(app, old)),
    )
    assert (response.status_code, code_of(response)) == (403, "password_login_required")
