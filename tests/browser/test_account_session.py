import pytest
from playwright.sync_api import expect

from tests.browser.account_flow import log_in_by_password, pictures, refusal
from tests.browser.tab import Tab


@pytest.mark.usefixtures("eileen")
def test_who_logs_out_is_out(tab: Tab) -> None:
    log_in_by_password(tab)
    with tab.page.expect_response("**/user/logout"):
        tab.press("Log out")
    expect(tab.step("nobody")).to_contain_text("You are logged out.")
    tab.page.reload()
    tab.step("nobody")


@pytest.mark.usefixtures("eileen")
def test_a_session_that_has_ended_meanwhile_is_said_to_have_ended(tab: Tab) -> None:
    tab.expected = {401}
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    tab.page.context.clear_cookies()
    ended = refusal("token_invalid", 401)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**ended))
    tab.press("Download a copy")
    expect(tab.step("nobody")).to_contain_text("Your session has ended.")


@pytest.mark.usefixtures("eileen")
def test_an_access_token_that_ran_out_is_renewed_unseen(tab: Tab) -> None:
    tab.expected = {401}
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    expired = refusal("token_expired", 401)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**expired), times=1)
    with tab.page.expect_download():
        tab.press("Download a copy")


@pytest.mark.usefixtures("eileen")
def test_nothing_secret_is_kept_where_scripts_of_a_later_page_could_read_it(tab: Tab) -> None:
    log_in_by_password(tab)
    kept = tab.page.evaluate("[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]")
    assert kept == ['{"visage-session":"1"}', "{}", ""]
