"""When a user is asked to log in or to consent, and when the client is told that they would have to be."""

import json
from urllib.parse import urlencode

import pytest
from flask import Flask

from db.core.engine import Database
from service.domain.levels import Level
from tests.http.conftest import Api
from tests.http.openid.client import Rp, answer, answer_in, register

CHALLENGED = "urn:visage:face:challenge"


def log_in_again(rp: Rp) -> None:
    """What the login page does when it asks a user who has an account."""
    assert rp.sign_on(Api(rp.browser).login().json["access_token"]).status_code == 200


def face_login(rp: Rp) -> None:
    assert rp.sign_on(Api(rp.browser).recognize().json["access_token"]).status_code == 200


def test_without_a_login_a_silent_request_is_refused(rp: Rp) -> None:
    assert answer(rp.authorize(prompt="none"))["error"] == "login_required"


def test_a_user_who_is_signed_on_passes_a_silent_request(ada: Rp) -> None:
    assert "code" in answer(ada.authorize(prompt="none"))


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_a_prompt_asks_once(ada: Rp, prompt: str) -> None:
    assert ada.authorize(prompt=prompt).status_code == 200
    resume = ada.interaction(prompt=prompt)["resume"]
    assert ada.browser.get(f"/{resume}").status_code == 200  # not without a login
    log_in_again(ada)
    assert "code" in answer(ada.browser.get(f"/{resume}"))
    assert ada.authorize(prompt=prompt).status_code == 200  # but a new request asks again


def test_the_proof_of_one_request_is_none_for_another(ada: Rp) -> None:
    proof = ada.interaction(prompt="login", state="one")["resume"].rpartition("asked=")[2]
    log_in_again(ada)
    assert ada.authorize(prompt="login", state="two", asked=proof).status_code == 200
    assert ada.authorize(prompt="login", state="one", asked=f"9{proof}").status_code == 200


def test_a_login_may_not_be_too_old(ada: Rp) -> None:
    assert "code" in answer(ada.authorize(max_age="100"))
    assert ada.authorize(max_age="0").status_code == 200
    assert answer(ada.authorize(max_age="0", prompt="none"))["error"] == "login_required"
    resume = ada.interaction(max_age="0")["resume"]
    log_in_again(ada)
    assert "code" in answer(ada.browser.get(f"/{resume}"))


def test_an_id_token_names_the_user_who_is_expected(ada: Rp) -> None:
    hint = ada.tokens()["id_token"]
    assert "code" in answer(ada.authorize(id_token_hint=hint, prompt="none"))
    other = Api(ada.browser).store(2, "eve").json["access_token"]
    ada.sign_on(other)
    assert answer(ada.authorize(id_token_hint=hint, prompt="none"))["error"] == "login_required"
    assert answer(ada.authorize(id_token_hint=f"{hint}x"))["error"] == "invalid_request"


def test_a_claim_names_the_user_who_is_expected(ada: Rp) -> None:
    own = ada.claims(ada.tokens()["id_token"])["sub"]
    for subject, error in ((own, None), ("somebody else", "login_required")):
        claims = json.dumps({"id_token": {"sub": {"value": subject}}})
        assert answer(ada.authorize(claims=claims, prompt="none")).get("error") == error


def test_a_hint_asks_another_user_to_log_in(ada: Rp) -> None:
    assert "code" in answer(ada.authorize(login_hint="ADA"))
    assert "code" in answer(ada.authorize(login_hint="ada@example.org"))
    assert ada.authorize(login_hint="eve").status_code == 200
    assert ada.interaction(login_hint="eve")["hint"] == "eve"


def test_a_level_that_is_preferred_is_asked_for(ada: Rp) -> None:
    shown = ada.interaction(acr_values="urn:visage:face urn:visage:passkey")
    assert (shown["step"], shown["ways"][0], shown["acr"]) == ("login", "face", "urn:visage:face")
    assert "password" in shown["ways"]


def test_a_login_by_face_steps_up_from_a_password(ada: Rp) -> None:
    resume = ada.interaction(acr_values="urn:visage:face")["resume"]
    face_login(ada)
    claims = ada.claims(ada.exchange(answer(ada.browser.get(f"/{resume}"))["code"]).json["id_token"])
    assert (claims["acr"], claims["amr"]) == ("urn:visage:face", ["face"])


def test_a_level_that_is_only_preferred_may_be_missed_and_the_token_says_so(ada: Rp) -> None:
    resume = ada.interaction(acr_values="urn:visage:face")["resume"]
    log_in_again(ada)
    claims = ada.claims(ada.exchange(answer(ada.browser.get(f"/{resume}"))["code"]).json["id_token"])
    assert claims["acr"] == "urn:visage:pwd"


def test_a_level_that_is_essential_may_not_be_missed(ada: Rp) -> None:
    claims = json.dumps({"id_token": {"acr": {"essential": True, "values": ["urn:visage:face"]}}})
    shown = ada.interaction(claims=claims)
    assert shown["ways"] == ["face"]
    log_in_again(ada)
    assert ada.browser.get(f"/{shown['resume']}").status_code == 200
    face_login(ada)
    assert "code" in answer(ada.browser.get(f"/{shown['resume']}"))


def test_a_level_that_nobody_can_reach_is_refused(ada: Rp) -> None:
    for value in (CHALLENGED, "urn:mace:incommon:iap:silver"):  # liveness is off
        claims = json.dumps({"id_token": {"acr": {"essential": True, "value": value}}})
        assert answer(ada.authorize(claims=claims))["error"] == "unmet_authentication_requirements"
    assert "code" in answer(ada.authorize(acr_values="urn:mace:incommon:iap:silver"))  # not essential


def test_a_client_can_require_a_level(app: Flask, database: Database) -> None:
    rp = register(app, database, "bank", required=Level.FACE)
    rp.sign_on(Api(rp.browser).store().json["access_token"])  # the level of a sign-up is that of its password
    assert rp.authorize().status_code == 200
    assert rp.authorize(acr_values="urn:visage:pwd").status_code == 200  # a parameter does not lower it
    face_login(rp)
    assert "code" in answer(rp.authorize())


def test_an_application_of_a_third_party_asks_for_consent(app: Flask, database: Database) -> None:
    rp = register(app, database, "third", third_party=True)
    rp.sign_on(Api(rp.browser).store(display_name="Ada L.").json["access_token"])
    assert rp.authorize().status_code == 200
    assert answer(rp.authorize(prompt="none"))["error"] == "consent_required"
    shown = rp.interaction()
    assert (shown["step"], shown["user"], shown["scopes"]) == ("consent", "Ada L.", ["openid", "profile", "email"])
    assert "code" in answer_in(rp.decide().json["location"])
    assert "code" in answer(rp.authorize(prompt="none"))
    assert rp.interaction(scope="openid face")["step"] == "consent"  # more than was allowed
    assert rp.interaction(prompt="consent")["step"] == "consent"


def test_a_user_can_refuse(app: Flask, database: Database) -> None:
    rp = register(app, database, "third", third_party=True)
    rp.sign_on(Api(rp.browser).store().json["access_token"])
    refused = answer_in(rp.decide("deny").json["location"])
    assert (refused["error"], refused["state"]) == ("access_denied", "the state")
    assert rp.interaction()["step"] == "consent"


def test_a_user_can_go_back_without_a_login(rp: Rp) -> None:
    assert answer_in(rp.decide("deny").json["location"])["error"] == "access_denied"
    assert rp.decide("allow").json["location"].startswith("authorize?")


def test_a_decision_needs_the_service_s_own_page(app: Flask, database: Database) -> None:
    rp = register(app, database, "third", third_party=True)
    rp.sign_on(Api(rp.browser).store().json["access_token"])
    for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert rp.decide(origin=origin).status_code == 403
    assert rp.interaction()["step"] == "consent"


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "none login"},
        {"prompt": "dance"},
        {"max_age": "-1"},
        {"max_age": "soon"},
        {"max_age": "9" * 40},
        {"claims": "{"},
        {"claims": "[]"},
        {"claims": json.dumps({"id_token": 7})},
        {"claims": "[" * 5000},
        {"id_token_hint": "x.y.z"},
        {"response_mode": "form_post"},
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"nonce": "\u00e9"},
    ],
)
def test_a_malformed_request_is_reported_to_the_client(ada: Rp, changes: dict[str, str]) -> None:
    assert answer(ada.authorize(**changes))["error"] == "invalid_request"


def test_an_unsupported_request_is_reported_to_the_client(ada: Rp) -> None:
    refused = answer(ada.authorize(response_type="token"))
    assert refused["error"] == "unsupported_response_type"
    assert refused["error_description"] == "response_type must be code"
    assert answer(ada.authorize(response_type=None))["error"] == "unsupported_response_type"
    assert answer(ada.authorize(request="a.b.c"))["error"] == "request_not_supported"
    elsewhere = "https://app.example.org/request.jwt"
    assert answer(ada.authorize(request_uri=elsewhere))["error"] == "request_uri_not_supported"
    assert answer(ada.authorize(scope="profile"))["error"] == "invalid_scope"
    assert answer(ada.authorize(scope=None))["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "\x00"},
        {"client_id": "a" * 3000},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
        {"redirect_uri": "https://app.example.org/callback/../evil"},
        {"redirect_uri": "https://app.example.org/callback#x"},
        {"redirect_uri": "HTTPS://app.example.org/callback"},
        {"redirect_uri": '\u00e9"\\\r\nX: y'},
        {"request_uri": "urn:ietf:params:oauth:request_uri:unknown"},
    ],
)
def test_a_request_of_an_unknown_client_or_address_does_not_lead_back(ada: Rp, changes: dict[str, str]) -> None:
    response = ada.authorize(**changes)
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "Location" not in response.headers
    shown = ada.interaction(**changes)
    assert shown["error"] in {"invalid_client", "invalid_request"}
    assert "back" not in shown


def test_a_parameter_that_is_sent_twice_is_refused(ada: Rp) -> None:
    query = urlencode([*ada.parameters().items(), ("scope", "openid")])
    assert answer(ada.browser.get(f"/authorize?{query}"))["error"] == "invalid_request"
    query = urlencode([*ada.parameters().items(), ("client_id", "other")])
    assert ada.browser.get(f"/authorize?{query}").status_code in {303, 400}


def test_a_level_that_no_login_reaches_does_not_defeat_single_sign_on(ada: Rp) -> None:
    assert "code" in answer(ada.authorize(acr_values=CHALLENGED, prompt="none"))  # liveness is off
