"""Below a path, behind a proxy that serves other sites too, all addresses are correct."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from werkzeug.test import TestResponse

import web
from db.core.engine import Database
from service.app import create_app
from service.domain.web_addresses import OWN_SEGMENTS
from service.http.base_path import BasePath
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.http.conftest import PASSWORD, Api, bearer, code_of

BASE = "/face"
ORIGIN = "https://example.org"
TOKEN = "t" * 40

LINKS = ("href", "src", "action", "endpoint", "login-url", "signup-url", "account-url", "srcset", "poster")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": ORIGIN + BASE, "application_token": SecretStr(TOKEN)})


@pytest.fixture
def api(app: Flask) -> Api:
    """A client without a cookie jar: behind a proxy, the browser's paths differ from the service's."""
    return Api(app.test_client(use_cookies=False))


@pytest.fixture(params=["as it came", "taken away"])
def mounted(request: pytest.FixtureRequest, api: Api) -> Iterator[Api]:
    """The calls of a browser, through a proxy that keeps or removes the path."""
    sent = BASE if request.param == "as it came" else ""
    opened = api.client.open

    def open_below(path: str, **options: Any) -> TestResponse:
        return opened(sent + path, **options)

    api.client.open = open_below  # type: ignore[method-assign]
    yield api
    api.client.open = opened  # type: ignore[method-assign]


def cookies(response: TestResponse) -> dict[tuple[str, str], str]:
    """Returns the cookies that an answer sets, by name and path."""
    found = {}
    for line in response.headers.getlist("Set-Cookie"):
        parts = [part.strip() for part in line.split(";")]
        (path,) = [part.removeprefix("Path=") for part in parts if part.startswith("Path=")]
        found[parts[0].partition("=")[0], path] = parts[0].partition("=")[2]
    return found


def test_pages_and_files_are_served(mounted: Api) -> None:
    for path in ("/", "/signup", "/login", "/account", "/reset", "/docs", "/web/styles/page.css", "/health/live"):
        assert mounted.client.get(path).status_code == 200, path


def test_cookies_go_below_the_path_alone(mounted: Api) -> None:
    response = mounted.store(username="ada")
    assert response.status_code == 201
    assert set(cookies(response)) == {
        ("visage_refresh", "/face/user/refresh"),
        ("visage_refresh", "/face/user/logout"),
        ("visage_device", "/face/user"),
    }


def test_cookies_are_taken_away_where_they_were_set(mounted: Api) -> None:
    stored = mounted.store(username="ada")
    secret = cookies(stored)["visage_refresh", "/face/user/logout"]
    response = mounted.client.post(
        "/user/logout", json={}, headers={"Origin": ORIGIN, "Cookie": f"visage_refresh={secret}"}
    )
    assert response.status_code == 204
    assert {path for name, path in cookies(response) if name == "visage_refresh"} == {
        "/face/user/refresh",
        "/face/user/logout",
    }


@pytest.mark.parametrize(
    ("origin", "status"),
    [(ORIGIN, 200), (ORIGIN + BASE, 403), ("https://evil.example", 403), ("http://localhost", 403)],
)
def test_a_session_goes_on_for_pages_of_the_origin(mounted: Api, origin: str, status: int) -> None:
    secret = cookies(mounted.store(username="ada"))["visage_refresh", "/face/user/refresh"]
    response = mounted.client.post(
        "/user/refresh", json={}, headers={"Origin": origin, "Cookie": f"visage_refresh={secret}"}
    )
    assert response.status_code == status


def test_the_login_url_of_an_unknown_face_is_below_the_path(mounted: Api) -> None:
    answer = mounted.client.post("/user/facial/recognize", json={"image": data_url(picture(77))}).json
    assert (answer["status"], answer["login_url"]) == ("unknown", "/face/login")


@pytest.mark.parametrize(
    ("call", "body", "page"),
    [("/application/invitations", {}, "signup"), ("/application/password-links", {"username": "ada"}, "reset")],
)
def test_links_lead_below_the_path(mounted: Api, call: str, body: dict[str, str], page: str) -> None:
    mounted.store(username="ada")
    answer = mounted.client.post(call, json=body, headers=bearer(TOKEN)).json
    assert answer["url"].startswith(f"{ORIGIN}{BASE}/{page}#")


def test_the_openapi_document_says_where_the_service_is(mounted: Api) -> None:
    document = mounted.client.get("/openapi.json").json
    assert document["servers"] == [{"url": BASE}]
    assert "/user/login" in document["paths"]


def test_a_file_that_is_not_bundled_is_found_below_the_path(
    mounted: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "FOLDER", tmp_path)
    response = mounted.client.get("/web/dist/visage.js")
    assert (response.status_code, response.headers["Location"]) == (302, "/face/web/widget/visage.js")


def test_the_path_alone_leads_to_the_page_below_it(api: Api) -> None:
    response = api.client.get(BASE)
    assert (response.status_code, response.headers["Location"]) == (308, f"{BASE}/")


@pytest.mark.parametrize("path", ["/facet/login", "/face2", "/Face/login", "/face/face/login", "/other/face/login"])
def test_other_paths_are_not_found(api: Api, path: str) -> None:
    response = api.client.get(path)
    assert (response.status_code, code_of(response)) == (404, "not_found")


@pytest.mark.parametrize("header", ["X-Forwarded-Prefix", "X-Script-Name", "Script-Name", "X-Forwarded-Path"])
def test_no_header_says_where_the_service_is(mounted: Api, header: str) -> None:
    response = mounted.client.post(
        "/user/facial/recognize", json={"image": data_url(picture(77))}, headers={header: "/evil"}
    )
    assert response.json["login_url"] == "/face/login"
    stored = mounted.store(username="ada")
    assert all(path.startswith("/face/") for _, path in cookies(stored))


def test_the_path_of_the_server_is_ignored_without_a_base_path() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    BasePath(application, "")({"SCRIPT_NAME": "/evil", "PATH_INFO": "/login"}, lambda *_: lambda _: None)
    assert (seen["SCRIPT_NAME"], seen["PATH_INFO"]) == ("", "/login")


def test_every_address_of_the_service_begins_with_a_segment_that_no_path_may_begin_with(
    settings: Settings, database: Database
) -> None:
    app: Flask = create_app(settings, build_services(settings, database, FakeEngine()))
    assert {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""} == OWN_SEGMENTS


def test_pages_name_nothing_by_its_whole_path() -> None:
    pages = [path for folder in ("pages", "docs", "console") for path in (web.FOLDER / folder).glob("*.html")]
    assert pages
    for page in pages:
        text = page.read_text()
        assert [link for link in LINKS if f' {link}="/' in text] == [], page.name
        elements = [part.split(">")[0] for part in text.split("<visage-")[1:]]
        assert all('endpoint="."' in element for element in elements), page.name


def test_a_password_login_works(mounted: Api) -> None:
    mounted.store(username="ada")
    assert mounted.client.post("/user/login", json={"username": "ada", "password": PASSWORD}).status_code == 200
