"""A user who is signed on at the provider, and an application."""

import pytest
from flask import Flask

from db.core.engine import Database
from tests.http.conftest import Api
from tests.http.openid.client import Rp, register
from tests.http.openid.conformance import Suite


@pytest.fixture
def rp(app: Flask, database: Database) -> Rp:
    """An application with a secret, and the browser of a user who has not logged in."""
    return register(app, database)


@pytest.fixture
def token(rp: Rp) -> str:
    """The access token of Ada's login by password, in the application's browser."""
    response = Api(rp.browser).store(email="ada@example.org", display_name="Ada L.")
    text: str = response.json["access_token"]
    return text


@pytest.fixture
def ada(rp: Rp, token: str) -> Rp:
    """The application, with the browser of Ada, who is signed on by password."""
    assert rp.sign_on(token).status_code == 200
    return rp


@pytest.fixture
def suite(app: Flask, database: Database, rp: Rp) -> Suite:
    """The conformance suite with Ada's account, and a browser in which nobody has logged in."""
    Api(app.test_client()).store(email="ada@example.org", display_name="Ada L.")
    other = register(app, database, "other")
    other.browser = rp.browser
    return Suite(rp, other, database)
