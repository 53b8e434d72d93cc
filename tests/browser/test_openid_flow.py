"""Users log in to an application with the real service: by face, with consent, and out again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect

from service.audit.audit import Audit
from service.openid.clients import SCOPES, Client, Clients
from tests.browser.elsewhere import Elsewhere
from tests.browser.people import Person
from tests.browser.sign_up_flow import NAME, PASSWORD
from tests.browser.tab import Tab
from tests.browser.test_passkeys import add, at_localhost
from tests.browser.virtual_authenticator import VirtualAuthenticator
from tests.camera_film import CameraFilm, empty_room
from tests.http.openid.client import CHALLENGE, VERIFIER
from tests.running_service import RunningService

WIKI, SHOP = "wiki", "shop"
"""An application of one's own, and one of others."""


@dataclass(frozen=True)
class Application:
    """An application at another origin, and the visitor's tab.

    Attributes:
        url: of the application, without a slash at the end.
    """

    tab: Tab
    url: str

    def address(self, client_id: str = WIKI, **changes: str) -> str:
        """The address of an authorization request, relative to the service."""
        values = {
            "client_id": client_id,
            "response_type": "code",
            "redirect_uri": f"{self.url}/callback",
            "scope": "openid profile email",
            "state": "the state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return f"/authorize?{urlencode(values)}"

    def send(self, client_id: str = WIKI, **changes: str) -> None:
        """Sends the visitor to log in."""
        self.tab.go(self.address(client_id, **changes))

    def answer(self) -> dict[str, str]:
        """Waits until the visitor is back, and returns what the service tells the application."""
        self.tab.page.wait_for_url(f"{self.url}/callback?*")
        return dict(parse_qsl(urlsplit(self.tab.page.url).query))

    def id_token(self, code: str) -> str:
        """Exchanges a code."""
        form = {
            "grant_type": "authorization_code",
            "client_id": WIKI,
            "code": code,
            "redirect_uri": f"{self.url}/callback",
            "code_verifier": VERIFIER,
        }
        token: str = self.tab.page.request.post(f"{self.tab.url}/openid/token", form=form).json()["id_token"]
        return token


def arrived() -> Flask:
    """The application: its pages say where the visitor is."""
    app = Flask("application")
    app.add_url_rule("/callback", view_func=lambda: "Arrived", endpoint="callback")
    app.add_url_rule("/goodbye", view_func=lambda: "Goodbye", endpoint="goodbye")
    app.add_url_rule("/favicon.ico", view_func=lambda: "", endpoint="icon")
    return app


@pytest.fixture
def application(tab: Tab, service: RunningService, elsewhere: Elsewhere) -> Iterator[Application]:
    """Two registered applications at one address."""
    elsewhere.application = arrived()
    tab.others.add(elsewhere.url)
    common: dict[str, Any] = {
        "secret_hash": None,
        "redirect_uris": [f"{elsewhere.url}/callback"],
        "logout_uris": [f"{elsewhere.url}/goodbye"],
        "scopes": SCOPES,
        "logo": None,
        "algorithm": "RS256",
        "required": None,
    }
    clients = Clients(Audit())
    with service.database() as database:
        with database.unit_of_work() as work:
            clients.add(work, Client(client_id=WIKI, name="The Wiki", third_party=False, **common), public=True)
            clients.add(work, Client(client_id=SHOP, name="The Shop", third_party=True, **common), public=False)
        yield Application(tab, elsewhere.url)
        with database.unit_of_work() as work:
            for client_id in (WIKI, SHOP):
                clients.remove(work, client_id)


def steps_up(application: Application) -> None:
    """Sends the visitor to log in with a face and a passkey, and nothing less."""
    level = {"id_token": {"acr": {"essential": True, "values": ["urn:visage:face+passkey"]}}}
    application.send(claims=json.dumps(level))


def log_in_by_password(tab: Tab) -> None:
    tab.authorize.locator("visage-login[step=live]").wait_for()
    tab.press("Use password instead")
    tab.fill("User name", "eileen")
    tab.fill("Password", PASSWORD)
    tab.press("Log in")


def test_a_user_logs_in_to_an_application_by_face(application: Application, film: CameraFilm, eileen: Person) -> None:
    film.show([eileen.front])
    application.send()
    answer = application.answer()
    assert answer["state"] == "the state"
    assert len(answer["code"]) > 20
    assert answer["iss"]


@pytest.mark.usefixtures("eileen", "film")
def test_a_login_counts_at_every_application_until_one_asks_for_another(application: Application) -> None:
    application.send()
    log_in_by_password(application.tab)
    assert "code" in application.answer()
    application.send()
    assert "code" in application.answer()
    application.send(prompt="login")
    expect(application.tab.step("login").get_by_role("heading", level=1)).to_have_text("Log in to The Wiki")
    log_in_by_password(application.tab)
    assert "code" in application.answer()


@pytest.mark.usefixtures("eileen", "film")
def test_an_application_of_others_gets_a_code_after_consent_and_asks_once(application: Application) -> None:
    application.send(SHOP)
    log_in_by_password(application.tab)
    expect(application.tab.step("consent")).to_contain_text(f"The Shop wants to log you in as {NAME}")
    application.tab.press("Allow")
    assert "code" in application.answer()
    application.send(SHOP)
    assert "code" in application.answer()


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "film")
def test_a_user_who_refuses_is_sent_back_without_a_code(application: Application) -> None:
    application.send(SHOP)
    log_in_by_password(application.tab)
    application.tab.step("consent")
    application.tab.press("Refuse")
    answer = application.answer()
    assert (answer["error"], answer["state"]) == ("access_denied", "the state")
    assert "code" not in answer


@pytest.mark.usefixtures("film")
def test_a_user_who_turns_back_is_sent_back_without_a_code(application: Application) -> None:
    application.send()
    application.tab.press("Back to The Wiki")
    assert application.answer()["error"] == "access_denied"


def test_a_wrong_redirect_address_gets_nothing_and_the_page_says_so(application: Application) -> None:
    application.tab.expected.add(400)
    application.send(redirect_uri=f"{application.url}/elsewhere")
    expect(application.tab.step("refused")).to_contain_text("an address that is not registered")
    assert application.tab.page.url.startswith(f"{application.tab.url}/authorize?")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "film")
def test_a_level_that_the_login_does_not_reach_is_asked_for_again(application: Application) -> None:
    """The first login is by password, and the service has no passkey of the user that could complete it."""
    application.send()
    log_in_by_password(application.tab)
    application.answer()
    application.send(acr_values="urn:visage:face")
    assert application.tab.step("login").locator("visage-login").get_attribute("acr") == "urn:visage:face"


@pytest.mark.slow
def test_a_passkey_follows_the_face_where_the_application_insists(
    application: Application, film: CameraFilm, eileen: Person
) -> None:
    tab = at_localhost(application.tab, application.tab.url)
    VirtualAuthenticator.of(tab.page)
    add(tab)
    application.send()
    tab.press("Use a passkey")
    application.answer()
    film.show([eileen.front])
    steps_up(application)
    assert "code" in application.answer()


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "film")
def test_a_login_that_is_not_enough_is_reported(application: Application) -> None:
    """The page offers no such way; an earlier version of it might have."""
    application.send(prompt="login")
    log_in_by_password(application.tab)
    application.answer()
    steps_up(application)
    resume = application.tab.page.evaluate(
        "fetch('openid/interaction' + location.search).then(answer => answer.json()).then(({ resume }) => resume)"
    )
    application.tab.go(f"/{resume}")
    expect(application.tab.step("login")).to_contain_text("That login is not enough for The Wiki.")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "film")
def test_a_tab_that_was_left_open_goes_on_with_the_login_of_the_other(application: Application) -> None:
    application.send(SHOP)
    other = application.tab.beside()
    other.go(application.address(SHOP))
    log_in_by_password(application.tab)
    application.tab.step("consent")
    log_in_by_password(other)
    other.step("consent")
    application.tab.press("Allow")
    assert "code" in application.answer()
    other.press("Allow")
    other.page.wait_for_url(f"{application.url}/callback?*code=*")


def test_an_application_logs_its_user_out_everywhere(
    application: Application, film: CameraFilm, eileen: Person
) -> None:
    film.show([eileen.front])
    application.send()
    hint = application.id_token(application.answer()["code"])
    query = urlencode({"id_token_hint": hint, "post_logout_redirect_uri": f"{application.url}/goodbye"})
    application.tab.go(f"/logout?{query}")
    application.tab.page.wait_for_url(f"{application.url}/goodbye*")
    film.show([empty_room()])
    application.send()
    application.tab.step("login")
    application.tab.expected.add(401)  # the page asks whether its session goes on
    application.tab.go("/login")
    application.tab.step("live")


@pytest.mark.slow
@pytest.mark.usefixtures("eileen", "film")
def test_a_user_who_is_asked_first_logs_out(application: Application) -> None:
    application.send()
    log_in_by_password(application.tab)
    application.answer()
    application.tab.go("/logout")
    application.tab.step("ask")
    application.tab.press("Log out")
    expect(application.tab.step("done")).to_contain_text("You are logged out")
    expect(application.tab.page.get_by_role("link", name="Log in")).to_have_attribute("href", "login")
