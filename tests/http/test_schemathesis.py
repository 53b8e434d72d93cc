"""What the OpenAPI document allows, and what it does not, sent to every call: each answer is one that it describes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.http.conftest import Api, bearer
from tests.properties import tried

CHECKS: list[Callable[..., Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

FEW = 2
MANY = 100
"""Examples for each call and each mode."""


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_every_answer_is_one_that_the_document_describes(
    app: Flask, api: Api, mode: GenerationMode, examples: int
) -> None:
    token = api.store().json["access_token"]
    schema = openapi.from_wsgi("/openapi.json", app)
    for result in schema.get_all_operations():
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.body or list(operation.iter_parameters())):
            continue  # nothing that could be wrong

        @tried(examples)
        @given(operation.as_strategy(generation_mode=mode))
        def holds(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, headers=bearer(token))

        holds()
