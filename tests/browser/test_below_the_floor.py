"""Browsers in which the widget does not run: users log in by password all the same."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.sign_up_flow import NAME, PASSWORD
from tests.browser.states.authorize import ASKED, INTERACTION, QUERY, SESSION
from tests.browser.tab import PHONE, OpenTab, Tab

pytestmark = pytest.mark.slow

NO_SHEETS = "delete Document.prototype.adoptedStyleSheets"
OLDEST = "anything newer than 2016"
MISSING = {
    "style sheets that scripts make": f"{NO_SHEETS}; delete CSSStyleSheet.prototype.replaceSync",
    "custom elements": "delete globalThis.customElements",
    "abort signals": "delete globalThis.AbortSignal",
    "a newer function of the language": "delete Object.hasOwn",
    OLDEST: f"{NO_SHEETS}; delete Array.prototype.flat; delete Object.fromEntries;"
    "delete Element.prototype.replaceChildren; delete Promise.prototype.finally; delete globalThis.fetch;"
    "delete Element.prototype.append; delete globalThis.AbortController; delete navigator.locks",
}
"""Scripts that take features from a page, by what it lacks then."""

NOT_NEEDED = """
delete AbortSignal.any
delete MediaDevices.prototype.getUserMedia
delete MediaDevices.prototype.enumerateDevices
delete HTMLVideoElement.prototype.requestVideoFrameCallback
delete globalThis.MediaStream
delete globalThis.ImageCapture
delete globalThis.OffscreenCanvas
delete globalThis.createImageBitmap
delete HTMLScriptElement.prototype.blocking
HTMLCanvasElement.prototype.getContext = () => null
Object.defineProperty(navigator, 'mediaDevices', { value: undefined })
Object.defineProperty(navigator, 'locks', { value: undefined })
"""
"""Takes from a page what the camera needs, and what came after the floor."""


def plain(tab: Tab) -> Locator:
    """The form or text in the place of an element."""
    return tab.page.locator(".visage-plain")


def log_in(tab: Tab, password: str = PASSWORD) -> None:
    tab.fill("User name", "eileen")
    tab.fill("Password", password)
    tab.press("Log in")


def lacking(tab: Tab, script: str) -> Tab:
    """The tab of a browser that lacks features."""
    tab.page.add_init_script(script)
    return tab


@pytest.fixture
def old(tab: Tab) -> Tab:
    """A tab of a browser without style sheets that scripts make."""
    return lacking(tab, NO_SHEETS)


def block_modules(tab: Tab) -> None:
    """Blocks every module script."""
    tab.tolerated = {"Failed to load resource: net::ERR_FAILED"}
    for name in ("visage", "page"):
        tab.page.route(f"**/web/dist/{name}.js", lambda route: route.abort())


@pytest.mark.usefixtures("eileen")
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(script, marks=[] if name == OLDEST else pytest.mark.slow, id=name)
        for name, script in MISSING.items()
    ],
)
def test_a_browser_that_lacks_a_feature_logs_in_by_password(tab: Tab, script: str) -> None:
    lacking(tab, script).go("/login")
    expect(plain(tab)).to_contain_text("this browser is too old")
    log_in(tab)
    expect(plain(tab).get_by_role("heading", name=f"Welcome, {NAME}")).to_be_focused()
    tab.complaints = [line for line in tab.complaints if not line.startswith("uncaught:")]  # modules lack it, too


@pytest.mark.usefixtures("eileen")
def test_a_browser_that_loads_no_module_logs_in_by_password(tab: Tab) -> None:
    block_modules(tab)
    tab.go("/login")
    log_in(tab)
    expect(plain(tab)).to_contain_text(f"Welcome, {NAME}")


def test_a_widget_with_syntax_that_a_browser_does_not_know_is_replaced(tab: Tab) -> None:
    newer = {"body": "new {", "content_type": "text/javascript"}
    tab.page.route("**/web/dist/visage.js", lambda route: route.fulfill(**newer))
    tab.go("/login")
    plain(tab).wait_for()
    assert tab.complaints == ["uncaught: Unexpected end of input"]
    tab.complaints.clear()


@pytest.mark.usefixtures("eileen", "film")
def test_the_password_form_needs_no_camera_and_no_newer_features(tab: Tab) -> None:
    lacking(tab, NOT_NEEDED).go("/login")
    expect(tab.step("password").get_by_role("alert")).to_contain_text("This browser cannot use a camera.")
    log_in(tab)
    expect(tab.step("welcome")).to_contain_text(f"Welcome, {NAME}")


@pytest.mark.usefixtures("eileen")
def test_a_wrong_password_is_reported(old: Tab) -> None:
    old.expected = {401}
    old.go("/login")
    log_in(old, "not the password")
    expect(old.page.get_by_role("alert")).to_have_text("User name and password do not match.")
    expect(old.page.get_by_label("Password", exact=True)).to_be_focused()
    log_in(old)
    expect(plain(old)).to_contain_text(f"Welcome, {NAME}")


@pytest.mark.usefixtures("eileen")
def test_a_rate_limit_and_an_unreachable_service_are_reported(old: Tab) -> None:
    old.expected = {429}
    old.tolerated = {"Failed to load resource: net::ERR_FAILED"}
    old.go("/login")
    error = {"error": {"code": "too_many_requests", "message": "", "details": {}}, "request_id": "1"}
    old.page.route("**/user/login", lambda route: route.fulfill(status=429, json=error, headers={"Retry-After": "7"}))
    log_in(old)
    expect(old.page.get_by_role("alert")).to_have_text(
        "That was tried too often. Please wait a while, then try again. Try again in 7 s"
    )
    old.page.unroute("**/user/login")
    old.page.route("**/user/login", lambda route: route.abort())
    log_in(old)
    expect(old.page.get_by_role("alert")).to_contain_text("The service cannot be reached.")


@pytest.mark.usefixtures("eileen")
def test_a_session_outlives_a_reload_and_ends_with_a_click(old: Tab) -> None:
    old.go("/login")
    log_in(old)
    expect(plain(old)).to_contain_text(f"Welcome, {NAME}")
    old.page.reload()
    expect(plain(old)).to_contain_text(f"Welcome, {NAME}")
    with old.page.expect_response("**/user/logout") as answer:
        old.press("Log out")
    assert answer.value.status == 204
    expect(plain(old)).to_contain_text("You are logged out.")
    assert old.page.evaluate("localStorage.getItem('visage-session')") is None
    old.page.reload()
    expect(old.page.get_by_label("Password", exact=True)).to_be_visible()


@pytest.mark.usefixtures("eileen")
def test_a_page_hears_of_the_login_as_from_the_widget(old: Tab) -> None:
    old.page.add_init_script("addEventListener('visage-success', ({ detail }) => { globalThis.heard = detail })")
    old.go("/login")
    log_in(old)
    expect(plain(old)).to_contain_text(f"Welcome, {NAME}")
    heard = old.page.evaluate("heard")
    assert set(heard) == {"user", "access_token", "expires_in", "method"}
    assert (heard["user"]["username"], heard["method"]) == ("eileen", "password")


def ask(tab: Tab, **changes: Any) -> None:
    """Opens the page of an authorization request, about which the service says this."""
    tab.expected = {400}  # the real service does not know the application
    tab.page.route(f"**{INTERACTION}", lambda route: route.fulfill(json={**ASKED, **changes}))
    tab.go(f"/authorize{QUERY}")


@pytest.mark.usefixtures("eileen")
def test_an_application_gets_a_login_by_password(old: Tab) -> None:
    old.page.route(f"**{SESSION}", lambda route: route.fulfill(json={"status": "signed_on"}))
    ask(old)
    expect(old.page.get_by_role("heading", level=1)).to_have_text("Grafana")
    assert violations(old.page) == []
    with old.page.expect_request(f"**{SESSION}") as request:
        log_in(old)
    assert request.value.headers["authorization"].startswith("Bearer ")
    old.page.wait_for_url(f"{old.url}/{ASKED['resume']}")


@pytest.mark.parametrize("changes", [{"step": "consent"}, {"ways": ["face"]}])
def test_a_login_beyond_a_password_needs_a_newer_browser(old: Tab, changes: dict[str, Any]) -> None:
    ask(old, **changes)
    expect(plain(old)).to_contain_text("This browser is too old for this page")


@pytest.mark.parametrize(
    "path", ["/signup", *(pytest.param(one, marks=pytest.mark.slow) for one in ("/account", "/reset", "/logout"))]
)
def test_other_pages_say_that_they_need_a_newer_browser(old: Tab, path: str) -> None:
    old.go(path)
    expect(plain(old)).to_contain_text("This browser is too old for this page")
    expect(plain(old)).to_contain_text("Open this page in a current browser")


@pytest.mark.parametrize(
    ("language", "heading", "direction"),
    [("de", "Mit dem Passwort anmelden", "ltr"), ("ar", "تسجيل الدخول بكلمة المرور", "rtl")],
)
def test_the_form_speaks_the_language_of_the_browser(
    open_tab: OpenTab, language: str, heading: str, direction: str
) -> None:
    tab = lacking(open_tab(locale=language), NO_SHEETS)
    tab.go("/login")
    expect(plain(tab).get_by_role("heading")).to_have_text(heading)
    expect(plain(tab)).to_have_attribute("dir", direction)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_form_breaks_no_rule_and_fits_a_phone(open_tab: OpenTab, colours: str) -> None:
    tab = lacking(open_tab(viewport=PHONE, color_scheme=colours), NO_SHEETS)
    tab.go("/login")
    plain(tab).wait_for()
    tab.keep_picture(f"plain-{colours}")
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_widget_that_is_defined_late_takes_the_place_of_the_form(tab: Tab) -> None:
    block_modules(tab)
    tab.go("/login")
    plain(tab).wait_for()
    tab.page.evaluate("import('/web/widget/visage.js')")
    tab.press("Use password instead")
    tab.step("password")
    expect(tab.page.get_by_label("Password", exact=True)).to_have_count(1)
