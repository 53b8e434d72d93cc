"""The host application's calls in tests."""

from typing import Any

from werkzeug.test import TestResponse

from tests.http.conftest import Api, bearer

TOKEN = "the application's token, 32 characters"


def call(api: Api, path: str, token: str = TOKEN, **body: Any) -> TestResponse:
    """Makes one of the application's calls."""
    return api.client.post(f"/application/{path}", json=body, headers=bearer(token))


def invitation(api: Api, **bounds: Any) -> str:
    """Creates an invitation."""
    return str(call(api, "invitations", **bounds).json["invitation"])


def password_link(api: Api, username: str = "ada") -> str:
    """Creates a password link and returns its token."""
    return str(call(api, "password-links", username=username).json["token"])
