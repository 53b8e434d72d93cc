"""A service with the most restrictive settings, and a user who signed up before."""

from flask import Flask
from pydantic import SecretStr

from db.core.engine import Database
from service.app import create_app
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine
from tests.http.application import TOKEN
from tests.http.conftest import ORIGIN, Api, bearer

CLOSED = {
    "liveness": "challenge",
    "signup": "invite",
    "application_token": SecretStr(TOKEN),
    "compare_token": SecretStr(TOKEN),
}
"""Challenges and invitations are required, and the calls with a token of the settings are enabled."""

Headers = dict[str, str]


def close(settings: Settings, database: Database, engine: FakeEngine) -> tuple[Flask, list[Headers]]:
    """Returns a restrictive application, and headers that grant access: a user's, the host application's, a browser's.

    The browser's headers also come without the user's cookie, and from a page of another origin.
    """
    person = Api(create_app(settings, build_services(settings, database, engine)).test_client())
    token = person.store().json["access_token"]
    cookie = person.client.get_cookie("visage_refresh", path="/user/refresh")
    assert cookie is not None
    sent = {"Cookie": f"{cookie.key}={cookie.value}"}
    closed = settings.model_copy(update=CLOSED)
    app = create_app(closed, build_services(closed, database, engine))
    elsewhere = {"Origin": "https://evil.example"}
    return app, [bearer(token), bearer(TOKEN), ORIGIN | sent, elsewhere | sent, ORIGIN]
