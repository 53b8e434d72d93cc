"""A web server of another origin: an integrator's application."""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from flask import Flask, Response
from werkzeug.exceptions import NotFound
from werkzeug.serving import make_server

MEDIA_TYPES = {"html": "text/html", "js": "text/javascript"}

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Elsewhere:
    """Another origin: this server is ``localhost``, and the service is ``127.0.0.1``; or the other way round.

    Attributes:
        url: without a slash at the end.
        application: what answers there; a test replaces it by its own.
    """

    def __init__(self, host: str = "localhost") -> None:
        self.application: WSGIApp = NotFound()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://{host}:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.application(environment, start_response)


def site(files: Mapping[str, str], content_security_policy: str) -> Flask:
    """Returns an application that serves these files by name, under a policy."""
    app = Flask("site", static_folder=None)

    @app.get("/<name>")
    def file(name: str) -> Response:
        if name not in files:
            raise NotFound
        response = Response(files[name], mimetype=MEDIA_TYPES[name.rpartition(".")[2]])
        response.headers["Content-Security-Policy"] = content_security_policy
        return response

    return app
