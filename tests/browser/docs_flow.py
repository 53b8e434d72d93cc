"""Steps on the page of the API: find an operation, and call it."""

from playwright.sync_api import Locator

from tests.browser.tab import Tab


def operation(tab: Tab, method: str, path: str) -> Locator:
    """Returns one operation, once it is shown."""
    named = tab.page.locator(f".opblock-{method}", has=tab.page.locator(f'[data-path="{path}"]'))
    named.wait_for()
    return named


def opened(tab: Tab, method: str, path: str) -> Locator:
    """Returns one operation, open and ready to be filled in."""
    found = operation(tab, method, path)
    found.locator(".opblock-summary-control").click()
    found.get_by_role("button", name="Try it out").click()
    return found


def execute(found: Locator) -> tuple[int, str]:
    """Calls the service; returns the status and the body of the answer."""
    found.get_by_role("button", name="Execute").click()
    answer = found.locator(".live-responses-table tbody > tr")
    status = int(answer.locator("> .response-col_status").inner_text())
    body = answer.locator(".response-col_description .highlight-code pre")
    return status, body.first.inner_text() if body.count() else ""
