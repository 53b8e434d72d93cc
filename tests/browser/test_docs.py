"""The page of the API: Swagger UI shows the document and calls the running service."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.docs_flow import execute, opened, operation
from tests.browser.people import Person
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import PHONE, OpenTab, Tab

pytestmark = pytest.mark.slow

OTHER_PAGES = ["/", "/signup", "/login", "/account", "/reset"]

UNDERSCORES = (
    "Deprecated: escaping deep link whitespace with `_` is unsupported and will be removed in a future 5.x release. "
    "Use `%20` instead."
)
"""A console message of Swagger UI for every path with an underscore."""

OF_THE_VIEWER = {
    "button-name": "its button that closes the dialog has an icon and no name",
    "heading-order": "its dialog begins with a heading of the third level",
    "label-content-name-mismatch": "its dialog's buttons are named otherwise than they read",
    "landmark-unique": "its tables of responses are regions without a name",
    "scrollable-region-focusable": "its long examples scroll, and cannot be reached by the keyboard",
}
"""Rules that Swagger UI breaks inside its own markup; a layout and a style sheet cannot change that."""


def log_in(tab: Tab, username: str) -> str:
    """Logs in by password on the page; returns the access token."""
    login = opened(tab, "post", "/user/login")
    login.get_by_label("Request body").fill(json.dumps({"username": username, "password": PASSWORD}))
    status, body = execute(login)
    assert status == 200
    token: str = json.loads(body)["access_token"]
    return token


def test_every_operation_of_the_document_is_shown(tab: Tab) -> None:
    tab.go("/docs")
    login = operation(tab, "post", "/user/facial/recognize")
    documented = tab.page.evaluate("fetch('openapi.json').then(answer => answer.json())")["paths"]
    expect(login).to_contain_text(documented["/user/facial/recognize"]["post"]["summary"])
    expect(tab.page.locator(".opblock")).to_have_count(sum(len(methods) for methods in documented.values()))
    login.locator(".opblock-summary-control").click()
    expect(login).to_contain_text("face_too_dark: Move to a brighter place.")


def test_search_finds_operations_by_all_words_of_their_path_and_summary(tab: Tab) -> None:
    tab.go("/docs")
    operation(tab, "post", "/user/facial/recognize")
    search = tab.page.get_by_label("Search")
    search.fill("password logs")
    expect(tab.page.locator(".opblock")).to_have_count(1)
    operation(tab, "post", "/user/login")
    expect(tab.page.get_by_role("status")).to_have_text("1 operation")
    search.fill("facial GET consent")
    operation(tab, "get", "/user/facial/consent")
    search.fill("nonsense")
    expect(tab.page.get_by_text("No operation has all of these words.")).to_be_visible()


def test_the_service_answers_a_call_from_the_page(tab: Tab) -> None:
    tab.go("/docs")
    status, body = execute(opened(tab, "get", "/health/live"))
    assert (status, json.loads(body)) == (200, {"status": "live"})


def test_calls_go_out_with_the_token_that_was_entered_and_with_the_cookie_of_a_login(tab: Tab, eileen: Person) -> None:
    tab.go("/docs")
    token = log_in(tab, "eileen")
    tab.page.locator(".tools").get_by_role("button", name="Authorize").click()
    dialog = tab.page.locator(".dialog-ux")
    bearer = dialog.locator(".auth-container", has_text="The access token of a login")
    bearer.get_by_label("Value").fill(token)
    bearer.get_by_role("button", name="Apply credentials").click()
    dialog.locator(".close-modal").click()
    status, body = execute(opened(tab, "get", "/user/me"))
    assert (status, json.loads(body)["user"]["username"]) == (200, "eileen")
    status, body = execute(opened(tab, "post", "/user/refresh"))
    assert (status, json.loads(body)["user"]["username"]) == (200, "eileen")


@pytest.mark.parametrize("colours", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_the_page_breaks_no_rule_and_fits_a_phone(open_tab: OpenTab, colours: str) -> None:
    tab = open_tab(viewport=PHONE, color_scheme=colours)
    tab.go("/docs")
    operation(tab, "post", "/user/login")
    assert violations(tab.page) == []
    opened(tab, "post", "/user/login")
    execute(opened(tab, "get", "/user/facial/consent"))
    tab.page.locator(".tools").get_by_role("button", name="Authorize").click()
    broken = violations(tab.page)
    assert [line for line in broken if line.partition(":")[0] not in OF_THE_VIEWER] == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_operation_opens_by_keyboard_and_has_an_address(tab: Tab) -> None:
    tab.tolerated = {UNDERSCORES}
    tab.go("/docs")
    live = operation(tab, "get", "/health/live")
    live.locator(".opblock-summary-control").focus()
    tab.page.keyboard.press("Enter")
    expect(live.get_by_role("button", name="Try it out")).to_be_visible()
    tab.page.wait_for_url("**/docs#/operations/operations_live")
    tab.page.reload()
    expect(operation(tab, "get", "/health/live").get_by_role("button", name="Try it out")).to_be_in_viewport()


def test_a_document_that_cannot_be_loaded_is_reported(tab: Tab) -> None:
    tab.expected = {503}
    tab.page.route("**/openapi.json", lambda route: route.fulfill(status=503))
    tab.go("/docs")
    expect(tab.page.get_by_role("alert")).to_contain_text("The document could not be loaded")


def test_a_viewer_that_cannot_be_loaded_is_reported(tab: Tab) -> None:
    tab.expected = {404}
    tab.page.route("**/web/dist/chunks/*", lambda route: route.fulfill(status=404))
    tab.go("/docs")
    expect(tab.page.get_by_role("alert")).to_contain_text("The viewer could not be loaded")


def test_the_viewer_is_kept_and_no_other_page_loads_it(tab: Tab) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    for path in OTHER_PAGES:
        tab.go(path)
    assert [url for url in asked if "swagger" in url or "docs" in url] == []
    with tab.page.expect_response("**/web/dist/chunks/swagger-ui-*.js") as answer:
        tab.go("/docs")
    headers = answer.value.headers
    assert "max-age=31536000" in headers["cache-control"]
    assert headers["content-encoding"] == "br"
