"""The way of most logins: a code, tokens, what they say, and the next tokens."""

import time

import jwt
import pytest
from flask import Flask

from db.core.engine import Database
from tests.http.conftest import Api, bearer, code_of
from tests.http.openid.client import ISSUER, NONCE, REDIRECT_URI, STATE, Rp, answer, register


def test_a_user_who_is_signed_on_is_sent_back_with_a_code(ada: Rp) -> None:
    response = ada.authorize()
    told = answer(response)
    assert set(told) == {"code", "state", "iss"}
    assert (told["state"], told["iss"]) == (STATE, ISSUER)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_user_who_is_not_signed_on_is_shown_the_page(rp: Rp) -> None:
    response = rp.authorize()
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert rp.interaction()["step"] == "login"


def test_the_page_leads_on_after_the_login(rp: Rp, token: str) -> None:
    resume = rp.interaction()["resume"]
    rp.sign_on(token)
    assert "code" in answer(rp.browser.get(f"/{resume}"))


def test_the_tokens_say_who_logged_in_and_how(ada: Rp) -> None:
    tokens = ada.tokens()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 900
    claims = ada.claims(tokens["id_token"])
    assert claims["nonce"] == NONCE
    assert (claims["acr"], claims["amr"]) == ("urn:visage:pwd", ["pwd"])
    assert claims["auth_time"] <= time.time()
    assert (claims["name"], claims["preferred_username"], claims["email"]) == ("Ada L.", "ada", "ada@example.org")
    assert claims["email_verified"] is False


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
def test_the_id_token_is_signed_as_the_client_wants(app: Flask, database: Database, algorithm: str) -> None:
    rp = register(app, database, "other", algorithm=algorithm)
    rp.sign_on(Api(rp.browser).store().json["access_token"])
    id_token = rp.tokens()["id_token"]
    assert jwt.get_unverified_header(id_token)["alg"] == algorithm
    assert rp.claims(id_token)["iss"] == ISSUER


def test_userinfo_says_what_the_scopes_allow(ada: Rp) -> None:
    everything = ada.userinfo(ada.tokens(scope="openid profile email face")["access_token"]).json
    assert everything["email"] == "ada@example.org"
    assert (everything["face_enrolled"], everything["face_enrolled_at"] <= time.time()) == (True, True)
    little = ada.userinfo(ada.tokens(scope="openid")["access_token"]).json
    assert set(little) == {"sub", "acr", "amr", "auth_time"}
    assert little["sub"] == everything["sub"]


def test_userinfo_takes_the_token_in_a_form_too(ada: Rp) -> None:
    token = ada.tokens()["access_token"]
    assert ada.server.post("/openid/userinfo", data={"access_token": token}).json["name"] == "Ada L."


def test_unknown_scopes_and_parameters_are_ignored(ada: Rp) -> None:
    tokens = ada.tokens(scope="openid launch/patient profile", colour="blue")
    assert tokens["scope"] == "openid profile"


def test_refresh_tokens_rotate(ada: Rp) -> None:
    first = ada.tokens()
    second = ada.refresh(first["refresh_token"])
    assert second.status_code == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    before, after = ada.claims(first["id_token"]), ada.claims(second.json["id_token"])
    assert {name: before[name] for name in ("sub", "auth_time", "acr", "sid")} == {
        name: after[name] for name in ("sub", "auth_time", "acr", "sid")
    }
    assert "nonce" not in after


def test_fewer_scopes_narrow_the_access_token_alone(ada: Rp) -> None:
    narrow = ada.refresh(ada.tokens()["refresh_token"], scope="openid").json
    assert narrow["scope"] == "openid"
    narrower = ada.refresh(narrow["refresh_token"], scope="profile").json
    assert (narrower["scope"], "id_token" in narrower) == ("profile", False)
    assert ada.refresh(narrower["refresh_token"]).json["scope"] == "openid profile email"
    assert ada.refresh(narrow["refresh_token"], scope="openid face").json["error"] == "invalid_grant"  # reused


def test_a_public_client_needs_no_secret(app: Flask, database: Database) -> None:
    rp = register(app, database, "spa", public=True)
    rp.sign_on(Api(rp.browser).store().json["access_token"])
    tokens = rp.tokens()
    assert rp.claims(tokens["id_token"])["aud"] == "spa"
    assert rp.refresh(tokens["refresh_token"]).status_code == 200


def test_a_native_application_may_listen_on_any_port(app: Flask, database: Database) -> None:
    rp = register(app, database, "native", public=True, redirect_uris=["http://127.0.0.1/callback"])
    rp.sign_on(Api(rp.browser).store().json["access_token"])
    address = "http://127.0.0.1:54321/callback"
    assert rp.authorize(redirect_uri=address).headers["Location"].startswith(address)
    assert rp.authorize(redirect_uri="http://127.0.0.1:54321/other").status_code == 400
    assert rp.authorize(redirect_uri="http://localhost:54321/callback").status_code == 400


def test_a_request_can_be_posted(ada: Rp) -> None:
    response = ada.browser.post("/authorize", data=ada.parameters())
    assert response.status_code == 303
    assert "code" in answer(ada.browser.get(response.headers["Location"]))


def test_a_request_can_be_pushed(ada: Rp) -> None:
    pushed = ada.post("/openid/par", **ada.parameters())
    assert pushed.status_code == 201
    query = {"client_id": "app", "request_uri": pushed.json["request_uri"]}
    told = answer(ada.browser.get("/authorize", query_string=query))
    assert ada.exchange(told["code"]).status_code == 200
    assert ada.browser.get("/authorize", query_string=query).status_code == 400  # it is good for one answer


def test_a_pushed_request_survives_the_login(rp: Rp, token: str) -> None:
    pushed = rp.post("/openid/par", **rp.parameters(prompt="login")).json["request_uri"]
    query = {"client_id": "app", "request_uri": pushed}
    resume = rp.browser.get("/openid/interaction", query_string=query).json["resume"]
    rp.sign_on(token)
    assert rp.browser.get("/authorize", query_string=query).status_code == 200  # asked to log in
    rp.sign_on(Api(rp.browser).login().json["access_token"])
    assert "code" in answer(rp.browser.get(f"/{resume}"))


def test_an_access_token_of_a_client_opens_nothing_else(ada: Rp, api: Api) -> None:
    token = ada.tokens(scope="openid profile email offline_access")["access_token"]
    assert code_of(api.me(token)) == "token_invalid"
    assert code_of(api.client.put("/user/password", json={"password": "x" * 12}, headers=bearer(token))) == (
        "token_invalid"
    )
    assert code_of(ada.sign_on(token)) == "token_invalid"


def test_an_access_token_of_visage_is_refused_at_the_userinfo_endpoint(ada: Rp, token: str) -> None:
    response = ada.userinfo(token)
    assert (response.status_code, response.json["error"]) == (401, "invalid_token")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_redirect_uri_with_an_added_query_is_refused(rp: Rp) -> None:
    assert rp.authorize(redirect_uri=f"{REDIRECT_URI}?x=1").status_code == 400
