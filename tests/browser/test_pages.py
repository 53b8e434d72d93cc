import pytest
from playwright.sync_api import expect

from tests.browser.tab import OpenTab, Tab


def test_the_start_page_leads_to_both_ways_in(tab: Tab) -> None:
    tab.go("/")
    main = tab.page.get_by_role("main")
    expect(main.get_by_role("link", name="Sign up")).to_have_attribute("href", "signup")
    expect(main.get_by_role("link", name="Log in")).to_have_attribute("href", "login")


@pytest.mark.usefixtures("film")
def test_the_login_page_looks_through_the_camera_as_it_loads(tab: Tab) -> None:
    tab.go("/login")
    tab.step("live")
    assert tab.login.evaluate("element => element.camera.live")


def test_the_page_asks_nothing_of_the_service_before_somebody_acts(tab: Tab) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.method))
    tab.go("/signup")
    tab.step("details")
    assert set(asked) == {"GET"}


def test_a_password_manager_finds_the_forms(open_tab: OpenTab) -> None:
    tab = open_tab(camera=False)
    tab.go("/login")
    tab.step("password")
    hints = "[...document.querySelectorAll('visage-login > form input')].map(input => input.autocomplete)"
    assert tab.page.evaluate(hints) == ["username", "current-password"]
