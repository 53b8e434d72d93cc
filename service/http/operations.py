"""For those who run the service, and for applications that verify its tokens."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from service.http import auth
from service.http.context import services
from service.http.description import DATABASE_ERRORS, described
from service.http.openapi import served_document
from service.http.responses import KeysResponse, LiveResponse, ReadyResponse
from service.keys.signing_keys import PUBLISHED_SECONDS
from service.runtime.metrics import CONTENT_TYPE

DESCRIBED_SECONDS = 300
"""How long the document may be kept unasked: it changes with the version alone."""

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health/live")
@auth.public
@described({200: LiveResponse})
def live() -> Response:
    """Whether the process answers at all."""
    answer: LiveResponse = {"status": "live"}
    return jsonify(answer)


@blueprint.get("/health/ready")
@auth.public
@described({200: ReadyResponse}, errors=DATABASE_ERRORS)
def ready() -> Response:
    """Whether it can log people in: the database answers; the models were loaded before the first request."""
    services().database.ping()
    answer: ReadyResponse = {"status": "ready", "model": services().engine.model_id}
    return jsonify(answer)


@blueprint.get("/.well-known/jwks.json")
@auth.public
@described({200: KeysResponse})
def jwks() -> Response:
    """The public keys that verify access tokens (RFC 7517)."""
    response = jsonify(services().signing_keys.jwks())
    response.headers["Cache-Control"] = f"public, max-age={PUBLISHED_SECONDS}"
    return response


@blueprint.get("/metrics")
@auth.metrics
@described({200: "text/plain"})
def metrics() -> Response:
    """What is counted and timed, in Prometheus's text format."""
    return Response(services().metrics.exposition(services().gallery_metrics), content_type=CONTENT_TYPE)


@blueprint.get("/openapi.json")
@auth.public
@described({200: Mapping[str, Any], 304: None})
def openapi() -> Response:
    """This document: every call with what it takes, what it answers and who may call it (OpenAPI 3.1)."""
    response = Response(served_document(current_app), content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={DESCRIBED_SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response
