"""An operator in tests, as the console's page calls the service."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.audit.audit import Audit
from service.console.operators import Operators
from service.http.auth import CSRF_HEADER
from tests.authenticator import Authenticator
from tests.http import passkeys
from tests.http.conftest import ORIGIN, Api, bearer


class Operator:
    """An operator's browser; the session is open after :meth:`open`."""

    def __init__(self, app: Flask, database: Database, username: str = "olga", person: int = 90) -> None:
        """Signs up a user with a passkey and makes them an operator."""
        self.client: FlaskClient = app.test_client()
        self.api = Api(self.client)
        self.username = username
        self.device = Authenticator()
        response = self.api.store(person=person, username=username)
        self.user_id: str = response.json["user"]["id"]
        passkeys.add(self.api, response.json["access_token"], self.device)
        self.csrf_token = ""
        with database.unit_of_work() as work:
            Operators(Audit()).add(work, username)

    def logins(self) -> tuple[str, str]:
        """Logs in by password and by passkey; returns both access tokens."""
        first = self.api.login(self.username).json["access_token"]
        return first, passkeys.log_in(self.api, self.device).json["access_token"]

    def begin(self, first: str, second: str, **headers: str) -> TestResponse:
        """Asks for a session with these two access tokens."""
        return self.client.post(
            "/console/session", json={"second_token": second}, headers={**ORIGIN, **bearer(first), **headers}
        )

    def open(self) -> "Operator":
        """Opens the console."""
        response = self.begin(*self.logins())
        assert response.status_code == 201, response.text
        self.csrf_token = response.json["csrf_token"]
        return self

    def get(self, path: str) -> TestResponse:
        """Reads; ``path`` is below /console."""
        return self.client.get(f"/console{path}")

    def send(self, method: str, path: str, json: Any = None) -> TestResponse:
        """Changes something, as the console's page does."""
        headers = {**ORIGIN, CSRF_HEADER: self.csrf_token}
        return self.client.open(f"/console{path}", method=method, json=json, headers=headers)
