"""The security headers of every answer."""

import pytest
from flask import Flask

from db.core.engine import Database
from service.app import create_app
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine
from tests.http.conftest import Api, bearer

PATHS = [
    "/",
    "/login",
    "/docs",
    "/web/widget/visage.js",
    "/health/live",
    "/user/me",
    "/nowhere",
    "/user/facial/options",
]
HSTS = "Strict-Transport-Security"


@pytest.fixture
def secure(settings: Settings, database: Database, engine: FakeEngine) -> Flask:
    """The application, reached over https."""
    secure = settings.model_copy(update={"public_url": "https://login.example.org"})
    return create_app(secure, build_services(secure, database, engine))


@pytest.mark.parametrize("path", PATHS)
def test_every_response_has_the_security_headers(api: Api, path: str) -> None:
    headers = api.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if path.startswith("/web/") else "same-origin")
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_answers_of_the_api_let_a_browser_load_nothing(api: Api) -> None:
    for path in ("/user/me", "/nowhere", "/user/facial/consent"):
        assert api.client.get(path).headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert api.client.get("/login").headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_browsers_keep_to_https_where_people_come_by_it(api: Api, secure: Flask) -> None:
    for path in PATHS:
        assert HSTS not in api.client.get(path).headers
        assert secure.test_client().get(path).headers[HSTS] == "max-age=31536000"


def test_a_trusted_proxy_may_say_that_people_come_by_https(
    settings: Settings, database: Database, engine: FakeEngine
) -> None:
    behind = Settings(home=settings.home, trusted_proxies="127.0.0.1/32")
    client = create_app(behind, build_services(behind, database, engine)).test_client()
    response = client.get("/health/live", headers={"X-Forwarded-Proto": "https"})
    assert HSTS in response.headers
    spoofed = client.get(
        "/health/live", headers={"X-Forwarded-Proto": "https"}, environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )
    assert HSTS not in spoofed.headers


def test_cookies_are_for_https_alone_where_people_come_by_it(secure: Flask) -> None:
    cookies = Api(secure.test_client()).store().headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)


def test_nothing_personal_is_kept_by_browsers_or_proxies(api: Api) -> None:
    token = api.store().json["access_token"]
    answers = [
        api.me(token),
        api.login(),
        api.client.get("/user/facial", headers=bearer(token)),
        api.logout(),
        api.client.delete("/user/facial", headers=bearer(api.login().json["access_token"])),
        api.login(password="wrong"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 204, 204, 401]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
