"""The answers to clients that disconnect, go silent or don't speak HTTP."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.serving.slow_clients import MOST_PER_ADDRESS
from service.settings.model import Settings
from tests.running_service import RunningService

POST = b"POST /user/login HTTP/1.1\r\nHost: visage\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
FORM = b"Host: visage\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CHUNKED_FORM = FORM + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, module_url: str) -> Iterator[RunningService]:
    home = tmp_path_factory.mktemp("visage") / "home"
    service = RunningService(home, DATABASE_URL=module_url, VISAGE_WORKERS="1").start()
    yield service
    service.stop()


def ask(service: RunningService, request: bytes, *, hang_up: bool = False) -> tuple[int, dict[str, Any]]:
    """Sends raw bytes; returns the status and the JSON of the answer."""
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(request)
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(1 << 16):
            answer += part
            head, _, body = answer.partition(b"\r\n\r\n")
            if body.endswith(b"}\n") or body.endswith(b"}"):
                break
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        pytest.param(b"nonsense\r\n\r\n", 400, "bad_request", id="not HTTP"),
        pytest.param(b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n", 414, "bad_request", id="a long address"),
        pytest.param(POST + b"Content-Length: -1\r\n\r\n", 400, "bad_request", id="a negative length"),
        pytest.param(POST + b"X: " + b"x" * 9_000 + b"\r\n\r\n", 431, "bad_request", id="a long header"),
        pytest.param(b"GET /user/me HTTP/1.1\r\n\r\n", 400, "host_missing", id="no Host"),
        pytest.param(b"GET /nowhere HTTP/1.1\r\nHost:\r\n\r\n", 400, "host_missing", id="an empty Host"),
        pytest.param(b"GET /user/me HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "host_missing", id="a Host that is none"),
        pytest.param(b"GET /user/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_request", id="two Hosts"),
        pytest.param(b"GET /user/me HTTP/1.0\r\n\r\n", 401, "token_missing", id="HTTP/1.0, which has no Host"),
        pytest.param(POST + b"Expect: tea\r\nContent-Length: 2\r\n\r\n{}", 417, "bad_request", id="an expectation"),
        pytest.param(CHUNKED + b"zz\r\n", 400, "bad_request", id="a chunk without a size"),
        pytest.param(CHUNKED + b"8000\r\n" + b" " * 0x8000 + b"\r\n0\r\n\r\n", 413, "request_too_large", id="chunks"),
    ],
)
def test_every_refusal_has_the_one_shape(service: RunningService, request_bytes: bytes, status: int, code: str) -> None:
    answered, body = ask(service, request_bytes)
    assert (answered, body["error"]["code"]) == (status, code)
    assert "Traceback" not in service.output()


@pytest.mark.parametrize("path", ["/openid/token", "/openid/userinfo", "/authorize", "/logout"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"zz\r\n", 400, id="no size"),
        pytest.param(b"1\r\nabc\r\n0\r\n\r\n", 400, id="a wrong size"),
        pytest.param(b"3\r\na=b\r\n0\r\nno trailer\r\n\r\n", 400, id="a trailer that is none"),
        pytest.param(b"14000\r\na=" + b"b" * 0x13FFE + b"\r\n0\r\n\r\n", 413, id="too long"),
    ],
)
def test_a_form_in_damaged_or_too_long_chunks_is_refused(
    service: RunningService, path: str, body: bytes, status: int
) -> None:
    request = f"POST {path} HTTP/1.1\r\n".encode() + CHUNKED_FORM + body
    answered, answer = ask(service, request)
    assert (answered, "error" in answer) == (status, True)
    assert "Traceback" not in service.output()


def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one(service: RunningService) -> None:
    body = b'{"username": "ada", "password": "x"}'
    status, answer = ask(service, POST + b"Content-Length: 99\r\n\r\n" + body, hang_up=True)
    assert (status, answer["error"]["code"]) == (400, "bad_request")


def test_a_client_that_takes_no_answers_holds_no_thread_for_ever(service: RunningService) -> None:
    address = urlsplit(service.url)
    clients = [socket.socket() for _ in range(Settings(workers=1).capacity.threads + 1)]
    for client in clients:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 12)
        client.connect((address.hostname, address.port))
        client.sendall(b"GET /web/translations/en.js HTTP/1.1\r\nHost: visage\r\n\r\n" * 400)
    service.wait_until(service.is_ready)
    for client in clients:
        client.close()


@pytest.mark.slow
def test_a_client_that_goes_silent_is_not_waited_for(service: RunningService) -> None:
    status, answer = ask(service, POST + b"Content-Length: 99\r\n\r\n{")
    assert (status, answer["error"]["code"]) == (408, "request_timeout")
    status, answer = ask(service, b"POST /openid/token HTTP/1.1\r\n" + FORM + b"Content-Length: 99\r\n\r\na=b")
    assert (status, answer["error"]) == (408, "invalid_request")
    assert service.is_ready()


def test_clients_that_say_nothing_hold_no_threads(service: RunningService) -> None:
    address = urlsplit(service.url)
    more_than_threads = 2 * Settings(workers=1).capacity.threads
    with ExitStack() as stack:
        for _ in range(more_than_threads):
            stack.enter_context(socket.create_connection((address.hostname, address.port)))
        assert service.is_ready()
        for _ in range(more_than_threads):
            kept_alive = stack.enter_context(socket.create_connection((address.hostname, address.port)))
            kept_alive.sendall(b"GET /health/live HTTP/1.1\r\nHost: visage\r\n\r\n")
            assert kept_alive.recv(1 << 16).startswith(b"HTTP/1.1 200")
        assert service.is_ready()


@pytest.mark.slow
def test_clients_that_send_drop_by_drop_hold_few_threads(service: RunningService) -> None:
    """As many such clients as there are threads would otherwise hold all of them for as long as they like."""
    address = urlsplit(service.url)
    with ExitStack() as stack:
        drops = []
        for number in range(2 * Settings(workers=1).capacity.threads):
            drop = stack.enter_context(socket.create_connection((address.hostname, address.port)))
            drop.sendall(POST if number % 2 else POST + b"Content-Length: 99\r\n\r\n{")
            drops.append(drop)

        def are_few() -> bool:
            return sum(_drip(drop) for drop in drops) <= MOST_PER_ADDRESS

        service.wait_until(are_few)
        assert service.is_ready()


def test_headers_of_proxies_from_a_client_are_ignored(service: RunningService) -> None:
    forged = b"X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\nSCRIPT_NAME: /x\r\n"
    request = b"GET /nowhere HTTP/1.1\r\nHost: visage\r\n" + forged + b"\r\n"
    assert ask(service, request)[0] == 404
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(request)
        assert b"Strict-Transport-Security" not in connection.recv(1 << 16)


def _drip(client: socket.socket) -> bool:
    """Sends one more byte; returns whether the service still listens."""
    client.setblocking(False)
    try:
        client.send(b" ")
        client.recv(1 << 16)  # an answer, or the end
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
