"""Logout that an application begins."""

from urllib.parse import urlencode

from flask import Flask

from db.core.engine import Database
from tests.http.conftest import ORIGIN, Api
from tests.http.openid.client import LOGOUT_URI, Rp, answer_in, register


def log_out(rp: Rp, **values: str) -> str:
    response = rp.browser.get("/logout", query_string=values)
    assert response.status_code == 303
    return str(response.headers["Location"])


def test_an_id_token_logs_its_user_out_and_leads_back(ada: Rp) -> None:
    tokens = ada.tokens()
    location = log_out(ada, id_token_hint=tokens["id_token"], post_logout_redirect_uri=LOGOUT_URI, state="s")
    assert answer_in(location, LOGOUT_URI) == {"state": "s"}
    assert ada.userinfo(tokens["access_token"]).status_code == 401
    assert ada.authorize().status_code == 200
    assert ada.browser.post("/user/refresh", headers=ORIGIN).status_code == 401


def test_without_an_id_token_the_page_asks_first(ada: Rp) -> None:
    asked = ada.browser.get("/logout", query_string={"client_id": "app", "post_logout_redirect_uri": LOGOUT_URI})
    assert (asked.status_code, asked.mimetype) == (200, "text/html")
    assert "code" in ada.authorize().headers["Location"]


def test_the_page_logs_the_user_out(ada: Rp) -> None:
    told = ada.browser.post("/openid/logout", json={"query": ""}, headers=ORIGIN)
    assert told.json == {"location": "logout?done="}
    assert ada.authorize().status_code == 200
    assert ada.browser.get("/logout?done=").status_code == 200


def test_no_other_page_logs_the_user_out(ada: Rp) -> None:
    for origin in ({}, {"Origin": "https://evil.example"}):
        assert ada.browser.post("/openid/logout", json={"query": ""}, headers=origin).status_code == 403
    assert ada.authorize().status_code == 303


def test_an_id_token_of_somebody_else_asks_first(ada: Rp) -> None:
    hint = ada.tokens()["id_token"]
    ada.sign_on(Api(ada.browser).store(2, "eve").json["access_token"])
    values = {"id_token_hint": hint, "post_logout_redirect_uri": LOGOUT_URI}
    assert ada.browser.get("/logout", query_string=values).status_code == 200
    told = ada.browser.post("/openid/logout", json={"query": urlencode(values)}, headers=ORIGIN)
    assert told.json == {"location": LOGOUT_URI}


def test_it_does_not_lead_to_an_address_that_is_not_registered(ada: Rp) -> None:
    hint = ada.tokens()["id_token"]
    assert log_out(ada, id_token_hint=hint, post_logout_redirect_uri="https://evil.example/") == "/logout?done="


def test_without_an_id_token_it_does_not_lead_back(rp: Rp) -> None:
    assert log_out(rp, client_id="app", post_logout_redirect_uri=LOGOUT_URI) == "/logout?done="


def test_an_invalid_request_is_refused_on_a_page(ada: Rp, app: Flask, database: Database) -> None:
    hint = ada.tokens()["id_token"]
    register(app, database, "other")
    for values in ({"id_token_hint": f"{hint}x"}, {"id_token_hint": hint, "client_id": "other"}):
        response = ada.browser.get("/logout", query_string=values)
        assert (response.status_code, response.mimetype) == (400, "text/html")
    assert ada.authorize().status_code == 303


def test_a_logout_can_be_posted(ada: Rp) -> None:
    response = ada.browser.post("/logout", data={"id_token_hint": ada.tokens()["id_token"]})
    assert response.status_code == 303
    assert ada.browser.get(response.headers["Location"]).status_code == 303
    assert ada.authorize().status_code == 200
