"""A view is given the services that it names, once and with the right types."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from service.accounts.accounts import Accounts
from service.accounts.sessions import Sessions
from service.http import auth
from service.http.binding import bind_services
from service.http.context import EXTENSION
from service.services import Services


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions[EXTENSION]
    return found


def bound(services: Services, view: Callable[..., Any], rule: str = "/") -> Flask:
    """A small application with this view, bound."""
    app = Flask("small", static_folder=None)
    app.add_url_rule(rule, "view", view)
    bind_services(app, services)
    return app


def test_a_service_is_given_by_its_name(services: Services) -> None:
    def view(accounts: Accounts) -> str:
        return str(accounts is services.accounts)

    assert bound(services, view).test_client().get("/").text == "True"


def test_the_arguments_of_the_address_are_left_to_the_request(services: Services) -> None:
    def view(name: str, accounts: Accounts) -> str:
        return f"{name} {accounts is services.accounts}"

    assert bound(services, view, "/<name>").test_client().get("/ada").text == "ada True"


def test_a_declaration_does_not_hide_the_parameters(services: Services) -> None:
    @auth.public
    def view(accounts: Accounts) -> str:
        return str(accounts is services.accounts)

    app = bound(services, view)
    assert app.test_client().get("/").text == "True"
    assert getattr(app.view_functions["view"], auth.ATTRIBUTE) == "public"


def test_an_unknown_name_is_an_error_at_start(services: Services) -> None:
    def view(acounts: Accounts) -> str:
        return ""

    with pytest.raises(TypeError, match="view: there is no service acounts"):
        bound(services, view)


def test_another_type_is_an_error_at_start(services: Services) -> None:
    def view(accounts: Sessions) -> str:
        return ""

    with pytest.raises(TypeError, match="view: the type of accounts is Accounts"):
        bound(services, view)
