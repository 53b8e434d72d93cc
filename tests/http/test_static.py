"""Pages, scripts, styles and drawings are sent compressed, and not again if the browser has them."""

import gzip
from pathlib import Path

import brotli
import pytest
from werkzeug.test import TestResponse

import web
from tests.http.conftest import Api

STATIC = ["/", "/web/widget/visage-login.js", "/web/styles/page.css", "/web/images/poses.svg"]
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the folder of the pages and the widget, without a bundle."""
    folder = tmp_path / "web"
    for source in (web.ENTRIES | web.DECLARATIONS).values():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"export {{}} // {source}")
    monkeypatch.setattr(web, "FOLDER", folder)
    return folder


def bundled(folder: Path, name: str, content: str) -> None:
    path = folder / web.DIST / name
    path.parent.mkdir(parents=True)
    path.write_text(content)


def get(api: Api, path: str, **headers: str) -> TestResponse:
    return api.client.get(path, headers=BROWSER | headers)


@pytest.mark.parametrize("path", STATIC)
def test_a_browser_gets_what_is_static_compressed_by_brotli(api: Api, path: str) -> None:
    compressed = get(api, path)
    assert compressed.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in compressed.headers["Vary"]
    assert brotli.decompress(compressed.data) == api.client.get(path).data


def test_a_client_without_brotli_gets_gzip(api: Api) -> None:
    compressed = api.client.get("/", headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.data) == api.client.get("/").data


def test_without_accepted_encodings_the_file_is_sent_plain_with_vary(api: Api) -> None:
    plain = api.client.get("/")
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("path", STATIC)
@pytest.mark.parametrize("accepted", ["br", "gzip", "identity"])
def test_an_unchanged_file_is_answered_304(api: Api, path: str, accepted: str) -> None:
    etag = api.client.get(path, headers={"Accept-Encoding": accepted}).headers["ETag"]
    again = api.client.get(path, headers={"Accept-Encoding": accepted, "If-None-Match": etag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == etag
    assert "Accept-Encoding" in again.headers["Vary"]


def test_each_encoding_has_an_etag_of_its_own(api: Api) -> None:
    etags = {api.client.get("/", headers={"Accept-Encoding": name}).headers["ETag"] for name in ("br", "gzip", "")}
    assert len(etags) == 3


def test_no_answer_of_the_api_is_compressed(api: Api) -> None:
    """Its length would disclose something about the secrets in it."""
    stored = api.client.post("/user/facial/store", json={}, headers=BROWSER)
    assert "Content-Encoding" not in stored.headers
    assert "Content-Encoding" not in get(api, "/.well-known/jwks.json").headers


def test_the_bundle_is_served(api: Api, folder: Path) -> None:
    bundled(folder, "visage.js", "export const bundled = true")
    served = api.client.get("/web/dist/visage.js")
    assert served.data == b"export const bundled = true"
    assert served.headers["Cache-Control"] == "no-cache"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("name", "source"), (web.ENTRIES | web.DECLARATIONS).items())
def test_a_service_without_a_bundle_sends_the_browser_to_the_sources(api: Api, name: str, source: str) -> None:
    served = api.client.get(f"/web/dist/{name}", follow_redirects=True)
    assert served.request.path == f"/web/{source}"
    assert served.text == f"export {{}} // {source}"


@pytest.mark.usefixtures("folder")
def test_an_unknown_file_of_the_bundle_is_not_found(api: Api) -> None:
    assert api.client.get("/web/dist/chunks/en-0000.js").status_code == 404


def test_files_named_after_their_content_are_cached_for_a_year(api: Api, folder: Path) -> None:
    bundled(folder, "chunks/en-0000.js", "export {}")
    caching = api.client.get("/web/dist/chunks/en-0000.js").cache_control
    assert caching.max_age == 365 * 24 * 3600
    assert not caching.no_cache
