import pytest
from playwright.sync_api import expect

from tests.browser.account_flow import (
    accepted,
    dialog,
    give_password,
    log_in_by_face,
    log_in_by_password,
    pictures,
    refusal,
)
from tests.browser.people import Person
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import OpenTab, Tab

pytestmark = pytest.mark.slow

NEW_PASSWORD = "a second flight to Mir"


def test_a_wrong_password_is_reported_and_asked_for_again(tab: Tab, eileen: Person) -> None:
    tab.expected = {401}
    log_in_by_face(tab, eileen)
    tab.press("Show my pictures")
    give_password(tab, "not the password")
    expect(dialog(tab)).to_contain_text("That is not the password of this account.")
    expect(dialog(tab).get_by_label("Password", exact=True)).to_be_focused()
    give_password(tab)
    expect(pictures(tab)).to_have_count(5)


def test_cancelling_the_password_leads_back_to_where_the_user_was(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    tab.press("Show my pictures")
    expect(dialog(tab).get_by_label("Password", exact=True)).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(dialog(tab)).to_have_count(0)
    expect(tab.page.get_by_role("button", name="Show my pictures")).to_be_focused()
    expect(tab.account.get_by_role("alert")).to_have_count(0)


def test_a_question_does_not_outlive_the_language_it_was_asked_in(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    tab.press("Show my pictures")
    expect(dialog(tab)).to_have_count(1)
    tab.account.evaluate("element => { element.lang = 'de' }")
    expect(dialog(tab)).to_have_count(0)
    tab.press("Meine Bilder zeigen")
    expect(dialog(tab)).to_contain_text("Passwort")


@pytest.mark.usefixtures("eileen")
def test_the_password_is_asked_for_when_the_service_says_so(tab: Tab) -> None:
    tab.expected = {403}
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    too_old = refusal("password_login_required", 403)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**too_old), times=1)
    with tab.page.expect_download():
        tab.press("Download a copy")
        give_password(tab)


@pytest.mark.usefixtures("eileen")
def test_a_new_password_takes_the_place_of_the_old_one(tab: Tab) -> None:
    tab.expected = {401}
    log_in_by_password(tab)
    tab.page.get_by_label("New password").fill(NEW_PASSWORD)
    tab.press("Change password")
    expect(tab.account).to_contain_text("Your password is changed.")
    expect(tab.page.get_by_label("New password")).to_have_value("")
    assert not accepted(tab, PASSWORD)
    assert accepted(tab, NEW_PASSWORD)


@pytest.mark.usefixtures("eileen")
def test_a_new_password_logs_other_devices_out(tab: Tab, open_tab: OpenTab) -> None:
    other = open_tab()
    other.expected = {401}
    log_in_by_password(other)
    log_in_by_password(tab)
    tab.page.get_by_label("New password").fill(NEW_PASSWORD)
    tab.press("Change password")
    expect(tab.account).to_contain_text("Your password is changed.")
    other.page.reload()
    other.step("nobody")
    tab.page.reload()
    tab.step("account")


@pytest.mark.usefixtures("eileen")
def test_a_short_new_password_is_refused_before_anything_is_sent(tab: Tab) -> None:
    log_in_by_password(tab)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.method))
    tab.page.get_by_label("New password").fill("nine char")
    tab.press("Change password")
    expect(tab.page.get_by_text("At least 10 characters, please.")).to_be_visible()
    expect(tab.page.get_by_label("New password")).to_be_focused()
    assert "PUT" not in asked


@pytest.mark.usefixtures("eileen")
def test_a_password_manager_finds_the_forms(tab: Tab) -> None:
    hints = "form => [...form.querySelectorAll('input')].map(input => input.autocomplete)"
    log_in_by_password(tab)
    assert tab.page.locator("visage-account > form").evaluate(hints) == ["username", "new-password"]
    too_old = refusal("password_login_required", 403)
    tab.expected = {403}
    tab.page.route("**/user/facial", lambda route: route.fulfill(**too_old), times=1)
    tab.press("Download a copy")
    assert dialog(tab).locator("form").evaluate(hints) == ["username", "current-password"]
