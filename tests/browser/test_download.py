"""What a visitor's browser downloads for the widget."""

from playwright.sync_api import Request

from tests.browser.tab import Tab

LIMIT = 25_000
"""Bytes as they travel, compressed."""

SHOW_BOTH = """
import('/web/dist/visage.js').then(() => {
  const login = document.createElement('visage-login')
  login.setAttribute('auto', 'off')
  document.querySelector('main').replaceChildren(login, document.createElement('visage-signup'))
})
"""


def test_both_elements_and_a_language_are_a_few_kilobytes(tab: Tab) -> None:
    scripts: list[Request] = []
    tab.page.on("requestfinished", lambda request: scripts.append(request) if ".js" in request.url else None)
    tab.go("/")
    tab.page.evaluate(SHOW_BOTH)
    for name in ("visage-login", "visage-signup"):
        tab.page.locator(f"{name}[step]").wait_for()
    sizes = {request.url: request.sizes()["responseBodySize"] for request in scripts}
    assert sum(sizes.values()) <= LIMIT, sizes
    assert len(sizes) <= 2, sizes
