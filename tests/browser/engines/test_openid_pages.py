"""The OpenID provider's pages in Firefox and WebKit. The service's page ``/reset`` stands for an application."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from service.audit.audit import Audit
from service.openid.clients import SCOPES, Client, Clients
from tests.browser.engines.camera_site import CameraSite
from tests.browser.engines.window import Window
from tests.browser.people import Person
from tests.browser.sign_up_flow import NAME, PASSWORD
from tests.http.openid.client import CHALLENGE
from tests.nginx import needs_nginx
from tests.running_service import RunningService

pytestmark = [pytest.mark.slow, needs_nginx]

SHOP = "shop"


@pytest.fixture
def request_path(site: CameraSite, service: RunningService) -> Iterator[str]:
    """The address of an authorization request by an application of others."""
    callback = f"{site.url}/reset"
    shop = Client(
        client_id=SHOP,
        name="The Shop",
        secret_hash=None,
        redirect_uris=[callback],
        logout_uris=[],
        scopes=SCOPES,
        third_party=True,
        logo=None,
        algorithm="RS256",
        required=None,
    )
    with service.database() as database:
        with database.unit_of_work() as work:
            Clients(Audit()).add(work, shop, public=True)
        values = {
            "client_id": SHOP,
            "response_type": "code",
            "redirect_uri": callback,
            "scope": "openid profile",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        yield f"/authorize?{urlencode(values)}"
        with database.unit_of_work() as work:
            Clients(Audit()).remove(work, SHOP)


def arrives(window: Window) -> bool:
    """Waits until the browser is at the application; returns whether it brings a code."""
    window.see("visage-reset")
    return bool(window.driver.value_of("new URLSearchParams(location.search).has('code')"))


def test_a_user_logs_in_by_face_consents_and_logs_out(
    window: Window, site: CameraSite, request_path: str, eileen: Person
) -> None:
    site.film.show([eileen.front])
    window.go(request_path)
    window.step("consent")
    window.read(f"The Shop wants to log you in as {NAME}")
    window.keep_picture("consent")
    window.press("Allow")
    assert arrives(window)
    window.go("/logout")
    window.read("Log out?")
    window.keep_picture("logout")
    window.press("Log out")
    window.read("You are logged out")


@pytest.mark.usefixtures("eileen")
def test_where_the_camera_is_refused_the_password_leads_to_the_application(
    window_without_permission: Window, request_path: str
) -> None:
    window = window_without_permission
    window.go(request_path)
    window.read("This page may not use the camera yet.")
    window.fill("User name", "eileen")
    window.fill("Password", PASSWORD)
    window.press("Log in")
    window.step("consent")
    window.press("Refuse")
    assert not arrives(window)
