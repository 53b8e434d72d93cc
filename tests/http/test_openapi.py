"""The OpenAPI document is complete and valid. That it matches the answers is checked by ``described`` in all tests."""

from typing import Any, get_args

import pytest
from flask import Flask
from openapi_spec_validator import validate

from service.http import auth, description
from service.http.error_table import TABLE
from service.http.openapi import SECURITY, api_rules
from service.http.responses import ErrorResponse
from service.serving.worker import STATUSES
from tests.http.conftest import Api


@pytest.fixture
def document(api: Api) -> dict[str, Any]:
    served: dict[str, Any] = api.client.get("/openapi.json").json
    return served


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_every_view_of_the_api_is_described(app: Flask) -> None:
    missing = [
        rule.endpoint
        for rule in api_rules(app)
        if not hasattr(app.view_functions[rule.endpoint], description.ATTRIBUTE)
    ]
    assert missing == []


def test_it_is_a_valid_openapi_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_kind_of_caller_is_known_to_the_document() -> None:
    assert set(SECURITY) == set(description.AUTH_ERRORS) == set(get_args(auth.Declaration))


def test_every_code_that_a_view_names_is_in_the_table(app: Flask) -> None:
    named = {code for rule in api_rules(app) for code in description.error_codes(app.view_functions[rule.endpoint])}
    assert named <= set(TABLE)


def test_every_code_of_the_table_can_occur_somewhere(app: Flask) -> None:
    named = {code for rule in api_rules(app) for code in description.error_codes(app.view_functions[rule.endpoint])}
    assert set(TABLE) - named == {"method_not_allowed"}


def test_a_login_by_face_is_described_from_the_request_to_the_errors(document: dict[str, Any]) -> None:
    login = document["paths"]["/user/facial/recognize"]["post"]
    assert login["summary"] == "Logs a user in by one image or several, or names the other way to log in."
    assert login["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/RecognizeRequest")
    assert "`face_too_dark`: Move to a brighter place." in login["responses"]["422"]["description"]
    assert "Retry-After" in login["responses"]["503"]["headers"]


def test_refusals_by_the_server_are_described_for_every_call(document: dict[str, Any]) -> None:
    statuses = {str(int(status)) for status in STATUSES.values()}
    assert statuses == {"400", "414", "417", "431"}
    for operation in operations(document):
        for status in statuses:
            assert "`bad_request`" in operation["responses"][status]["description"]


def test_the_document_requires_consent_to_be_true(document: dict[str, Any]) -> None:
    consent = document["components"]["schemas"]["SignUpRequest"]["properties"]["consent"]
    assert (consent["type"], consent["const"]) == ("boolean", True)


def test_calls_that_need_a_token_say_so(document: dict[str, Any]) -> None:
    assert document["paths"]["/user/me"]["get"]["security"] == [{"bearer": []}]
    assert document["paths"]["/user/login"]["post"]["security"] == []


def test_every_operation_has_a_summary_and_the_one_shape_of_errors(document: dict[str, Any]) -> None:
    shape = f"#/components/schemas/{ErrorResponse.__name__}"
    for operation in operations(document):
        assert operation["summary"]
        (kind,) = operation["responses"]["500"]["content"].values()
        schema = kind["schema"]
        if operation["tags"] == ["openid"]:  # calls of OAuth, whose own shape is another one
            assert [one["$ref"].rpartition("/")[2] for one in schema["anyOf"]] == [
                "OAuthErrorResponse",
                "ErrorResponse",
            ]
        else:
            assert schema["allOf"][0] == {"$ref": shape}


def test_a_client_that_has_the_document_is_not_sent_it_again(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    first = client.get("/openapi.json")
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
