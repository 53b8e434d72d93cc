import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from benchmarks.common.http_client import Client, parse_server_timing


class Echo(BaseHTTPRequestHandler):
    """Answers with the request's body; answers /teapot with 418."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Server-Timing", "decode;dur=1.25, db;dur=4.00")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Logs nothing."""


@pytest.fixture
def client() -> Iterator[Client]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client = Client(f"http://127.0.0.1:{server.server_port}")
    yield client
    client.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_reply_comes_with_the_servers_stages_and_the_clients_total(client: Client) -> None:
    reply, spent = client.post("/", {"image": "abc"})
    assert reply == {"image": "abc"}
    assert spent.keys() == {"decode", "db", "total"}
    assert (spent["decode"], spent["db"]) == (1.25, 4.0)


def test_an_error_is_raised_and_not_timed(client: Client) -> None:
    with pytest.raises(RuntimeError, match="/teapot answered 418"):
        client.post("/teapot", json.loads("{}"))


def test_without_the_header_there_are_no_stages() -> None:
    assert parse_server_timing("") == {}
