"""The application factory: wires settings, database, engine, services and blueprints together."""

import math
import os

from flask import Flask

from db.engine import Database, create_database
from embeddings.engine import FaceEngine
from embeddings.litert_engine import LiteRTEngine
from embeddings.models import card_of_weights
from embeddings.prepare import prepare_models
from service.errors import SettingsError
from service.http import accounts, facial, operations, pages
from service.http.context import EXTENSION
from service.http.errors import register_error_handlers
from service.http.middleware import register_middleware
from service.services import build_services
from service.settings import Settings


def create_app(settings: Settings, *, database: Database | None = None, engine: FaceEngine | None = None) -> Flask:
    """The WSGI application of one process; make it after a fork.

    Args:
        settings: read once, passed down.
        database: migrated; by default the one at ``settings.database_url``.
        engine: by default FaceNet with the weights of the settings, converted now if it never was.

    Raises:
        SettingsError: neither a database nor its address is given.
        ModelError, WeightsUnavailableError: the engine cannot be made.
    """
    database = database or _database(settings)
    engine = engine or _engine(settings)
    app = Flask("visage", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_mb << 20
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = build_services(settings, database, engine, card_of_weights(settings.weights))
    register_middleware(app)
    register_error_handlers(app)
    for blueprint in (facial.blueprint, accounts.blueprint, operations.blueprint, pages.blueprint):
        app.register_blueprint(blueprint)
    return app


def _database(settings: Settings) -> Database:
    if settings.database_url is None:
        raise SettingsError(["DATABASE_URL: not set, and the embedded server is started by `visage serve` alone"])
    return create_database(
        settings.database_url.get_secret_value(), pool_size=settings.threads + 1
    )  # + the index keeper


def _engine(settings: Settings) -> FaceEngine:
    model = prepare_models(settings.weights, settings.models_folder, settings.weights_url)
    at_once = math.ceil((os.cpu_count() or 1) / settings.workers)
    return LiteRTEngine(model, card_of_weights(settings.weights), interpreters=at_once)
