"""The size of what a visitor's browser downloads for the widget."""

import brotli
import pytest
from playwright.sync_api import Request

import web
from service.http.compression import BROTLI_QUALITY
from tests.browser.tab import Tab

pytestmark = pytest.mark.slow

LIMIT = 28_000
"""Compressed bytes."""

CHALLENGE_LIMIT = 2_000
"""Compressed bytes of the code that plays challenges."""

LANGUAGES = sorted(path.stem for path in (web.FOLDER / "translations").glob("*.js"))

SHOW_BOTH = """
language => import('/web/dist/visage.js').then(() => {
  document.documentElement.lang = language
  const login = document.createElement('visage-login')
  login.setAttribute('auto', 'off')
  document.querySelector('main').replaceChildren(login, document.createElement('visage-signup'))
})
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_elements_and_a_language_are_a_few_kilobytes(tab: Tab, language: str) -> None:
    files: list[Request] = []
    tab.go("/")
    tab.page.on("requestfinished", lambda request: files.append(request) if "/web/dist/" in request.url else None)
    with tab.page.expect_response("**/user/facial/consent**"):
        tab.page.evaluate(SHOW_BOTH, language)
    sizes = {file.url: file.sizes()["responseBodySize"] for file in files}
    assert sum(sizes.values()) <= LIMIT, sizes
    assert len(sizes) == 2, sizes


@pytest.mark.usefixtures("bundled")
def test_the_code_for_challenges_is_one_small_file() -> None:
    folder = web.FOLDER / web.DIST / "chunks"
    (file,) = {path.read_bytes() for path in folder.glob("play-*.js")}
    assert len(brotli.compress(file, quality=BROTLI_QUALITY)) <= CHALLENGE_LIMIT
    assert b"import" not in file
