"""A password link sets a new password once, and ends all sessions of the old one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import update
from werkzeug.test import TestResponse

from db.core.engine import Database
from db.core.models import PasswordLink
from service.settings.model import Settings
from tests.http.application import TOKEN, password_link
from tests.http.conftest import Api, bearer, code_of

NEW = "a brand new one"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, max_request_mb=1, max_megapixels=1, application_token=SecretStr(TOKEN))


@pytest.fixture(autouse=True)
def ada(api: Api) -> None:
    api.store(username="ada")


def reset(api: Api, token: str, password: str = NEW) -> TestResponse:
    return api.client.post("/user/password/reset", json={"token": token, "password": password})


def test_a_link_sets_the_password_once_and_ends_every_session(api: Api, app: Flask) -> None:
    elsewhere = Api(app.test_client())
    elsewhere.login("ada")
    token = password_link(api)
    assert reset(api, token).status_code == 204
    assert api.login("ada", NEW).status_code == 200
    assert code_of(api.login("ada")) == "wrong_credentials"
    assert code_of(elsewhere.refresh()) == "token_invalid"
    again = reset(api, token, "another one still")
    assert (again.status_code, code_of(again)) == (410, "link_invalid")


def test_a_newer_link_takes_its_place(api: Api) -> None:
    first, second = password_link(api), password_link(api)
    assert code_of(reset(api, first)) == "link_invalid"
    assert reset(api, second).status_code == 204


def test_a_link_that_is_out_ends_when_the_person_changes_the_password(api: Api) -> None:
    token = password_link(api)
    own = api.login("ada").json["access_token"]
    api.client.put("/user/password", json={"password": "chosen by ada"}, headers=bearer(own))
    assert code_of(reset(api, token)) == "link_invalid"
    assert api.login("ada", "chosen by ada").status_code == 200


def test_an_expired_link_is_refused(api: Api, database: Database) -> None:
    token = password_link(api)
    with database.unit_of_work() as work:
        work.session.execute(update(PasswordLink).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert code_of(reset(api, token)) == "link_invalid"


def test_an_invented_link_is_refused(api: Api) -> None:
    password_link(api)
    assert code_of(reset(api, "invented")) == "link_invalid"


def test_a_password_that_is_too_short_spends_nothing(api: Api) -> None:
    token = password_link(api)
    assert code_of(reset(api, token, "short")) == "invalid_request"
    assert reset(api, token).status_code == 204


def test_a_link_goes_with_the_account(api: Api) -> None:
    token = password_link(api)
    own = api.login("ada").json["access_token"]
    assert api.client.delete("/user/me", headers=bearer(own)).status_code == 204
    assert code_of(reset(api, token)) == "link_invalid"
