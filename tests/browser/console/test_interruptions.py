"""What must not go wrong at the console: keyboards, several tabs, and impatient clicks, in Chromium."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.console.filled import add_client, add_dispute, add_invitation, add_people
from tests.browser.console.operator import session_secret
from tests.browser.console.test_people import dialog, go
from tests.browser.tab import Tab
from tests.running_service import RunningService

INVITATIONS = "**/console/invitations"

WATCH_BUTTONS = """
globalThis.replaced = {}
new MutationObserver(changes => {
  const gone = changes.flatMap(one => [...one.removedNodes]).filter(one => one.matches?.(':is(button, :has(button))'))
  if (gone.length > 0) replaced[document.querySelector('dialog:modal') ? 'behind a question' : 'in the open'] = true
}).observe(document.querySelector('main'), { childList: true, subtree: true })
"""
"""Notes whether buttons are removed while a modal dialog is open, or while a pointer could be on them."""


@pytest.mark.slow
def test_the_skip_link_stays_in_the_view(console: Tab) -> None:
    go(console, "disputes")
    console.page.get_by_role("link", name="Skip to the content").focus()
    console.page.keyboard.press("Enter")
    expect(console.page.locator("main")).to_be_focused()
    expect(console.page.get_by_role("heading", name="Disputes", level=1)).to_be_visible()
    assert console.page.url.endswith("#disputes")


def test_a_tab_works_on_after_the_console_was_opened_anew_in_another(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 2)
    go(console, f"people?id={ada}")
    console.page.context.add_cookies(
        [{"name": "visage_console", "value": session_secret(service, console.url), "url": console.url}]
    )
    console.expected = {401}
    console.press("Log out everywhere")
    console.press("Log out")
    expect(console.page.locator(".news")).to_contain_text("Ended:")


@pytest.mark.parametrize(
    ("view", "act", "yes", "read"),
    [
        ("people?id={ada}", "Make a password link", "Make a link", "**/console/people/*"),
        pytest.param("disputes", "Reject", "Reject", "**/console/disputes", marks=pytest.mark.slow),
        pytest.param("keys", "New secret for shop", "Make a new secret", "**/console/clients", marks=pytest.mark.slow),
        ("keys", "Rotate the keys", "Rotate", "**/console/keys"),
        pytest.param(
            "people?part=invitations",
            "Withdraw the invitation for anybody",
            "Withdraw",
            INVITATIONS,
            marks=pytest.mark.slow,
        ),
        pytest.param("people?id={ada}", "Erase the account", "Erase for ever", None, marks=pytest.mark.slow),
    ],
)
def test_no_button_is_replaced_while_it_can_be_clicked(
    service: RunningService, console: Tab, view: str, act: str, yes: str, read: str | None
) -> None:
    ada = add_people(service, 1)
    add_dispute(service, ada)
    add_client(service)
    add_invitation(service)
    go(console, view.format(ada=ada))
    console.page.route("**/console/keys/rotate", lambda route: route.fulfill(status=204))  # it works once in 10 minutes
    console.page.evaluate(WATCH_BUTTONS)
    console.press(act)
    if read is None:
        dialog(console).get_by_role("textbox").fill("ada")
        dialog(console).get_by_role("button", name=yes, exact=True).click()
    else:
        held: list[Route] = []
        console.page.route(read, lambda route: held.append(route))  # noqa: PLW0108 (Playwright inspects it)
        with console.page.expect_request(read):
            dialog(console).get_by_role("button", name=yes, exact=True).click()
        expect(dialog(console)).to_be_visible()
        held[0].continue_()
    expect(dialog(console)).to_have_count(0)
    assert console.page.evaluate("replaced") == {"behind a question": True}


def test_a_new_invitation_moves_nothing_in_the_open(service: RunningService, console: Tab) -> None:
    add_invitation(service)
    go(console, "people?part=invitations")
    console.page.evaluate(WATCH_BUTTONS)
    console.press("Make an invitation")
    dialog(console).get_by_role("button", name="Make it", exact=True).click()
    expect(console.page.locator(".once")).to_be_focused()
    assert console.page.evaluate("replaced") == {"behind a question": True}


@pytest.mark.slow
def test_a_double_click_answers_no_question(service: RunningService, console: Tab) -> None:
    go(console, "keys")
    console.press("Rotate the keys")
    dialog(console).get_by_role("button", name="Rotate", exact=True).dispatch_event("click", {"detail": 2})
    expect(dialog(console)).to_be_visible()
    console.press("Cancel")
    expect(console.page.get_by_role("cell", name="Published, signs later")).to_have_count(0)


@pytest.mark.slow
def test_an_act_under_way_cannot_be_cancelled(service: RunningService, console: Tab) -> None:
    ada = add_people(service, 2)
    go(console, f"people?id={ada}")
    held: list[Route] = []
    console.page.route("**/password-link", lambda route: held.append(route))  # noqa: PLW0108 (Playwright inspects it)
    console.press("Make a password link")
    with console.page.expect_request("**/password-link"):
        console.press("Make a link")
    dialog(console).get_by_role("button", name="Cancel").click()
    console.page.keyboard.press("Escape")
    console.page.keyboard.press("Escape")
    held[0].continue_()
    expect(console.page.get_by_role("textbox", name="Password link")).to_be_visible()
