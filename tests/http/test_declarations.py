"""Every view declares who may call it, and every response has the same protections."""

from flask import Flask

from service.http import auth
from tests.http.conftest import Api


def test_every_view_declares_who_may_call_it(app: Flask) -> None:
    undeclared = [name for name, view in app.view_functions.items() if not hasattr(view, auth.ATTRIBUTE)]
    assert undeclared == []


def test_security_headers_and_a_request_id_come_with_every_response(api: Api) -> None:
    for path in ("/", "/health/live", "/nowhere"):
        headers = api.client.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-ID"]


def test_answers_of_the_api_are_not_cached(api: Api) -> None:
    assert api.store().headers["Cache-Control"] == "no-store"


def test_the_request_id_is_in_the_error(api: Api) -> None:
    response = api.client.get("/nowhere")
    assert response.json["request_id"] == response.headers["X-Request-ID"]
