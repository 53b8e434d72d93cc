"""Logging in to the console, and leaving it, in Chromium."""

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.account_flow import log_in_by_password
from tests.browser.axe import violations
from tests.browser.console.operator import make_operator
from tests.browser.people import Person
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import PHONE, OpenTab, Tab
from tests.browser.virtual_authenticator import VirtualAuthenticator
from tests.running_service import RunningService


@pytest.fixture
def visit(at_localhost: Tab, eileen: Person) -> Tab:
    """A tab of a user who has a passkey."""
    VirtualAuthenticator.of(at_localhost.page)
    log_in_by_password(at_localhost)
    at_localhost.press("Add a passkey")
    at_localhost.see(".passkeys li")
    return at_localhost


def give_password(tab: Tab) -> None:
    tab.go("/console")
    tab.fill("User name", "eileen")
    tab.fill("Password", PASSWORD)
    tab.press("Continue")


def test_an_operator_opens_the_console_and_leaves_it(service: RunningService, visit: Tab) -> None:
    make_operator(service)
    visit.expected = {401}  # the page asks first whether a session lasts
    give_password(visit)
    expect(visit.page.get_by_role("heading", name="Second step")).to_be_focused()
    visit.press("Use a passkey")
    expect(visit.page.get_by_role("heading", name="Overview")).to_be_visible()
    visit.page.reload()
    expect(visit.page.get_by_role("heading", name="Overview")).to_be_visible()
    visit.press("Leave")
    expect(visit.page.get_by_role("status")).to_have_text("You have left the console.")


def test_the_console_of_a_service_without_operators_does_not_exist(at_localhost: Tab) -> None:
    at_localhost.expected = {404}
    at_localhost.go("/console")
    assert "not_found" in at_localhost.page.content()


def test_a_session_that_has_ended_leads_to_the_login(console: Tab) -> None:
    console.expected = {401}
    console.page.context.clear_cookies()
    console.page.evaluate("location.hash = '#overview?days=1'")
    expect(console.page.get_by_role("status")).to_have_text("Your session has ended.")


def test_a_session_that_ends_under_a_dialog_takes_the_dialog_and_the_data_away(console: Tab) -> None:
    console.expected = {401}
    console.page.evaluate("location.hash = '#keys'")
    console.press("Rotate the keys")
    console.page.context.clear_cookies()
    console.page.get_by_role("dialog").get_by_role("button", name="Rotate", exact=True).click()
    expect(console.page.get_by_role("status").filter(has_text="Your session has ended.")).to_be_visible()
    expect(console.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.slow
def test_an_address_of_no_view_says_so(console: Tab) -> None:
    console.page.evaluate("location.hash = '#nonsense'")
    expect(console.page.get_by_role("alert")).to_have_text("The console has no such view.")


@pytest.mark.slow
@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_breaks_no_rule(open_tab: OpenTab, scheme: Literal["light", "dark"]) -> None:
    tab = open_tab(color_scheme=scheme, viewport=PHONE)
    tab.expected = {401}
    tab.go("/console")
    tab.page.get_by_role("button", name="Continue").wait_for()
    assert violations(tab.page) == []
