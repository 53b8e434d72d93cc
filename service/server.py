"""The production server: prepares everything once, then serves from several processes under gunicorn."""

import logging
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from pydantic import SecretStr

from db.migrate import upgrade
from embeddings.prepare import prepare_models
from service.app import create_app
from service.database_server import owned_database
from service.http.context import EXTENSION
from service.services import Services
from service.settings import Settings

KEEP_ALIVE_SECONDS = 30
GRACEFUL_SECONDS = 10

logger = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Serves until a signal ends it. Raises ModelError or db.errors.DatabaseError when it cannot start."""
    prepare_models(settings.weights, settings.models_folder, settings.weights_url)
    with owned_database(settings) as url:
        upgrade(url)
        resolved = settings.model_copy(update={"database_url": SecretStr(url)})
        _tidy_up(resolved)
        _Gunicorn(resolved).run()


def _tidy_up(settings: Settings) -> None:
    """What a crash may have left, and what has expired; before the first worker is forked."""
    app = create_app(settings)
    services: Services = app.extensions[EXTENSION]
    with services.database.unit_of_work() as work:
        services.enrolment.settle(work)
        services.sessions.forget_expired(work)
    services.database.dispose()


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by our settings and not by its own command line or files."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        options = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": "gthread",
            "keepalive": KEEP_ALIVE_SECONDS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "visage",
            "post_worker_init": self._greet,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made in each worker after the fork."""
        app = create_app(self._settings)
        services: Services = app.extensions[EXTENSION]
        services.engine.warm_up()
        services.index_keeper.consider()
        return app

    def _greet(self, worker: Any) -> None:
        if worker.age == 1:
            print(f"Visage is ready: open {self._settings.visit_url}/ in a browser. Ctrl-C stops it.", flush=True)
