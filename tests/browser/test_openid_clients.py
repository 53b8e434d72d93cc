"""Clients by others log a person in by face, ask for more, refresh and log out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from embeddings.detect.finder import FaceFinder
from tests.browser.account_flow import log_in_by_password
from tests.browser.drawn_sitter import LOGIN, astronaut_before_the_camera
from tests.browser.elsewhere import Elsewhere
from tests.browser.openid_flow import arrive, begin, log_in, required, said
from tests.browser.people import Person, enrol
from tests.browser.sign_up_flow import NAME, PASSWORD
from tests.browser.tab import Tab
from tests.browser.virtual_authenticator import VirtualAuthenticator
from tests.openid_clients.apache import apache, needs_apache
from tests.openid_clients.authlib_app import authlib_app
from tests.openid_clients.oauthlib_app import oauthlib_app
from tests.openid_clients.programs import node_application
from tests.openid_clients.registered import Registered, register
from tests.running_service import RunningService, free_port, service_of_its_own

pytestmark = pytest.mark.slow

HOST = "127.0.0.1"
"""Of the applications; the provider is ``localhost``. Cookies belong to a host, whatever its ports."""

FACE, CHALLENGED, WITH_PASSKEY = "urn:visage:face", "urn:visage:face:challenge", "urn:visage:face+passkey"


@pytest.fixture(scope="module")
def provider(bundled: None, collins: Person) -> Iterator[RunningService]:
    """A service that judges single pictures and can challenge, with Eileen Collins' account."""
    with service_of_its_own(VISAGE_LIVENESS="passive", VISAGE_HOST="localhost") as service:
        enrol(service.url, "eileen", PASSWORD, collins, NAME)
        yield service


@pytest.fixture(scope="module")
def camera(finder: FaceFinder) -> str:
    return astronaut_before_the_camera(finder, LOGIN)


@pytest.fixture(params=["openid-client", "authlib", "requests-oauthlib"])
def application(
    request: pytest.FixtureRequest, provider: RunningService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Registered]:
    """A running application that the provider knows."""
    if request.param == "openid-client":
        registered = register(provider, request.param, f"http://{HOST}:{free_port()}", "/callback", "/")
        with node_application(registered, tmp_path):
            yield registered
        return
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    make, goodbye = {"authlib": (authlib_app, "/logged-out"), "requests-oauthlib": (oauthlib_app, "/")}[request.param]
    with Elsewhere(HOST) as site:
        registered = register(provider, request.param, site.url, "/callback", goodbye)
        site.application = make(registered)
        yield registered


@pytest.fixture
def beside(provider: RunningService, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registered]:
    """One more application."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with Elsewhere(HOST) as site:
        registered = register(provider, "beside", site.url, "/callback", "/")
        site.application = oauthlib_app(registered)
        yield registered


@pytest.fixture
def protected(provider: RunningService, short_folder: Path) -> Iterator[Registered]:
    """Pages behind mod_auth_openidc, as docs/openid.md protects them."""
    registered = register(provider, "apache", f"http://{HOST}:{free_port()}", "/private/redirect_uri", "/")
    with apache(registered, short_folder):
        yield registered


@pytest.fixture
def tab(browser_without_camera: Browser, camera: str, provider: RunningService) -> Iterator[Tab]:
    """A tab of Eileen Collins, who is before a camera and has not logged in."""
    context = browser_without_camera.new_context()
    tab = Tab.open(context, provider.url.replace("127.0.0.1", "localhost"))
    tab.expected = {404, 422}
    tab.others = {f"http://{HOST}:"}
    tab.page.add_init_script(camera)
    yield tab
    context.close()
    assert tab.complaints == []


@pytest.fixture
def passkey(tab: Tab) -> None:
    """Adds a passkey to the account; the tab's device answers whenever it is asked for."""
    VirtualAuthenticator.of(tab.page)
    log_in_by_password(tab)
    rows = tab.account.locator(".passkeys li")
    before = rows.count()
    tab.press("Add a passkey")
    expect(rows).to_have_count(before + 1)


def test_a_client_logs_a_person_in_steps_up_refreshes_and_logs_out(application: Registered, tab: Tab) -> None:
    begin(tab, application.url, acr_values=FACE)
    log_in(tab)
    first = said(tab)
    assert (first["claims"]["acr"], first["claims"]["amr"]) == (FACE, ["face"])
    assert (first["userinfo"]["name"], first["userinfo"]["sub"]) == (NAME, first["claims"]["sub"])

    begin(tab, application.url, claims=required(CHALLENGED))
    log_in(tab)
    challenged = said(tab)["claims"]
    assert (challenged["acr"], challenged["sub"]) == (CHALLENGED, first["claims"]["sub"])
    assert challenged["auth_time"] > first["claims"]["auth_time"]

    tab.page.goto(f"{application.url}/refresh")
    refreshed = said(tab)["claims"]
    assert refreshed["iat"] >= challenged["iat"]
    assert [refreshed[name] for name in ("sub", "acr", "auth_time")] == [
        challenged[name] for name in ("sub", "acr", "auth_time")
    ]

    tab.page.goto(f"{application.url}/logout")
    arrive(tab)
    assert (tab.page.url, said(tab)) == (f"{application.url}/", {})
    begin(tab, application.url, prompt="none")
    assert said(tab) == {"error": "login_required"}
    tab.page.goto(f"{application.url}/refresh")
    assert said(tab) == {"error": "invalid_grant"}


def test_a_client_hears_that_a_level_is_out_of_reach(application: Registered, tab: Tab) -> None:
    begin(tab, application.url, claims=required("urn:example:nobody"))
    assert said(tab) == {"error": "unmet_authentication_requirements"}


@needs_apache
def test_apache_protects_pages(protected: Registered, tab: Tab) -> None:
    private = f"{protected.url}/private"
    tab.page.goto(f"{private}/")
    log_in(tab)
    assert tab.page.locator("pre").inner_text() == "/private"
    first = _what_apache_knows(tab, private)
    assert first["id_token"]["acr"] == "urn:visage:face:passive"
    assert first["userinfo"]["name"] == NAME

    tab.page.goto(f"{private}/admin/")
    log_in(tab)
    assert tab.page.locator("pre").inner_text() == "/private/admin"
    challenged = _what_apache_knows(tab, private)
    assert (challenged["id_token"]["acr"], challenged["id_token"]["sub"]) == (CHALLENGED, first["id_token"]["sub"])

    tab.page.goto(f"{private}/redirect_uri?refresh={private}/&access_token={challenged['access_token']}")
    assert tab.page.url == f"{private}/"
    refreshed = _what_apache_knows(tab, private)
    assert refreshed["refresh_token"] != challenged["refresh_token"]
    assert refreshed["access_token"] != challenged["access_token"]

    tab.page.goto(f"{private}/redirect_uri?logout={protected.url}/")
    arrive(tab)
    assert tab.page.url == f"{protected.url}/"
    tab.page.goto(f"{private}/")
    tab.step("login")


def test_a_client_steps_up_from_a_face_to_a_passkey(application: Registered, tab: Tab, passkey: None) -> None:
    begin(tab, application.url, acr_values=FACE)
    log_in(tab)
    begin(tab, application.url, claims=required(WITH_PASSKEY))
    log_in(tab)
    claims = said(tab)["claims"]
    assert (claims["acr"], claims["amr"]) == (WITH_PASSKEY, ["face", "hwk"])


@needs_apache
def test_apache_steps_up_from_a_face_to_a_passkey(protected: Registered, tab: Tab, passkey: None) -> None:
    private = f"{protected.url}/private"
    tab.page.goto(f"{private}/")
    log_in(tab)
    tab.page.goto(f"{private}/vault/")
    log_in(tab)
    assert tab.page.locator("pre").inner_text() == "/private/vault"
    assert _what_apache_knows(tab, private)["id_token"]["acr"] == WITH_PASSKEY


def test_another_client_continues_the_login(application: Registered, beside: Registered, tab: Tab) -> None:
    begin(tab, application.url)
    log_in(tab)
    begin(tab, beside.url, prompt="none")
    assert said(tab)["userinfo"]["name"] == NAME


@needs_apache
def test_apache_takes_an_error_for_a_login_that_the_provider_begins(protected: Registered, tab: Tab) -> None:
    """The module, version 2.4.12, does so for every error with ``iss`` (RFC 9207)."""
    private = f"{protected.url}/private"
    tab.expected.add(500)
    tab.page.goto(f"{private}/")
    log_in(tab)
    tab.page.goto(f"{private}/nobody/")
    tab.page.wait_for_url("**error=unmet_authentication_requirements**")
    assert "target_link_uri" in tab.page.content()


def _what_apache_knows(tab: Tab, private: str) -> dict[str, dict[str, str]]:
    """Returns the tokens and claims that the module keeps."""
    tab.page.goto(f"{private}/redirect_uri?info=json")
    known: dict[str, dict[str, str]] = said(tab)
    return known
