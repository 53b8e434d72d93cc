import pytest
from playwright.sync_api import expect

from tests.browser.account_flow import dialog, log_in_by_password, pictures, refusal
from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import OUT_OF_THE_CACHE, Tab

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("eileen")
def test_logging_out_ends_the_session(tab: Tab) -> None:
    log_in_by_password(tab)
    with tab.page.expect_response("**/user/logout"):
        tab.press("Log out")
    expect(tab.step("nobody")).to_contain_text("You are logged out.")
    tab.page.reload()
    tab.step("nobody")


@pytest.mark.usefixtures("eileen")
def test_logging_out_everywhere_ends_this_session_too(tab: Tab) -> None:
    log_in_by_password(tab)
    with tab.page.expect_request("**/user/logout") as request:
        tab.press("Log out everywhere")
    assert request.value.post_data_json == {"everywhere": True}
    expect(tab.step("nobody")).to_contain_text("You are logged out, here and everywhere else.")
    tab.page.reload()
    tab.step("nobody")


@pytest.mark.usefixtures("eileen")
def test_a_failed_logout_everywhere_is_reported(tab: Tab) -> None:
    tab.tolerated.add("Failed to load resource: net::ERR_FAILED")
    log_in_by_password(tab)
    tab.page.route("**/user/logout", lambda route: route.abort())
    tab.press("Log out everywhere")
    expect(tab.step("account").get_by_role("alert")).to_contain_text("The service cannot be reached.")


@pytest.mark.usefixtures("eileen")
def test_a_session_that_has_ended_meanwhile_is_reported(tab: Tab) -> None:
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


@pytest.fixture
def barack(service_url: str, obama: Person) -> Person:
    """Another user."""
    enrol(service_url, "barack", PASSWORD, obama)
    return obama


def lose_the_token(tab: Tab) -> None:
    """Makes a call with an expired access token."""
    tab.expected = {401}
    expired = refusal("token_expired", 401)
    tab.page.route("**/user/facial", lambda route: route.fulfill(**expired), times=1)
    tab.press("Download a copy")


@pytest.mark.usefixtures("eileen", "barack")
def test_a_session_that_became_another_users_is_over_in_this_page(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    log_in_by_password(tab.beside(), "barack")
    lose_the_token(tab)
    expect(tab.step("nobody")).to_contain_text("Your session has ended.")


@pytest.mark.usefixtures("eileen", "barack")
def test_the_user_who_logged_in_last_stays_logged_in(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    other = tab.beside()
    log_in_by_password(other, "barack")
    lose_the_token(tab)
    tab.step("nobody")
    other.page.reload()
    expect(other.step("account")).to_contain_text("barack")


@pytest.mark.usefixtures("eileen")
def test_logging_out_in_one_tab_ends_the_session_in_all(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
    other = tab.beside()
    other.go("/account")
    other.step("account")
    other.press("Log out")
    expect(tab.step("nobody")).to_contain_text("Your session has ended.")
    expect(tab.page.locator("visage-account form")).to_have_count(0)


@pytest.mark.usefixtures("eileen")
def test_a_dialog_closes_when_the_user_logs_out_in_another_tab(tab: Tab) -> None:
    log_in_by_password(tab)
    tab.press("Erase my account")
    expect(dialog(tab)).to_have_count(1)
    other = tab.beside()
    other.go("/account")
    other.press("Log out")
    tab.step("nobody")
    expect(dialog(tab)).to_have_count(0)


@pytest.mark.usefixtures("eileen")
def test_a_page_out_of_the_browsers_cache_shows_nothing_of_who_logged_out(tab: Tab) -> None:
    tab.expected = {401}
    log_in_by_password(tab)
    tab.page.context.clear_cookies()
    tab.page.evaluate(OUT_OF_THE_CACHE)
    expect(tab.step("nobody")).to_contain_text("Your session has ended.")


@pytest.mark.usefixtures("eileen")
def test_a_page_out_of_the_browsers_cache_goes_on_with_who_is_logged_in(tab: Tab) -> None:
    log_in_by_password(tab)
    with tab.page.expect_response("**/user/refresh"):
        tab.page.evaluate(OUT_OF_THE_CACHE)
    with tab.page.expect_download():
        tab.press("Download a copy")
