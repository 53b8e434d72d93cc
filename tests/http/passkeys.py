"""The calls on passkeys in tests, with a software authenticator in place of the browser."""

from typing import Any

from werkzeug.test import TestResponse

from tests.authenticator import Authenticator
from tests.http.conftest import Api, bearer

PATH = "/user/passkeys"


def add_options(api: Api, token: str) -> dict[str, Any]:
    """Asks for the options of a registration."""
    response = api.client.post(f"{PATH}/options", headers=bearer(token))
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json["public_key"]
    return found


def send_new(api: Api, token: str, credential: dict[str, Any], **more: Any) -> TestResponse:
    """Sends a new credential."""
    return api.client.post(PATH, json={"credential": credential, **more}, headers=bearer(token))


def add(api: Api, token: str, authenticator: Authenticator, **more: Any) -> TestResponse:
    """Adds a passkey of this authenticator."""
    return send_new(api, token, authenticator.create(add_options(api, token)), **more)


def login_options(api: Api) -> dict[str, Any]:
    """Asks for the options of a login."""
    response = api.client.post(f"{PATH}/login/options")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json["public_key"]
    return found


def send_login(api: Api, credential: Any, token: str | None = None) -> TestResponse:
    """Sends the response of an authenticator, perhaps with an access token."""
    return api.client.post(f"{PATH}/login", json={"credential": credential}, headers=bearer(token) if token else {})


def log_in(api: Api, authenticator: Authenticator, token: str | None = None, number: int = -1) -> TestResponse:
    """Logs in with a passkey of this authenticator."""
    return send_login(api, authenticator.get(login_options(api), number), token)


def listed(api: Api, token: str) -> list[dict[str, Any]]:
    """Returns the passkeys of a user."""
    found: list[dict[str, Any]] = api.client.get(PATH, headers=bearer(token)).json["passkeys"]
    return found
