"""The health check of a container is correct."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from service.runtime.healthcheck import is_healthy
from service.settings.model import WILDCARD_HOSTS, Settings


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """A server that answers its only path with its attribute ``status``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(server.status if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
@pytest.mark.parametrize("host", ["127.0.0.1", *WILDCARD_HOSTS[:1]])
def test_a_service_is_as_healthy_as_it_says(server: HTTPServer, status: int, healthy: bool, host: str) -> None:
    server.status = status
    assert is_healthy(Settings(host=host, port=server.server_port)) is healthy


def test_where_nobody_listens_nobody_is_healthy(server: HTTPServer) -> None:
    port = server.server_port
    server.shutdown()
    server.server_close()
    assert not is_healthy(Settings(port=port))
