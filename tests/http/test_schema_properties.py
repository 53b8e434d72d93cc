"""Any JSON sent to any call gets an answer in a known format, and never an internal error."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from db.core.engine import Database
from service.http import schemas
from service.http.openapi import api_rules
from service.settings.model import Settings
from tests.fakes import FakeEngine
from tests.http.closed import Headers, close
from tests.http.conftest import ORIGIN, PASSWORD, Api, bearer, code_of
from tests.properties import MANY, tried

FEW = 80
"""Examples, each of which is a request."""

few_or_many = pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


def _fields() -> list[str]:
    models = [one for one in vars(schemas).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    return sorted({name for model in models for name in model.model_fields})


FIELDS = _fields()
"""The names of all fields of all requests."""

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["ada", PASSWORD, "left", "front", "data:image/png;base64,", "2026-11-25", "\0", "\ud800"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=8)), inner, max_size=6),
    ),
    max_leaves=12,
)
bodies = st.one_of(values, st.dictionaries(st.sampled_from(FIELDS), values, max_size=8))


def calls(app: Flask) -> list[tuple[str, str]]:
    """Returns every call that accepts a body."""
    return sorted(
        (method, re.sub(r"<[^>]*>", "x", rule.rule))
        for rule in api_rules(app)
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH"}
    )


def check(api: Api, method: str, path: str, data: bytes, headers: dict[str, str]) -> None:
    response = api.client.open(path, method=method, data=data, headers=headers, content_type="application/json")
    assert response.status_code < 500, (path, response.text)
    if response.status_code >= 400:
        code_of(response)


@few_or_many
def test_any_json_is_answered_and_never_by_a_fault_of_ours(app: Flask, api: Api, examples: int) -> None:
    token = api.store().json["access_token"]
    check_any_json(app, api, examples, [{}, bearer(token), bearer("x"), ORIGIN])


@few_or_many
def test_any_json_is_answered_by_a_closed_service_too(
    settings: Settings, database: Database, engine: FakeEngine, examples: int
) -> None:
    closed, headers = close(settings, database, engine)
    check_any_json(closed, Api(closed.test_client(use_cookies=False)), examples, headers)


def check_any_json(app: Flask, api: Api, examples: int, headers: Sequence[Headers]) -> None:
    @tried(examples)
    @given(st.sampled_from(calls(app)), bodies, st.sampled_from(headers))
    def holds(call: tuple[str, str], body: Any, opening: Headers) -> None:
        check(api, *call, json.dumps(body).encode(), opening)

    holds()


@few_or_many
def test_any_bytes_are_answered_and_never_by_a_fault_of_ours(app: Flask, api: Api, examples: int) -> None:
    @tried(examples)
    @given(
        st.sampled_from(calls(app)), st.one_of(st.binary(max_size=60), st.text('{}[]",:0eE.-\\u tfn').map(str.encode))
    )
    def holds(call: tuple[str, str], data: bytes) -> None:
        check(api, *call, data, {})

    holds()
