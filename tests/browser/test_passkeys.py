"""Passkeys in Chromium, with its virtual authenticator."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.account_flow import dialog, give_password, log_in_by_face, log_in_by_password
from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import NAME, PASSWORD, fill_details, take_pictures
from tests.browser.tab import OpenTab, Tab
from tests.browser.virtual_authenticator import VirtualAuthenticator
from tests.camera_film import CameraFilm
from tests.running_service import RunningService, service_of_its_own

ADD = "Add a passkey"
USE = "Use a passkey"
HEARD = "addEventListener('visage-success', ({ detail }) => (globalThis.heard ??= []).push(detail))"
"""Notes the logins that the page hears of; runs before any other script."""

LOG_IN_ELSEWHERE = """
async ([username, password]) => {
  const { Api } = await import('/web/widget/api.js')
  const { addPasskey } = await import('/web/widget/passkeys.js')
  const { speak } = await import('/web/widget/text.js')
  await speak('en')
  const api = new Api()
  const { access_token } = await api.login(username, password)
  return addPasskey(api, access_token).then(() => 'added', ({ code }) => code)
}
"""
REPEAT = """
async body => {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch('/user/passkeys/login', { method: 'POST', headers, body })
  return (await answer.json()).error.code
}
"""


def at_localhost(tab: Tab, url: str) -> Tab:
    """The tab, at the same service by the name to which passkeys are bound without a public address."""
    tab.url = url.replace("127.0.0.1", "localhost")
    tab.page.add_init_script(HEARD)
    return tab


@pytest.fixture
def visit(tab: Tab, service_url: str) -> Tab:
    return at_localhost(tab, service_url)


@pytest.fixture
def device(visit: Tab) -> VirtualAuthenticator:
    return VirtualAuthenticator.of(visit.page)


def passkeys(tab: Tab) -> Locator:
    """Returns the rows of the account page's passkeys."""
    return tab.account.locator(".passkeys li")


def add(tab: Tab, username: str = "eileen") -> None:
    """Logs in by password, and adds a passkey on the account page."""
    log_in_by_password(tab, username)
    before = passkeys(tab).count()
    tab.press(ADD)
    expect(passkeys(tab)).to_have_count(before + 1)


def log_out(tab: Tab) -> None:
    tab.press("Log out")
    tab.step("nobody")


def heard(tab: Tab) -> list[dict[str, Any]]:
    """Returns the details of the logins that the page has heard of."""
    found: list[dict[str, Any]] = tab.page.evaluate("globalThis.heard ?? []")
    return found


@pytest.mark.usefixtures("eileen", "device")
def test_a_passkey_is_added_named_and_removed(visit: Tab) -> None:
    add(visit)
    row = passkeys(visit)
    expect(row).to_contain_text("My passkey")
    expect(row).to_contain_text("Not used yet.")
    row.get_by_role("button", name="Rename").click()
    visit.fill("Name of the passkey", "Key on the desk")
    visit.press("Save")
    expect(row).to_contain_text("Key on the desk")
    row.get_by_role("button", name="Remove").click()
    dialog(visit).get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    expect(visit.account).to_contain_text("The passkey “Key on the desk” is removed.")


@pytest.mark.usefixtures("eileen", "device")
def test_a_passkey_logs_in_without_a_username(visit: Tab) -> None:
    add(visit)
    log_out(visit)
    visit.go("/login")
    visit.press(USE)
    expect(visit.step("welcome")).to_contain_text("Logged in with your passkey")
    (login,) = heard(visit)
    assert (login["method"], login["user"]["username"]) == ("passkey", "eileen")
    visit.go("/account")
    expect(visit.step("account")).to_contain_text("Last used")
    expect(visit.account).to_contain_text("With your passkey")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "device")
def test_the_browser_suggests_a_passkey_in_the_password_form(visit: Tab) -> None:
    """Chromium's virtual authenticator accepts a suggestion at once."""
    add(visit)
    log_out(visit)
    visit.go("/login")
    visit.press("Use password instead")
    expect(visit.step("welcome")).to_contain_text("Logged in with your passkey")


@pytest.mark.usefixtures("eileen", "device")
def test_the_username_field_asks_for_passkeys(visit: Tab) -> None:
    visit.go("/login")
    visit.press("Use password instead")
    expect(visit.page.get_by_label("User name")).to_have_attribute("autocomplete", "username webauthn")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "device")
def test_without_suggestions_the_field_asks_for_a_username_alone(visit: Tab) -> None:
    visit.page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
    visit.go("/login")
    visit.press("Use password instead")
    visit.page.wait_for_load_state("networkidle")
    expect(visit.page.get_by_label("User name")).to_have_attribute("autocomplete", "username")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen")
@pytest.mark.parametrize("script", ["delete globalThis.PublicKeyCredential", ""])
def test_without_usable_passkeys_the_page_does_not_mention_them(
    open_tab: OpenTab, service_url: str, script: str
) -> None:
    """Either the browser lacks them, or the page is not in their domain."""
    tab = open_tab()
    if script:
        at_localhost(tab, service_url).page.add_init_script(script)
    tab.go("/login")
    tab.press("Use password instead")
    tab.page.wait_for_load_state("networkidle")
    assert not tab.offers(USE)
    log_in_by_password(tab)
    tab.page.wait_for_load_state("networkidle")
    assert not tab.offers(ADD)


@pytest.mark.slow
@pytest.mark.usefixtures("eileen")
def test_a_user_who_is_not_verified_is_not_logged_in(visit: Tab, device: VirtualAuthenticator) -> None:
    add(visit)
    log_out(visit)
    device.verify(succeeds=False)
    visit.go("/login")
    visit.press(USE)
    expect(visit.step("passkey").get_by_role("alert")).to_contain_text("No passkey was used.")
    device.verify(succeeds=True)
    visit.press("Try again")
    visit.step("welcome")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen")
def test_a_counter_that_falls_back_is_refused(visit: Tab, device: VirtualAuthenticator) -> None:
    add(visit)
    (copied,) = device.credentials()
    log_out(visit)
    visit.go("/login")
    visit.press(USE)
    visit.step("welcome")
    visit.press("Log out")
    device.keep(copied)
    visit.expected.add(403)
    visit.press(USE)
    expect(visit.step("passkey").get_by_role("alert")).to_contain_text("There may be a copy of this passkey")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "device")
def test_a_login_cannot_be_replayed(visit: Tab) -> None:
    add(visit)
    log_out(visit)
    visit.go("/login")
    with visit.page.expect_request("**/user/passkeys/login") as sent:
        visit.press(USE)
    visit.step("welcome")
    visit.expected.add(410)
    assert visit.page.evaluate(REPEAT, sent.value.post_data) == "ceremony_expired"


@pytest.mark.slow
@pytest.mark.usefixtures("eileen")
def test_two_accounts_on_one_device_have_their_own_passkeys(
    visit: Tab, device: VirtualAuthenticator, obama: Person
) -> None:
    enrol(visit.url, "barack", PASSWORD, obama)
    for username in ("eileen", "barack"):
        add(visit, username)
        log_out(visit)
    both = device.credentials()
    names = []
    for credential in both:
        device.keep(credential)
        visit.go("/login")
        visit.press(USE)
        visit.step("welcome")
        names.append(heard(visit)[-1]["user"]["username"])
        visit.press("Log out")
        visit.step("idle")
    assert sorted(names) == ["barack", "eileen"]


@pytest.mark.slow
@pytest.mark.usefixtures("device")
def test_after_a_face_login_the_password_is_asked_for(visit: Tab, eileen: Person) -> None:
    log_in_by_face(visit, eileen)
    visit.press(ADD)
    give_password(visit)
    expect(passkeys(visit)).to_have_count(1)


@pytest.mark.usefixtures("eileen", "device")
def test_a_device_is_added_once(visit: Tab) -> None:
    add(visit)
    visit.press(ADD)
    expect(visit.account.get_by_role("alert")).to_contain_text("This device has a passkey for your account already.")


@pytest.mark.slow
@pytest.mark.usefixtures("device")
def test_a_sign_up_offers_a_passkey(visit: Tab, film: CameraFilm, collins: Person) -> None:
    visit.go("/signup")
    fill_details(visit)
    take_pictures(visit, film, collins)
    visit.press("Create account")
    visit.step("done")
    visit.press(ADD)
    expect(visit.signup).to_contain_text("Your passkey is added.")
    visit.go("/account")
    expect(passkeys(visit)).to_have_count(1)


@pytest.fixture(scope="module")
def strict_service(bundled: None) -> Iterator[RunningService]:
    """A service whose applications need a face and a passkey."""
    with service_of_its_own(VISAGE_REQUIRE="face+passkey") as service:
        yield service


@pytest.mark.slow
def test_a_required_passkey_follows_the_face(
    tab: Tab, strict_service: RunningService, film: CameraFilm, collins: Person
) -> None:
    visit = at_localhost(tab, strict_service.url)
    device = VirtualAuthenticator.of(visit.page)
    with contextlib.suppress(HTTPError):  # the other test may have enrolled her
        enrol(strict_service.url, "eileen", PASSWORD, collins, NAME)
    add(visit)
    log_out(visit)
    device.verify(succeeds=False)
    film.show([collins.front])
    visit.go("/login")
    expect(visit.step("passkey").get_by_role("alert")).to_contain_text("No passkey was used.")
    assert heard(visit) == []
    device.verify(succeeds=True)
    visit.press("Try again")
    expect(visit.step("welcome")).to_contain_text("Logged in with your face and your passkey")
    assert [login["method"] for login in heard(visit)] == ["face+passkey"]


@pytest.mark.slow
def test_a_password_alone_leads_to_the_face(tab: Tab, strict_service: RunningService, collins: Person) -> None:
    visit = at_localhost(tab, strict_service.url)
    with contextlib.suppress(HTTPError):  # the other test may have enrolled her
        enrol(strict_service.url, "eileen", PASSWORD, collins, NAME)
    visit.go("/login")
    visit.press("Use password instead")
    visit.fill("User name", "eileen")
    visit.fill("Password", PASSWORD)
    visit.press("Log in")
    expect(visit.step("more")).to_contain_text("To go on, log in with your face too.")
    assert heard(visit) == []
    visit.page.reload()
    visit.step("more")


@pytest.mark.slow
def test_a_page_of_another_origin_is_refused(open_tab: OpenTab, bundled: None, collins: Person) -> None:
    """The service expects its public address, which this page is not at, in the same domain."""
    with service_of_its_own(VISAGE_PUBLIC_URL="http://localhost:9") as service:
        enrol(service.url, "eileen", PASSWORD, collins, NAME)
        visit = at_localhost(open_tab(), service.url)
        VirtualAuthenticator.of(visit.page)
        visit.expected.add(422)
        visit.go("/docs")
        assert visit.page.evaluate(LOG_IN_ELSEWHERE, ["eileen", PASSWORD]) == "passkey_invalid"
