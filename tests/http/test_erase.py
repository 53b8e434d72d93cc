"""Users see and erase their own data."""

import base64
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.core.engine import Database
from db.core.models import FaceTemplate, RefreshToken, User
from db.queries import users
from service.settings.model import Settings
from tests.fakes import picture
from tests.http.conftest import Api, bearer, code_of

CALLS = [("GET", "/user/facial"), ("DELETE", "/user/facial"), ("DELETE", "/user/me")]


def call(api: Api, method: str, path: str, token: str) -> Any:
    return api.client.open(path, method=method, headers=bearer(token))


def files(settings: Settings) -> list[Path]:
    return [path for path in (settings.home / "images").rglob("*") if path.is_file()]


def rows(database: Database, table: type) -> int:
    with database.unit_of_work() as work:
        return work.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_export_holds_the_document_and_the_images_as_sent(api: Api) -> None:
    exported = call(api, "GET", "/user/facial", api.store().json["access_token"]).json
    assert len(exported["facial_data"]["captures"]) == 3
    assert [base64.b64decode(image["base64"]) for image in exported["images"]] == [picture(take=n) for n in range(3)]


def test_erasing_the_face_leaves_the_account_and_its_password(api: Api, settings: Settings, database: Database) -> None:
    token = api.store(person=1, username="ada").json["access_token"]
    assert call(api, "DELETE", "/user/facial", token).status_code == 204
    assert files(settings) == []
    assert rows(database, FaceTemplate) == 0
    assert api.recognize(person=1).json["status"] == "unknown"
    assert api.login("ada").status_code == 200
    exported = call(api, "GET", "/user/facial", token).json
    assert (exported["facial_data"], exported["images"], exported["templates"]) == (None, [], [])


def test_erasing_the_account_leaves_nothing(api: Api, settings: Settings, database: Database) -> None:
    token = api.store(person=1, username="ada").json["access_token"]
    assert call(api, "DELETE", "/user/me", token).status_code == 204
    assert files(settings) == []
    assert [rows(database, table) for table in (User, FaceTemplate, RefreshToken)] == [0, 0, 0]
    assert code_of(api.me(token)) == "token_invalid"
    assert api.store(person=1, username="ada").status_code == 201


def test_an_erasure_that_fails_leaves_everything(api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    token = api.store(person=1).json["access_token"]

    def fail(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(users, "delete", fail)
    assert call(api, "DELETE", "/user/me", token).status_code == 500
    assert len(files(settings)) == 3
    assert api.recognize(person=1).json["status"] == "matched"


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_login_by_face_is_not_enough(api: Api, method: str, path: str) -> None:
    api.store(person=1)
    response = call(api, method, path, api.recognize(person=1).json["access_token"])
    assert (response.status_code, code_of(response)) == (403, "password_login_required")
