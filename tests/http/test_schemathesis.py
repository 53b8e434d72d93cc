"""Schemathesis sends what the OpenAPI document allows, and what it does not, to every call, and checks the answers."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from db.core.engine import Database
from service.settings.model import Settings
from tests.fakes import FakeEngine
from tests.http.closed import Headers, close
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
"""Examples per call and mode."""


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_every_answer_is_one_that_the_document_describes(
    app: Flask, api: Api, mode: GenerationMode, examples: int
) -> None:
    token = api.store().json["access_token"]
    check_every_call(app, mode, examples, [bearer(token)])


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("examples", [1, pytest.param(MANY, marks=pytest.mark.slow)])
def test_every_answer_of_a_closed_service_is_one_that_the_document_describes(
    settings: Settings, database: Database, engine: FakeEngine, mode: GenerationMode, examples: int
) -> None:
    app, headers = close(settings, database, engine)
    check_every_call(app, mode, examples, headers)


def check_every_call(app: Flask, mode: GenerationMode, examples: int, headers: Sequence[Headers]) -> None:
    schema = openapi.from_wsgi("/openapi.json", app)
    for result in schema.get_all_operations():
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.body or list(operation.iter_parameters())):
            continue  # no input that could be wrong

        @tried(examples)
        @given(operation.as_strategy(generation_mode=mode), st.sampled_from(headers))
        def holds(case: Any, opening: Headers) -> None:
            case.call_and_validate(checks=CHECKS, headers=opening)

        holds()
