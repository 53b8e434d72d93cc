"""People, disputes, audit, keys and clients at the console, in Chromium."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from db.queries import disputes
from service.audit.audit import Event
from tests.browser.axe import violations
from tests.browser.console.filled import (
    add_client,
    add_dispute,
    add_event,
    add_people,
    add_refused_logins,
)
from tests.browser.console.operator import open_console
from tests.browser.people import Person
from tests.browser.tab import PHONE, OpenTab, Tab
from tests.running_service import RunningService


def dialog(tab: Tab) -> Locator:
    return tab.page.get_by_role("dialog")


def go(tab: Tab, view: str) -> None:
    """Opens a view by its address, and waits until it is shown."""
    tab.page.evaluate("view => { location.hash = view }", view)
    tab.page.locator(f"visage-console[step={view.partition('?')[0]}] main:not([aria-busy])").wait_for()


def test_a_person_is_found_and_gets_a_password_link(service: RunningService, console: Tab) -> None:
    add_people(service)
    go(console, "people")
    console.page.get_by_label("Search").fill("lovelace")
    console.press("Search")
    console.page.get_by_role("link", name="ada", exact=True).click()
    expect(console.page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    console.press("Make a password link")
    expect(dialog(console)).to_contain_text("within an hour")
    console.press("Make a link")
    link = console.page.get_by_role("textbox", name="Password link")
    expect(link).not_to_be_editable()
    address = link.input_value()
    assert "/reset#" in address
    expect(console.page.locator(".once")).to_contain_text("This is shown once.")
    expect(console.page.locator(".once")).to_be_focused()
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.press("Copy")
    assert console.page.evaluate("navigator.clipboard.readText()") == address
    console.page.reload()
    expect(console.page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    assert address.partition("#")[2] not in console.page.content()


@pytest.mark.slow
def test_a_password_link_is_withdrawn(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 2)
    go(console, f"people?id={ada}")
    console.press("Make a password link")
    console.press("Make a link")
    console.press("Withdraw the password link")
    console.press("Withdraw the link")
    expect(console.page.get_by_text("The password link is withdrawn.")).to_be_focused()
    expect(console.page.get_by_role("button", name="Withdraw the password link")).to_have_count(0)
    expect(console.page.get_by_role("cell", name="Password link withdrawn")).to_be_visible()


def test_erasing_requires_the_typed_username(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 2)
    go(console, f"people?id={ada}")
    console.press("Erase the account")
    question = dialog(console)
    question.get_by_role("textbox").fill("Ada")
    console.press("Erase for ever")
    expect(question.get_by_role("alert")).to_contain_text("Type “ada” exactly.")
    question.get_by_role("textbox").fill("ada")
    console.press("Erase for ever")
    expect(console.page.get_by_role("status").filter(has_text="ada is erased: the account, its face")).to_be_focused()
    console.page.get_by_role("link", name="Events of this id").click()
    expect(console.page.get_by_role("cell", name="Account erased")).to_be_visible()
    console.page.get_by_role("link", name="People", exact=True).click()
    console.page.get_by_label("Search").fill("ada")
    console.press("Search")
    expect(console.page.get_by_role("status").first).to_have_text("Nobody is found for “ada”.")


@pytest.mark.slow
def test_an_erased_account_leads_to_its_events(console: Tab) -> None:
    console.expected = {404}
    go(console, "people?id=00000000-0000-4000-8000-000000000000")
    expect(console.page.get_by_role("status")).to_have_text("There is no account with this id. It may be erased.")
    console.page.get_by_role("link", name="Events of this id").click()
    expect(console.page.get_by_role("cell", name="Console viewed")).to_be_visible()  # the look itself


@pytest.mark.slow
def test_an_operators_account_offers_no_act(console: Tab) -> None:
    go(console, "people?search=eileen")
    console.page.get_by_role("link", name="eileen", exact=True).click()
    expect(console.page.get_by_text("This is an operator’s account.")).to_be_visible()
    assert not console.offers("Erase the account")


@pytest.mark.slow
def test_an_invitation_is_made_and_withdrawn(console: Tab) -> None:
    go(console, "people")
    console.page.get_by_role("link", name="Invitations").click()
    console.fill("Email (optional)", "grace@example.org")
    console.press("Make an invitation")
    expect(dialog(console)).to_contain_text("within 72 hours. The sign-up must use: grace@example.org.")
    console.press("Make it")
    expect(console.page.locator(".once")).to_be_focused()
    assert "/signup#" in console.page.get_by_label("Invitation link").input_value()
    expect(console.page.get_by_role("cell", name="grace@example.org").first).to_be_visible()
    console.press("Withdraw the invitation for grace@example.org")
    dialog(console).get_by_role("button", name="Withdraw", exact=True).click()
    expect(console.page.get_by_text("The invitation is withdrawn.")).to_be_focused()
    expect(console.page.get_by_role("cell", name="grace@example.org")).to_have_count(0)


def test_a_dispute_is_decided(service: RunningService, console: Tab) -> None:
    add_dispute(service, add_people(service, 1))
    go(console, "disputes")
    card = console.page.get_by_role("article", name="Dispute over ada")
    expect(card).to_contain_text("0.693; the cut-off at the time was 0.533")
    card.get_by_role("button", name="Reject").click()
    dialog(console).get_by_role("button", name="Reject").click()
    told = console.page.get_by_text("Rejected: ada. Tell mail@example.org. This contact is now deleted.")
    expect(told).to_be_focused()
    expect(console.page.get_by_text("No dispute is open.")).to_be_visible()
    console.page.get_by_role("link", name="Decided").click()
    expect(console.page.get_by_role("cell", name="Rejected").first).to_be_visible()


@pytest.mark.slow
def test_the_contact_is_shown_although_the_other_disputes_cannot_be_read(service: RunningService, console: Tab) -> None:
    add_dispute(service, add_people(service, 1))
    go(console, "disputes")
    console.expected = {503}
    error = {"error": {"code": "database_unavailable", "message": "Away.", "details": {}}, "request_id": "1"}
    console.page.route("**/console/disputes", lambda route: route.fulfill(status=503, json=error))
    console.press("Reject")
    dialog(console).get_by_role("button", name="Reject").click()
    expect(console.page.get_by_text("Tell mail@example.org. This contact is now deleted.")).to_be_focused()


@pytest.mark.slow
def test_upholding_warns_of_an_account_with_no_other_login(service: RunningService, console: Tab) -> None:
    add_dispute(service, add_people(service, 1))
    go(console, "disputes")
    console.page.get_by_role("article", name="Dispute over ada").get_by_role("button", name="Uphold").click()
    expect(dialog(console)).to_contain_text("neither a password nor a passkey")


@pytest.mark.slow
def test_a_dispute_that_another_tab_decided_disappears(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 1)
    add_dispute(service, ada)
    go(console, "disputes")
    with service.database() as database, database.unit_of_work() as work:
        disputes.uphold_all(work.session, ada, datetime.now(UTC))
    console.expected = {404}
    console.page.get_by_role("article", name="Dispute over ada").get_by_role("button", name="Reject").click()
    dialog(console).get_by_role("button", name="Reject").click()
    expect(dialog(console).get_by_role("alert")).to_be_visible()
    console.press("Cancel")
    expect(console.page.get_by_role("article", name="Dispute over ada")).to_have_count(0)


@pytest.mark.slow
def test_the_audit_leaves_out_what_operators_looked_at(console: Tab) -> None:
    go(console, "audit")
    looks = console.page.get_by_role("cell", name="Console viewed")
    expect(looks).to_have_count(0)
    console.page.get_by_label("Looks by operators").select_option("Show")
    console.press("Show")
    expect(looks.first).to_be_visible()


def test_the_audit_is_filtered_and_downloaded(service: RunningService, console: Tab, tmp_path: Path) -> None:
    add_people(service, 120)
    go(console, "audit")
    console.page.get_by_role("combobox", name="Event").select_option("Sign-up")
    console.press("Show")
    console.page.wait_for_url("**event=sign_up")
    expect(console.page.locator("main:not([aria-busy])").get_by_role("row")).to_have_count(101)
    console.page.get_by_role("link", name="Older").click()
    expect(console.page.get_by_role("link", name="Newest")).to_be_visible()
    assert "event=sign_up" in console.page.url
    with console.page.expect_download() as downloading:
        console.page.get_by_role("link", name="Download as JSON lines").click()
    downloading.value.save_as(tmp_path / "audit.jsonl")
    lines = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert len(lines) >= 121
    assert {json.loads(line)["event"] for line in lines} == {"sign_up"}


def test_the_account_with_most_refused_logins_is_found(service: RunningService, console: Tab) -> None:
    add_refused_logins(service, add_people(service, 3))
    go(console, "overview?days=1")
    console.page.get_by_role("link", name="refused logins", exact=True).click()
    most = console.page.get_by_role("region", name="Accounts with the most refused logins").locator("tbody tr").first
    expect(most).to_contain_text("ada")
    expect(most).to_contain_text("7")
    expect(console.page.get_by_role("combobox", name="Event")).to_have_value("group:refused")
    most.get_by_role("link", name="Only these of ada").click()
    expect(console.page.get_by_role("cell", name="wrong password")).to_have_count(7)
    assert "group=refused" in console.page.url


@pytest.mark.slow
def test_what_operators_did_is_found(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 2)
    go(console, f"people?id={ada}")
    console.press("Log out everywhere")
    console.press("Log out")
    expect(console.page.locator(".news")).to_contain_text("Ended:")
    go(console, "audit")
    console.page.get_by_role("combobox", name="Event").select_option("What operators did")
    console.press("Show")
    console.page.wait_for_url("**group=operators")
    expect(console.page.get_by_role("cell", name="Logged out by an operator").first).to_be_visible()
    expect(console.page.get_by_role("cell", name="Sign-up")).to_have_count(0)
    console.page.get_by_role("link", name="People", exact=True).click()
    console.page.get_by_role("link", name="Operators").click()
    console.page.get_by_role("link", name="What they did: eileen").click()
    expect(console.page.get_by_role("cell", name="Logged out by an operator").first).to_be_visible()


@pytest.mark.slow
def test_a_view_that_is_shown_is_read_anew(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 1)
    go(console, f"audit?user={ada}&event=passkey_removed")
    add_event(service, Event.PASSKEY_REMOVED, ada)
    console.press("Show")
    expect(console.page.get_by_role("cell", name="Passkey removed")).to_be_visible()
    go(console, "disputes")
    add_dispute(service, ada)
    console.page.get_by_role("link", name="Disputes", exact=True).click()
    expect(console.page.get_by_role("article", name="Dispute over ada")).to_be_visible()


@pytest.mark.slow
def test_people_are_paged_both_ways(service: RunningService, console: Tab) -> None:
    add_people(service, 120)
    go(console, "people?search=person")
    for link, shown in (("Next page", "person30"), ("Next page", "person80"), ("Previous page", "person50")):
        console.page.get_by_role("link", name=link).click()
        expect(console.page.get_by_role("link", name=shown, exact=True)).to_be_visible()
    expect(console.page.get_by_role("link", name="Previous page")).to_have_count(0)
    expect(console.page.get_by_text("Accounts in all: ")).to_be_visible()


@pytest.mark.slow
def test_an_event_leads_to_its_account(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 1)
    go(console, f"audit?user={ada}&event=sign_up")
    console.page.get_by_role("link", name=f"ada {str(ada)[:8]}").click()
    expect(console.page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()


def test_keys_are_rotated_and_a_client_gets_another_secret(service: RunningService, console: Tab) -> None:
    add_client(service)
    go(console, "keys")
    console.press("Rotate the keys")
    dialog(console).get_by_role("button", name="Rotate").click()
    expect(console.page.get_by_text("The new keys are published. They sign tokens in 10 minutes.")).to_be_focused()
    expect(console.page.get_by_role("cell", name="Published, signs later")).to_have_count(2)
    console.expected = {409}
    console.press("Rotate the keys")
    dialog(console).get_by_role("button", name="Rotate").click()
    expect(dialog(console).get_by_role("alert")).to_contain_text("New keys are published already.")
    console.press("Cancel")
    console.press("New secret for shop")
    console.press("Make a new secret")
    assert len(console.page.get_by_label("Client secret").input_value()) == 43


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_views_break_no_rule_and_fit_a_phone(
    service: RunningService, operator: Person, open_tab: OpenTab, service_url: str, scheme: str
) -> None:
    ada = add_people(service)
    add_dispute(service, ada)
    add_client(service)
    tab = open_tab(viewport=PHONE, color_scheme=scheme)
    tab.url = service_url.replace("127.0.0.1", "localhost")
    open_console(service, tab)
    for view in (
        "people",
        "people?part=invitations",
        "people?part=operators",
        "audit?group=refused",
        f"people?id={ada}",
        "disputes",
        "disputes?state=decided",
        "audit",
        "keys",
    ):
        go(tab, view)
        assert violations(tab.page) == [], view
        assert tab.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], view
    go(tab, f"people?id={ada}")
    tab.press("Erase the account")
    assert violations(tab.page) == []
