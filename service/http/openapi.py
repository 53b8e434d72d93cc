"""The OpenAPI 3.1 document of the API, made from the code.

Bodies come from the models of ``schemas`` and ``responses``, the callers from the declarations of the views, the errors
from ``error_table``, and the summaries from the docstrings of the views.
"""

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any, get_args

from flask import Flask
from pydantic import TypeAdapter
from werkzeug.routing import Rule

from service.http import auth, description, pages
from service.http.cookies import CONSOLE_NAME, SINGLE_SIGN_ON_NAME
from service.http.cookies import NAME as REFRESH_COOKIE
from service.http.description import Description, error_codes
from service.http.error_table import TABLE
from service.http.openid.errors import ATTRIBUTE as OAUTH
from service.http.openid.errors import OAuthErrorResponse
from service.http.openid.forms import FORM
from service.http.responses import ErrorResponse

Json = dict[str, Any]


EXTENSION = "visage openapi"
"""The key of ``app.extensions`` that holds the document."""

SCHEMAS = "#/components/schemas/{model}"

SECURITY: Mapping[auth.Declaration, list[Json]] = {
    "public": [],
    "bearer": [{"bearer": []}],
    "public or bearer": [{}, {"bearer": []}],
    "recent password": [{"bearer": []}],
    "public or recent password": [{}, {"bearer": []}],
    "recent strong login": [{"bearer": []}],
    "refresh cookie": [{"refresh_cookie": []}, {}],
    "application": [{"application": []}],
    "comparison": [{"comparison": []}],
    "metrics": [{"metrics": []}, {}],
    "own page": [{"single_sign_on": []}, {}],
    "own page with a token": [{"bearer": []}],
    "client": [{"client": []}, {}],
    "client token": [{"client_token": []}],
    "operator": [{"console": []}],
}
"""The security requirements by declaration; one of several is enough."""

SCHEMES: Json = {
    "application": {
        "type": "http",
        "scheme": "bearer",
        "description": "`VISAGE_APPLICATION_TOKEN`. If it is not set, these calls do not exist.",
    },
    "comparison": {
        "type": "http",
        "scheme": "bearer",
        "description": "`VISAGE_COMPARE_TOKEN`. If it is not set, this call does not exist.",
    },
    "metrics": {"type": "http", "scheme": "bearer", "description": "`VISAGE_METRICS_TOKEN`, if it is set."},
    "client": {
        "type": "http",
        "scheme": "basic",
        "description": "Id and secret of an OpenID client. It may send them in the form instead; a public client sends "
        "only its id.",
    },
    "client_token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token that an OpenID client got for a user.",
    },
    "single_sign_on": {
        "type": "apiKey",
        "in": "cookie",
        "name": SINGLE_SIGN_ON_NAME,
        "description": "The cookie of single sign-on; over https its name begins with `__Host-`. The call requires an "
        "`Origin` header of the service itself.",
    },
    "console": {
        "type": "apiKey",
        "in": "cookie",
        "name": CONSOLE_NAME,
        "description": "The session of an operator; over https its name begins with `__Host-`. A call that changes "
        f"something also requires an `Origin` header of the service itself, and in `{auth.CSRF_HEADER}` the "
        "`csrf_token` of `GET /console/session`. Without an operator these calls do not exist.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a login. A call that requires a recent password login takes only the token "
        "of a password login a few minutes ago (`VISAGE_RECENT_MINUTES`), and a call that requires a recent strong "
        "login also that of a login by passkey or challenged face.",
    },
    "refresh_cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": REFRESH_COOKIE,
        "description": "A login sets it, and browsers send it automatically. Page scripts cannot read it. The call "
        "also requires an `Origin` header of the service itself or of an origin that `VISAGE_CORS_ORIGINS` allows.",
    },
}

RETRIED = (429, 503)
"""Statuses that come with ``Retry-After``."""


def served_document(app: Flask, base_path: str) -> bytes:
    """The document's text. It is made at the first call, which takes a tenth of a second, and then kept."""
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = app.json.dumps(openapi_document(app, base_path)).encode()
    document: bytes = app.extensions[EXTENSION]
    return document


def openapi_document(app: Flask, base_path: str = "") -> Json:
    """Makes the document of all views except the pages, in the order of their registration.

    ``base_path`` is ``Settings.base_path``.
    """
    rules = [(rule, app.view_functions[rule.endpoint]) for rule in api_rules(app)]
    schemas, definitions = _schemas([_description(view) for _, view in rules])
    paths: dict[str, Json] = defaultdict(dict)
    for rule, view in rules:
        for method in _methods(rule):
            paths[_path(rule)][method] = _operation(rule, view, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Visage",
            "version": version("visage"),
            "description": "Face sign-up and login that a team hosts itself.",
        },
        "servers": [{"url": base_path or "/"}],
        "paths": dict(paths),
        "components": {"schemas": definitions, "securitySchemes": SCHEMES},
    }


def api_rules(app: Flask) -> Iterator[Rule]:
    """The routes of the API, without those of pages and files."""
    return (rule for rule in app.url_map.iter_rules() if not pages.is_page(rule.endpoint))


def _description(view: auth.View) -> Description:
    found: Description = getattr(view, description.ATTRIBUTE)
    return found


def _methods(rule: Rule) -> list[str]:
    return sorted(method.lower() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"})


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _schemas(descriptions: list[Description]) -> tuple[dict[Any, Json], Json]:
    """The schema of every body, and the definitions that these schemas refer to."""
    taken = dict.fromkeys(kind for one in descriptions for kind in (*one.takes, *filter(None, [one.form])))
    answered = dict.fromkeys(
        kind for one in descriptions for kind in one.answers.values() if not isinstance(kind, str | None)
    )
    made, definitions = TypeAdapter.json_schemas(
        [
            *((kind, "validation", TypeAdapter(kind)) for kind in taken),
            *((kind, "serialization", TypeAdapter(kind)) for kind in (ErrorResponse, *answered)),
        ],
        ref_template=SCHEMAS,
    )
    return {kind: schema for (kind, _), schema in made.items()}, definitions["$defs"]


def _operation(rule: Rule, view: auth.View, schemas: Mapping[Any, Json]) -> Json:
    found = _description(view)
    summary, _, text = (inspect.getdoc(view) or "").partition("\n")
    declaration: auth.Declaration = getattr(view, auth.ATTRIBUTE)
    operation: Json = {
        "operationId": rule.endpoint.replace(".", "_"),
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": summary,
        "description": f"{text.strip()}\n\nWho may call: {declaration}.".strip(),
        "security": SECURITY[declaration],
        "parameters": [*_path_parameters(rule), *_query_parameters(found.query)],
    }
    if found.takes:
        bodies = [schemas[kind] for kind in found.takes]
        schema = bodies[0] if len(bodies) == 1 else {"anyOf": bodies}
        operation["requestBody"] = {
            "required": found.body_required,
            "content": {"application/json": {"schema": schema}},
        }
    if found.form is not None:
        operation["requestBody"] = {"required": found.body_required, "content": {FORM: {"schema": schemas[found.form]}}}
    answers = {str(status): _answer(kind, schemas) for status, kind in found.answers.items()}
    operation["responses"] = answers | _failures(view, schemas)
    return operation


def _path_parameters(rule: Rule) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in sorted(rule.arguments)
    ]


def _query_parameters(query: Mapping[str, str]) -> list[Json]:
    return [
        {"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}}
        for name, meaning in query.items()
    ]


def _answer(kind: Any, schemas: Mapping[Any, Json]) -> Json:
    if kind is None:
        return {"description": "Done. The body is empty."}
    if isinstance(kind, str):
        return {"description": "Text of this media type.", "content": {kind: {"schema": {"type": "string"}}}}
    names = [getattr(one, "__doc__", None) for one in get_args(kind) or (kind,)]
    description = " Or: ".join(inspect.cleandoc(name) for name in names if name)
    return {"description": description, "content": {"application/json": {"schema": schemas[kind]}}}


def _failures(view: auth.View, schemas: Mapping[Any, Json]) -> Json:
    """The error responses by status, each with its possible codes."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in sorted(error_codes(view)):
        for status in (TABLE[code].status, *TABLE[code].further_statuses):
            by_status[status].append(str(code))
    if hasattr(view, OAUTH):
        shape = schemas[OAuthErrorResponse]
        statuses = sorted({*by_status, 400, 401})
        return {str(status): _failure(status, by_status[status], shape) for status in statuses}
    return {str(status): _failure(status, codes) for status, codes in sorted(by_status.items())}


def _failure(status: int, codes: list[str], shape: Json | None = None) -> Json:
    """The answer of a status. ``shape`` is of OAuth's errors; the server itself still refuses in the usual shape."""
    only_these = {"properties": {"error": {"properties": {"code": {"enum": codes}}}}}
    schema: Json = {"allOf": [{"$ref": SCHEMAS.format(model=ErrorResponse.__name__)}, only_these]}
    if shape is not None:
        schema = {"anyOf": [shape, {"$ref": SCHEMAS.format(model=ErrorResponse.__name__)}]}
    answer: Json = {
        "description": "\n".join(f"- `{code}`: {TABLE[code].message}" for code in codes),
        "content": {"application/json": {"schema": schema}},
    }
    if status in RETRIED:
        seconds = {"description": "Seconds to wait before the next try.", "schema": {"type": "integer"}}
        answer["headers"] = {"Retry-After": seconds}
    return answer
