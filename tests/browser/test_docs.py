"""The page of the API."""

from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.tab import PHONE, OpenTab, Tab


def test_every_call_is_shown_with_its_answers(tab: Tab) -> None:
    tab.go("/docs")
    login = tab.page.get_by_role("region", name="POST /user/facial/recognize")
    expect(login).to_contain_text("Logs a person in by one image or several")
    expect(login.get_by_role("link", name="MatchedAnswer")).to_have_attribute("href", "#MatchedAnswer")
    expect(login).to_contain_text("face_too_dark: Move to a brighter place.")
    documented = tab.page.evaluate("fetch('/openapi.json').then(answer => answer.json())")["paths"]
    calls = sum(len(methods) for methods in documented.values())
    expect(tab.page.locator("#operations > section")).to_have_count(calls)


def test_the_page_breaks_no_rule_and_fits_a_phone(open_tab: OpenTab) -> None:
    tab = open_tab(viewport=PHONE)
    tab.go("/docs")
    tab.page.get_by_role("region", name="POST /user/login").wait_for()
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_document_that_cannot_be_had_is_told(tab: Tab) -> None:
    tab.expected = {503}
    tab.page.route("**/openapi.json", lambda route: route.fulfill(status=503))
    tab.go("/docs")
    expect(tab.page.get_by_role("alert")).to_contain_text("could not be loaded")
