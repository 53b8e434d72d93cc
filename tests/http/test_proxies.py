"""The client address: the peer, or what trusted proxies say, but nothing that any client can send."""

from ipaddress import ip_network
from typing import Any

import pytest

from service.http.proxies import TrustedProxies

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48")]
PROXY = "10.0.0.1"


def seen(peer: str, **headers: str) -> dict[str, Any]:
    """Returns what the application gets."""
    found: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        found.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "inside:8000"}
    sent = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    TrustedProxies(application, TRUSTED)({**environ, **sent}, lambda *_: lambda _: None)
    return found


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        pytest.param("192.0.2.9", "198.51.100.1", "192.0.2.9", id="not from a proxy"),
        pytest.param(PROXY, "198.51.100.1", "198.51.100.1", id="by a proxy"),
        pytest.param(PROXY, "1.1.1.1, 198.51.100.1", "198.51.100.1", id="what the client wrote before"),
        pytest.param(PROXY, "127.0.0.1, 198.51.100.1, 10.9.9.9", "198.51.100.1", id="through two proxies"),
        pytest.param(PROXY, "10.1.1.1, 198.51.100.1", "198.51.100.1", id="who claims to be a proxy"),
        pytest.param(PROXY, "10.1.1.1, 10.2.2.2", "10.1.1.1", id="proxies alone"),
        pytest.param(PROXY, "", PROXY, id="nothing said"),
        pytest.param(PROXY, "198.51.100.1, nonsense", PROXY, id="nonsense"),
        pytest.param(PROXY, "198.51.100.1:4711", "198.51.100.1", id="with a port"),
        pytest.param(PROXY, "[2001:db8::7]:4711", "2001:db8::7", id="IPv6 with a port"),
        pytest.param(PROXY, "2001:db8::7", "2001:db8::7", id="IPv6"),
        pytest.param("2001:db8:ffff::1", "198.51.100.1", "198.51.100.1", id="by a proxy of IPv6"),
        pytest.param("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1", id="by a proxy of IPv4 in IPv6"),
        pytest.param("", "198.51.100.1", "", id="from a Unix socket"),
    ],
)
def test_the_client_is_the_nearest_address_that_is_not_a_trusted_proxy(
    peer: str, forwarded_for: str, client: str
) -> None:
    assert seen(peer, x_forwarded_for=forwarded_for)["REMOTE_ADDR"] == client


def test_scheme_and_host_are_believed_of_a_trusted_proxy() -> None:
    environ = seen(PROXY, x_forwarded_proto="https", x_forwarded_host="evil.example, login.example.org")
    assert (environ["wsgi.url_scheme"], environ["HTTP_HOST"]) == ("https", "login.example.org")


@pytest.mark.parametrize(
    ("proto", "forwarded_for", "scheme"),
    [
        pytest.param("HTTPS", "198.51.100.1", "https", id="in capitals"),
        pytest.param("Https", "", "https", id="in mixed case"),
        pytest.param("HTTPS, http", "198.51.100.1, 10.2.2.2", "https", id="through two proxies"),
        pytest.param("HTTPS, http", "198.51.100.1", "http", id="what the client wrote before"),
        pytest.param("http, HTTPS", "198.51.100.1", "https", id="what the client wrote before, in capitals"),
        pytest.param("HTTPS", "198.51.100.1, 10.2.2.2", "https", id="by the farther of two proxies alone"),
        pytest.param("HTTPS,", "", "https", id="with an empty value"),
    ],
)
def test_the_scheme_is_what_the_proxy_saw_that_the_client_called(proto: str, forwarded_for: str, scheme: str) -> None:
    assert seen(PROXY, x_forwarded_proto=proto, x_forwarded_for=forwarded_for)["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize("headers", [{"x_forwarded_proto": "javascript"}, {"x_forwarded_proto": ""}, {}])
def test_an_invalid_scheme_is_ignored(headers: dict[str, str]) -> None:
    assert seen(PROXY, **headers)["wsgi.url_scheme"] == "http"


def test_headers_of_other_senders_are_ignored() -> None:
    environ = seen("192.0.2.9", x_forwarded_for="10.0.0.1", x_forwarded_proto="https", x_forwarded_host="evil.example")
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"]) == (
        "192.0.2.9",
        "http",
        "inside:8000",
    )
    assert not any("FORWARDED" in name for name in environ)


@pytest.mark.parametrize("header", ["forwarded", "x_real_ip", "client_ip", "true_client_ip", "x_client_ip"])
def test_no_other_header_says_who_a_client_is(header: str) -> None:
    assert seen(PROXY, **{header: "198.51.100.1"})["REMOTE_ADDR"] == PROXY
