"""The real service with a certificate, JSON logs and a token for its metrics."""

import contextlib
import http.client
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from service.domain.operator_errors import SettingsError
from service.runtime import tls
from service.runtime.tls import TlsContexts
from service.serving import server
from service.settings.model import Settings
from tests.certificate import self_signed
from tests.running_service import RunningService

TOKEN = "a token of the monitoring"
HALF_A_HELLO = b"\x16\x03\x01\x02\x00\x01"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, module_url: str) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = self_signed(folder)
    service = RunningService(
        folder / "home",
        DATABASE_URL=module_url,
        VISAGE_TLS_CERT=str(certificate),
        VISAGE_TLS_KEY=str(key),
        VISAGE_WORKERS="2",
        VISAGE_LOG_FORMAT="json",
        VISAGE_METRICS_TOKEN=TOKEN,
    ).start()
    yield service
    assert service.stop() == 0, service.output()


def connect(service: RunningService) -> socket.socket:
    where = urlsplit(service.url)
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=10)


def get(service: RunningService, path: str, **headers: str) -> str:
    request = urllib.request.Request(service.url + path, headers=headers)
    with urllib.request.urlopen(request, timeout=10, context=service.tls) as response:
        return str(response.read().decode())


def test_a_page_comes_by_https(service: RunningService) -> None:
    assert "<title" in get(service, "/login")


def test_a_connection_is_kept_for_the_next_request(service: RunningService) -> None:
    where = urlsplit(service.url)
    connection = http.client.HTTPSConnection(where.netloc, timeout=10, context=service.tls)
    for _ in range(3):
        connection.request("GET", "/health/live")
        assert connection.getresponse().read() == b'{"status":"live"}\n'
    connection.close()


def test_a_large_body_comes_through(service: RunningService) -> None:
    body = json.dumps({"image": "A" * 3_000_000}).encode()
    request = urllib.request.Request(
        f"{service.url}/user/facial/recognize", body, headers={"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10, context=service.tls)
    assert refused.value.code == 415


@pytest.mark.filterwarnings("ignore:.*TLSv1_1 is deprecated")
def test_versions_before_tls_1_2_are_refused(service: RunningService) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError), connect(service) as plain:
        context.wrap_socket(plain)


def test_a_client_without_tls_is_disconnected_without_a_traceback(service: RunningService) -> None:
    with connect(service) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert plain.recv(1000) == b""
    assert "Traceback" not in service.output()


def test_prometheus_reads_the_sum_of_all_processes(service: RunningService) -> None:
    before = counted(service)
    for _ in range(8):
        get(service, "/health/live")  # a new connection each time, to any process
    assert counted(service) == before + 8


def counted(service: RunningService) -> int:
    text = get(service, "/metrics", Authorization=f"Bearer {TOKEN}")
    start = 'visage_requests_total{method="GET",route="/health/live",status="200"} '
    return next((int(float(line.removeprefix(start))) for line in text.splitlines() if line.startswith(start)), 0)


def test_metrics_need_the_token(service: RunningService) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(service, "/metrics")
    assert refused.value.code == 401


def test_every_line_of_the_log_is_an_object_and_that_of_a_request_has_its_id(service: RunningService) -> None:
    request = urllib.request.Request(f"{service.url}/health/live")
    with urllib.request.urlopen(request, timeout=10, context=service.tls) as response:
        request_id = response.headers["X-Request-ID"]
    service.wait_until(lambda: service.url in service.output())  # the greeting may come after the first answers
    lines: list[dict[str, Any]] = [json.loads(line) for line in service.output().splitlines()]
    (found,) = [line for line in lines if line.get("request_id") == request_id]
    assert (found["route"], found["status"]) == ("/health/live", 200)
    assert any(service.url in line["message"] for line in lines)


def test_half_handshakes_leave_threads_to_others(service: RunningService) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(3 * Settings(workers=2).capacity.threads):
            half = stack.enter_context(connect(service))
            half.sendall(HALF_A_HELLO)
        where = urlsplit(service.url)
        neighbour = http.client.HTTPSConnection(
            where.netloc, timeout=10, context=service.tls, source_address=("127.0.0.2", 0)
        )
        neighbour.request("GET", "/health/live")
        assert neighbour.getresponse().status == 200
        neighbour.close()


def test_a_client_that_goes_silent_in_a_handshake_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Follows gunicorn's steps: the socket has no timeout until the handshake is over."""
    monkeypatch.setattr(tls, "HANDSHAKE_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    theirs.sendall(HALF_A_HELLO)
    connection = TConn(gunicorn_config(tmp_path), ours, ("192.0.2.1", 1), ("192.0.2.2", 2))
    with pytest.raises(BlockingIOError):
        connection.init()
    connection.close()
    theirs.close()


def test_a_renewal_that_is_half_done_leaves_the_certificate_before_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    certificate, key = self_signed(tmp_path)
    contexts = TlsContexts(certificate, key)
    good = contexts.for_connection(None, None)
    (tmp_path / "new").mkdir()
    new_certificate, new_key = self_signed(tmp_path / "new")
    new_certificate.replace(certificate)
    assert [contexts.for_connection(None, None) for _ in range(3)] == [good] * 3
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    new_key.replace(key)
    assert contexts.for_connection(None, None) is not good


def test_a_read_does_not_wait_for_the_rest_of_a_record(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    config = gunicorn_config(tmp_path)
    with ThreadPoolExecutor() as pool, theirs:
        connection = TConn(config, ours, ("192.0.2.1", 1), ("192.0.2.2", 2))
        initialised = pool.submit(connection.init)
        trusting = ssl.create_default_context(cafile=config.certfile)
        client = trusting.wrap_socket(theirs, server_hostname="127.0.0.1")
        initialised.result()
        with pytest.raises(ssl.SSLWantReadError):
            connection.sock.recv(10)
        client.sendall(b"hello")
        assert connection.sock.recv(10) == b"hello"
        client.close()
        connection.close()


def gunicorn_config(folder: Path) -> Config:
    certificate, key = self_signed(folder)
    config = Config()
    config.set("certfile", str(certificate))
    config.set("keyfile", str(key))
    config.set("ssl_context", TlsContexts(certificate, key).for_connection)
    return config


def test_a_certificate_without_its_key_is_refused() -> None:
    with pytest.raises(ValueError, match="must be set together"):
        Settings(tls_cert=Path("tls.crt"))


def test_a_key_that_does_not_fit_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    certificate, _ = self_signed(tmp_path)
    _, key = self_signed(tmp_path / "other")
    settings = Settings(home=tmp_path / "home", port=free_port(), tls_cert=certificate, tls_key=key)
    with pytest.raises(SettingsError, match="VISAGE_TLS_CERT, VISAGE_TLS_KEY"):
        server.serve(settings)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_with_a_certificate_cookies_are_for_https_alone_and_people_are_told_https() -> None:
    settings = Settings(tls_cert=Path("tls.crt"), tls_key=Path("tls.key"))
    assert settings.secure
    assert settings.visit_url == "https://127.0.0.1:8000"
