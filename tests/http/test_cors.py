"""Which pages a browser allows to use the service: its own, and those of the origins in the settings."""

import pytest
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.app import create_app
from service.audit.audit import Audit
from service.console.operators import Operators
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.http.conftest import Api, code_of

APP = "https://app.example.org"
STRANGERS = ["https://evil.example", "http://app.example.org", "https://app.example.org:8443", "null", "", "*"]
SHARING = "Access-Control-"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"cors_origins": (APP, "https://shop.example.org"), "server_timing": True})


def shared_with(response: TestResponse) -> str | None:
    """Returns the origin whose pages may read a response to a request with cookies."""
    credentials = response.headers.get("Access-Control-Allow-Credentials")
    return response.headers["Access-Control-Allow-Origin"] if credentials == "true" else None


def sharing(response: TestResponse) -> list[str]:
    """Returns the headers of a response that grant other origins anything."""
    return [name for name in response.headers.keys() if name.startswith(SHARING)]  # noqa: SIM118 (they repeat)


def preflight(api: Api, path: str, method: str = "POST", origin: str = APP) -> TestResponse:
    """Sends what a browser sends before JSON or a token."""
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    return api.client.options(path, headers={"Origin": origin, **asked})


def words(response: TestResponse, name: str) -> set[str]:
    return set(response.headers[name].split(", "))


@pytest.mark.parametrize("origin", [APP, "https://shop.example.org"])
def test_a_page_of_an_allowed_origin_may_read_answers_and_send_its_cookie(api: Api, origin: str) -> None:
    response = api.client.get("/user/facial/consent", headers={"Origin": origin})
    assert shared_with(response) == origin
    exposed = {"RateLimit", "RateLimit-Policy", "Retry-After", "Server-Timing", "X-Request-ID"}
    assert words(response, "Access-Control-Expose-Headers") == exposed


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_page_of_another_origin_may_do_nothing(api: Api, origin: str) -> None:
    assert sharing(api.client.get("/user/facial/consent", headers={"Origin": origin})) == []
    assert sharing(preflight(api, "/user/facial/recognize", origin=origin)) == []


def test_a_request_without_an_origin_gets_no_cors_headers(api: Api) -> None:
    response = api.client.get("/user/facial/consent")
    assert response.status_code == 200
    assert sharing(response) == []


@pytest.mark.parametrize("origin", [None, APP, "https://evil.example"])
def test_caches_keep_what_each_origin_got_apart(api: Api, origin: str | None) -> None:
    response = api.client.get("/user/facial/options", headers={"Origin": origin} if origin else {})
    assert "Origin" in response.vary


@pytest.mark.parametrize(
    ("path", "method"),
    [("/user/facial/store", "POST"), ("/user/password", "PUT"), ("/user/facial", "DELETE"), ("/user/me", "GET")],
)
def test_a_preflight_allows_json_and_tokens(api: Api, path: str, method: str) -> None:
    response = preflight(api, path, method)
    assert response.status_code == 200
    assert shared_with(response) == APP
    assert method in words(response, "Access-Control-Allow-Methods")
    assert words(response, "Access-Control-Allow-Headers") == {"Authorization", "Content-Type"}
    assert response.headers["Access-Control-Max-Age"] == "7200"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/user/login", {}, 400), ("/user/me", None, 405), ("/nowhere", None, 404), ("/user/refresh", None, 401)],
)
def test_a_page_may_read_why_it_was_refused(api: Api, path: str, body: dict[str, str] | None, status: int) -> None:
    response = api.client.post(path, json=body, headers={"Origin": APP})
    assert (response.status_code, shared_with(response)) == (status, APP)


def test_a_page_may_read_that_something_went_wrong(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "find_faces", lambda *_, **__: 1 / 0)
    body = {"image": data_url(picture())}
    response = api.client.post("/user/facial/recognize", json=body, headers={"Origin": APP})
    assert (response.status_code, shared_with(response)) == (500, APP)


@pytest.mark.parametrize("call", ["refresh", "logout"])
def test_a_page_of_an_allowed_origin_may_use_the_cookie(api: Api, call: str) -> None:
    api.store()
    response = getattr(api, call)({"Origin": APP})
    assert response.status_code < 300
    assert shared_with(response) == APP


def test_a_page_of_another_origin_may_not_use_the_cookie(api: Api) -> None:
    api.store()
    assert code_of(api.refresh({"Origin": "https://evil.example"})) == "origin_not_allowed"


def test_the_cookie_stays_on_the_services_site(api: Api) -> None:
    cookies = api.store().headers.getlist("Set-Cookie")
    assert all("SameSite=Strict" in cookie for cookie in cookies)


@pytest.mark.parametrize("path", ["/web/widget/visage.js", "/web/styles/page.css", "/web/dist/visage.js"])
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://anybody.example"}, {"Origin": APP}])
def test_the_widgets_files_are_for_every_page(api: Api, path: str, headers: dict[str, str]) -> None:
    response = api.client.get(path, headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("path", ["/", "/login", "/account"])
def test_the_services_pages_are_its_own(api: Api, path: str) -> None:
    response = api.client.get(path, headers={"Origin": APP})
    assert sharing(response) == []
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_an_allowed_origin_may_not_read_the_console(api: Api, database: Database) -> None:
    """It is often of the same site, so that browsers send the console's cookie for its pages."""
    api.store(username="olga")
    with database.unit_of_work() as work:
        Operators(Audit()).add(work, "olga")
    for path in ("/console/session", "/console/people", "/console/audit/export"):
        assert sharing(api.client.get(path, headers={"Origin": APP})) == []
        assert sharing(preflight(api, path)) == []


def test_unless_the_settings_name_any_no_other_origin_is_allowed(
    settings: Settings, database: Database, engine: FakeEngine
) -> None:
    closed = settings.model_copy(update={"cors_origins": ()})
    api = Api(create_app(closed, build_services(closed, database, engine)).test_client())
    assert sharing(api.client.get("/user/facial/consent", headers={"Origin": APP})) == []
    assert code_of(api.refresh({"Origin": APP})) == "origin_not_allowed"
