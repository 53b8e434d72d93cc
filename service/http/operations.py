"""Calls for operators, and for applications that verify the access tokens."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request

from db.core.engine import Database
from embeddings.core.models import ModelCard
from service.gallery.metrics import GalleryMetrics
from service.http import auth
from service.http.description import DATABASE_ERRORS, described
from service.http.openapi import served_document
from service.http.response_body import respond
from service.http.responses import KeysResponse, LiveResponse, ReadyResponse
from service.keys.signing_keys import PUBLISHED_SECONDS, SigningKeys
from service.runtime.metrics import CONTENT_TYPE, Metrics
from service.settings.model import Settings

DESCRIBED_SECONDS = 300
"""How long clients may cache the document. It changes only with the version."""

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health/live")
@auth.public
@described({200: LiveResponse})
def live() -> Response:
    """Whether the process answers."""
    return respond(LiveResponse())


@blueprint.get("/health/ready")
@auth.public
@described({200: ReadyResponse}, errors=DATABASE_ERRORS)
def ready(database: Database, model: ModelCard) -> Response:
    """Whether the service can log users in: the database answers, and the models were loaded at start."""
    database.ping()
    return respond(ReadyResponse(model=model.model_id))


@blueprint.get("/.well-known/jwks.json")
@auth.public
@described({200: KeysResponse})
def jwks(signing_keys: SigningKeys, id_token_keys: SigningKeys) -> Response:
    """The public keys that verify access tokens and ID tokens (RFC 7517)."""
    response = respond(KeysResponse(keys=[*signing_keys.jwks(), *id_token_keys.jwks()]))
    response.headers["Cache-Control"] = f"public, max-age={PUBLISHED_SECONDS}"
    return response


@blueprint.get("/metrics")
@auth.metrics
@described({200: "text/plain"})
def metrics(metrics: Metrics, gallery_metrics: GalleryMetrics) -> Response:
    """The metrics, in Prometheus's text format."""
    return Response(metrics.exposition(gallery_metrics), content_type=CONTENT_TYPE)


@blueprint.get("/openapi.json")
@auth.public
@described({200: Mapping[str, Any], 304: None})
def openapi(settings: Settings) -> Response:
    """This document: the requests, responses and permitted callers of every call (OpenAPI 3.1)."""
    response = Response(served_document(current_app, settings.base_path), content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={DESCRIBED_SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response
