"""A test client that checks every answer of the API against the OpenAPI document."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from service.http import pages
from service.http.openapi import openapi_document

Answers = dict[tuple[str, str], dict[str, Draft202012Validator | None]]
"""By endpoint and method, the validators of the bodies by status; None if the body is not JSON."""

_MADE: dict[frozenset[str], Answers] = {}


class CheckingClient(FlaskClient):
    """Fails if an answer's status, error code or body is not described."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        check(self.application, response)
        return response


def check(app: Flask, response: TestResponse) -> None:
    """Raises AssertionError if the document does not describe such an answer."""
    endpoint = endpoint_of(app, response.request.path, response.request.method)
    if endpoint is None or pages.is_page(endpoint) or response.request.method == "OPTIONS":
        return
    described = _answers(app)[endpoint, response.request.method.replace("HEAD", "GET")]
    status = str(response.status_code)
    assert status in described, f"{endpoint} answers {status}, which is not described"
    validator = described[status]
    if status == "204":
        assert response.data == b""
    elif validator is not None and response.request.method != "HEAD":
        problems = [error.message for error in validator.iter_errors(response.json)]
        assert problems == [], f"{endpoint} {status}: {problems}"


def endpoint_of(app: Flask, path: str, method: str) -> str | None:
    """Returns the view that handles a request, or None."""
    try:
        return str(app.url_map.bind("localhost").match(path, method)[0])
    except HTTPException:
        return None


def _answers(app: Flask) -> Answers:
    """Makes the validators once for all applications with the same routes, because it takes a tenth of a second."""
    routes = frozenset(rule.endpoint for rule in app.url_map.iter_rules())
    if routes not in _MADE:
        _MADE[routes] = _validators(app)
    return _MADE[routes]


def _validators(app: Flask) -> Answers:
    document = openapi_document(app)
    components = _closed(document["components"])
    endpoints = {rule.endpoint.replace(".", "_"): rule.endpoint for rule in app.url_map.iter_rules()}
    return {
        (endpoints[operation["operationId"]], method.upper()): {
            status: _validator(answer, components) for status, answer in operation["responses"].items()
        }
        for methods in document["paths"].values()
        for method, operation in methods.items()
    }


def _validator(answer: dict[str, Any], components: dict[str, Any]) -> Draft202012Validator | None:
    content = answer.get("content", {}).get("application/json")
    return Draft202012Validator({**content["schema"], "components": components}) if content else None


def _closed(schema: Any) -> Any:
    """Forbids undeclared members in the schemas' objects: future clients must tolerate them, but tests must not."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed
