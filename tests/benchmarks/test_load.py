"""The load generator, against a server with prescribed answers."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.common.load import measure_load

BODY = b'{"image": "' + b"x" * 200_000 + b'"}'
"""Longer than a connection accepts at once."""


class Told(BaseHTTPRequestHandler):
    """Answers as the path says; refuses every second request to /every-second."""

    protocol_version = "HTTP/1.1"
    asked = 0
    most_at_once = 0
    at_once = 0
    lock = threading.Lock()

    def do_POST(self) -> None:
        told = type(self)
        with told.lock:
            told.asked += 1
            number = told.asked
            told.at_once += 1
            told.most_at_once = max(told.most_at_once, told.at_once)
        whole = self.rfile.read(int(self.headers["Content-Length"])) == BODY
        with told.lock:
            told.at_once -= 1
        if self.path == "/break" and number % 2:
            self.close_connection = True
            return
        self.send_response(503 if self.path == "/every-second" and number % 2 else 200 if whole else 400)
        self.send_header("Content-Length", "5")
        if self.path == "/close":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"12345")

    def log_message(self, *_: object) -> None:
        """Logs nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Told.asked = Told.most_at_once = Told.at_once = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_closed_loop_keeps_every_client_asking(url: str) -> None:
    figures = measure_load(f"{url}/", BODY, concurrency=4, seconds=0.5)
    assert set(figures.statuses) == {200}
    assert figures.statuses[200] == Told.asked > 8
    assert figures.broken == 0
    assert figures.accepted is not None
    assert figures.per_second == pytest.approx(Told.asked / figures.seconds)


def test_no_more_requests_are_under_way_than_there_are_clients(url: str) -> None:
    measure_load(f"{url}/", BODY, concurrency=2, seconds=0.2)
    assert 1 <= Told.most_at_once <= 2


def test_an_open_loop_asks_at_its_rate(url: str) -> None:
    figures = measure_load(f"{url}/", BODY, concurrency=8, seconds=0.5, rate=40)
    assert figures.statuses == {200: 20}


def test_waiting_for_a_free_client_counts(url: str) -> None:
    figures = measure_load(f"{url}/", BODY, concurrency=1, seconds=0.0001, rate=100_000)
    assert figures.statuses == {200: 10}
    assert figures.accepted is not None
    assert figures.accepted.p99 > 0.5 * figures.seconds * 1000  # all were due at once, so the last one waited


def test_answers_by_503_are_counted_and_timed_separately(url: str) -> None:
    figures = measure_load(f"{url}/every-second", BODY, concurrency=1, seconds=0.3)
    assert figures.refused_share == pytest.approx(0.5, abs=0.2)
    assert figures.refused is not None
    assert figures.accepted is not None
    assert figures.accepted.runs == figures.statuses[200]
    assert figures.refused.runs == figures.statuses[503]


@pytest.mark.parametrize("path", ["close", "break"])
def test_a_connection_that_ends_is_replaced(url: str, path: str) -> None:
    figures = measure_load(f"{url}/{path}", BODY, concurrency=2, seconds=0.3)
    assert figures.statuses[200] > 2
    assert (figures.broken > 0) == (path == "break")


def test_a_result_file_gets_plain_values(url: str) -> None:
    figures = measure_load(f"{url}/", BODY, concurrency=1, seconds=0.05).as_dict()
    assert figures["clients"] == 1
    assert isinstance(figures["accepted"], dict)
    assert figures["refused"] is None
