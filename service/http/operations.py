"""For those who run the service, and for applications that verify its tokens."""

from flask import Blueprint, Response, jsonify

from service.http import auth
from service.http.context import services
from service.signing_keys import PUBLISHED_SECONDS

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health/live")
@auth.public
def live() -> Response:
    """Whether the process answers at all."""
    return jsonify(status="live")


@blueprint.get("/health/ready")
@auth.public
def ready() -> Response:
    """Whether it can log people in: the database answers; the models were loaded before the first request."""
    services().database.ping()
    return jsonify(status="ready", model=services().engine.model_id)


@blueprint.get("/.well-known/jwks.json")
@auth.public
def jwks() -> Response:
    """The public keys that verify access tokens (RFC 7517)."""
    response = jsonify(services().signing_keys.jwks())
    response.headers["Cache-Control"] = f"public, max-age={PUBLISHED_SECONDS}"
    return response
