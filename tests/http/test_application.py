"""The host application has its own token, and calls that no other client may make."""

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import Invitation, PasswordLink
from service.settings.model import Settings
from tests.http.application import TOKEN, call, invitation, password_link
from tests.http.conftest import Api, code_of

CALLS = {"invitations": {}, "password-links": {"username": "ada"}}


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    token = getattr(request, "param", TOKEN)
    return Settings(home=tmp_path, max_request_mb=1, max_megapixels=1, application_token=token and SecretStr(token))


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("settings", [None], indirect=True)
def test_without_a_token_in_the_settings_the_call_is_not_found(api: Api, path: str) -> None:
    assert code_of(call(api, path, **CALLS[path])) == "not_found"


@pytest.mark.parametrize("path", CALLS)
def test_another_token_is_refused(api: Api, path: str) -> None:
    own = api.store(username="ada").json["access_token"]
    for token in (own, TOKEN[:-1], f"{TOKEN}x", "é" * 32):
        response = call(api, path, token=token, **CALLS[path])
        assert (response.status_code, code_of(response)) == (401, "token_invalid")
    assert code_of(api.client.post(f"/application/{path}", json=CALLS[path])) == "token_missing"


def test_an_invitation_says_where_to_use_it_and_until_when(api: Api) -> None:
    made = call(api, "invitations", username="ada", expires_hours=1)
    assert made.status_code == 201
    assert made.json["url"] == f"http://localhost:8000/signup#{made.json['invitation']}"
    assert 0 < made.json["expires_at"] - time.time() <= 3600


def test_a_password_link_keeps_its_token_out_of_requests_for_its_page(api: Api) -> None:
    api.store(username="ada")
    made = call(api, "password-links", username="ADA", expires_minutes=10)
    assert made.status_code == 201
    assert made.json["url"] == f"http://localhost:8000/reset#{made.json['token']}"
    assert 0 < made.json["expires_at"] - time.time() <= 600


@pytest.mark.parametrize(
    ("make", "kept"), [(invitation, Invitation.token_hash), (password_link, PasswordLink.token_hash)]
)
def test_the_database_holds_the_hash_of_a_token_alone(
    api: Api, database: Database, make: Callable[[Api], str], kept: Any
) -> None:
    api.store(username="ada")
    token = make(api)
    with database.unit_of_work() as work:
        assert list(work.session.scalars(select(kept))) == [sha256(token.encode()).digest()]


def test_the_application_may_know_that_nobody_has_a_username(api: Api) -> None:
    response = call(api, "password-links", username="nobody")
    assert (response.status_code, code_of(response)) == (404, "user_not_found")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("invitations", {"username": "a b"}),
        ("invitations", {"email": "nowhere"}),
        ("invitations", {"expires_hours": 0}),
        ("invitations", {"expires_hours": 24 * 365}),
        ("password-links", {}),
        ("password-links", {"username": "ada", "expires_minutes": 10_000}),
    ],
)
def test_invalid_fields_are_refused(api: Api, path: str, body: dict[str, object]) -> None:
    assert code_of(call(api, path, **body)) == "invalid_request"
