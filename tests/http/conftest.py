"""A client of the application on a rolled-back database, with the fake engine and its own data folder."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.app import create_app
from service.gallery.upkeep import Upkeep
from service.http.context import EXTENSION
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture, pictures
from tests.http.described import CheckingClient

ORIGIN = {"Origin": "http://localhost"}
PASSWORD = "correct horse battery"


@dataclass
class Api:
    """The calls of the API, as a browser makes them."""

    client: FlaskClient

    def store(self, person: int = 1, username: str = "ada", **changes: Any) -> TestResponse:
        """Signs up; a change to None omits the field."""
        body = {"username": username, "password": PASSWORD, "images": pictures(person), "consent": True, **changes}
        return self.client.post(
            "/user/facial/store", json={name: value for name, value in body.items() if value is not None}
        )

    def recognize(self, person: int = 1, **fields: Any) -> TestResponse:
        """Logs in with a photograph that was not enrolled, or with ``images``."""
        body = fields if "images" in fields else {"image": data_url(picture(person, take=77)), **fields}
        return self.client.post("/user/facial/recognize", json=body)

    def login(self, username: str = "ada", password: str = PASSWORD) -> TestResponse:
        return self.client.post("/user/login", json={"username": username, "password": password})

    def re_enrol(self, token: str, person: int = 1, **changes: Any) -> TestResponse:
        body = {"images": pictures(person), "consent": True, **changes}
        return self.client.post("/user/facial/store", json=body, headers=bearer(token))

    def me(self, token: str) -> TestResponse:
        return self.client.get("/user/me", headers=bearer(token))

    def refresh(self, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post("/user/refresh", headers=ORIGIN if headers is None else headers)

    def logout(self, headers: dict[str, str] | None = None, **body: Any) -> TestResponse:
        headers = ORIGIN if headers is None else headers
        return self.client.post("/user/logout", headers=headers, json=body or None)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def claims(**changes: Any) -> dict[str, Any]:
    """Returns the claims of a valid access token of an unknown account; a change to None omits the claim."""
    now = datetime.now(UTC)
    values = {
        "iss": "visage",
        "aud": "visage",
        "sub": str(uuid4()),
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "jti": "1",
        "sid": str(uuid4()),
        "amr": ["pwd"],
        "acr": "urn:visage:pwd",
        "auth_time": int(now.timestamp()),
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def signed(app: Flask, claims: dict[str, Any]) -> str:
    """Signs a token with these claims as the application does."""
    key = app.extensions[EXTENSION].signing_keys.signer()
    return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.key_id})


def code_of(response: TestResponse) -> str:
    """Returns the error code of a response in the standard error format, or in that of OAuth."""
    assert response.json is not None
    if isinstance(response.json.get("error"), str):
        assert set(response.json) <= {"error", "error_description", "request_id"}
        return str(response.json["error"])
    assert set(response.json) == {"error", "request_id"}
    assert set(response.json["error"]) == {"code", "message", "details"}
    return str(response.json["error"]["code"])


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, max_request_mb=1, max_megapixels=1)


@pytest.fixture(autouse=True)
def idle_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disables the upkeep, whose thread would share the rolled-back connection."""
    monkeypatch.setattr(Upkeep, "request_run", lambda self: None)


@pytest.fixture
def app(settings: Settings, database: Database, engine: FakeEngine) -> Flask:
    """The application; its test clients check every answer against the OpenAPI document."""
    app = create_app(settings, build_services(settings, database, engine))
    app.test_client_class = CheckingClient
    return app


@pytest.fixture
def api(app: Flask) -> Api:
    return Api(app.test_client())
