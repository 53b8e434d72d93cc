import pytest
from playwright.sync_api import expect

from tests.browser.account_flow import dialog, log_in_by_face, log_in_by_password, pictures
from tests.browser.people import Person
from tests.browser.sign_up_flow import NAME, PASSWORD
from tests.browser.tab import PHONE, OpenTab, Tab


def test_without_a_login_the_page_links_to_the_login(tab: Tab) -> None:
    tab.go("/account")
    expect(tab.step("nobody")).to_contain_text("Nobody is logged in")
    expect(tab.account.get_by_role("link", name="Log in")).to_have_attribute("href", "login")


@pytest.mark.usefixtures("eileen")
def test_the_page_says_who_is_logged_in_and_how(tab: Tab) -> None:
    log_in_by_password(tab)
    expect(tab.account.get_by_role("heading", name=NAME)).to_be_visible()
    expect(tab.account.get_by_role("definition").nth(0)).to_have_text("eileen")
    expect(tab.account.get_by_role("definition").nth(1)).to_have_text("None given")
    expect(tab.account.get_by_role("definition").nth(2)).to_contain_text("With your password")


@pytest.mark.usefixtures("eileen")
def test_an_unreachable_service_is_reported_and_another_try_works(tab: Tab) -> None:
    tab.tolerated.add("Failed to load resource: net::ERR_FAILED")
    log_in_by_password(tab)
    tab.page.route("**/user/refresh", lambda route: route.abort())
    tab.page.reload()
    expect(tab.step("trouble").get_by_role("alert")).to_contain_text("The service cannot be reached.")
    tab.page.unroute("**/user/refresh")
    tab.press("Try again")
    tab.step("account")


def test_the_keyboard_is_enough(tab: Tab, eileen: Person) -> None:
    log_in_by_face(tab, eileen)
    tab.page.get_by_role("button", name="Show my pictures").press("Enter")
    tab.page.keyboard.type(PASSWORD)
    expect(dialog(tab).get_by_role("button", name="Continue")).to_be_enabled()
    tab.page.keyboard.press("Enter")
    expect(pictures(tab)).to_have_count(5)
    expect(tab.account.get_by_role("heading", name="Pictures of your face")).to_be_focused()
    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_role("button", name="Take new pictures")).to_be_focused()


@pytest.mark.usefixtures("eileen")
@pytest.mark.parametrize("language", ["de", "ar", "hi", "ja"])
def test_the_account_fits_a_small_phone_in_every_language(open_tab: OpenTab, language: str) -> None:
    tab = open_tab(viewport={"width": 320, "height": 640}, locale=language, color_scheme="dark")
    log_in_by_password(tab)
    tab.account.locator(".pictures img").nth(4).wait_for()
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.usefixtures("eileen")
def test_the_account_of_a_phone_can_be_looked_at(open_tab: OpenTab) -> None:
    tab = open_tab(viewport=PHONE, color_scheme="dark")
    log_in_by_password(tab)
    expect(pictures(tab)).to_have_count(5)
