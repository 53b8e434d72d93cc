"""The operators' console in Firefox and WebKit."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.authenticator import RS256, Authenticator, encoded
from tests.browser.console.filled import add_client, add_dispute, add_people
from tests.browser.console.made_gallery import forget, make_gallery
from tests.browser.console.operator import add_passkey, make_operator
from tests.browser.engines.camera_site import CameraSite
from tests.browser.engines.conftest import OpenWindow
from tests.browser.engines.window import Window
from tests.browser.people import Person
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import PHONE
from tests.made_history import fill
from tests.nginx import needs_nginx
from tests.running_service import RunningService

pytestmark = [pytest.mark.slow, needs_nginx]

PASSKEY = Path(__file__).with_name("passkey.js").read_text()

SHOWN = {
    "Overview": "figure.plot canvas",
    "Trust": "figure.plot canvas",
    "Index": ".figures",
    "People": "main table",
    "Disputes": "article",
    "Audit": "main table",
    "Keys and clients": "main table",
}
"""The views by their titles, and something that each shows."""


@pytest.fixture
def address(site: CameraSite, service: RunningService, eileen: Person) -> Iterator[str]:
    """The address of a service with data, whose pages have the passkey of a new operator."""
    device = Authenticator(origin=service.issuer, algorithm=RS256, count=None)
    add_passkey(service.issuer, device)
    make_operator(service)
    site.run_first(_passkey(device))
    add_dispute(service, add_people(service))
    add_client(service)
    with service.database() as database:
        make_gallery(database)
        fill(database, datetime.now(UTC))
        yield site.url.replace("127.0.0.1", "localhost")  # to which passkeys are bound
        forget(database)


def log_in(window: Window) -> None:
    window.go("/console")
    window.fill("User name", "eileen")
    window.fill("Password", PASSWORD)
    window.press("Continue")
    window.press("Use a passkey")
    opened(window, "Overview")


def opened(window: Window, title: str) -> None:
    """Waits until a view shows what it is for."""
    window.see(f"nav a[aria-current][href='#{title.partition(' ')[0].lower()}']")
    window.see(f"main:not([aria-busy]) {SHOWN[title].removeprefix('main ')}")


def test_an_operator_logs_in_looks_at_everything_and_leaves(open_window: OpenWindow, address: str) -> None:
    window = open_window(address)
    log_in(window)
    window.read("Unusual")
    for title in SHOWN:
        window.follow(title)
        opened(window, title)
        assert not window.shows(".problem button"), title
        window.keep_picture(f"console-{title.partition(' ')[0].lower()}")
    window.press("Leave")
    window.read("You have left the console.")
    window.go("/console#people")
    window.read("For operators alone.")


def test_an_operator_ends_sessions_and_erases_an_account(open_window: OpenWindow, address: str) -> None:
    window = open_window(address)
    log_in(window)
    window.follow("People")
    window.fill("Search", "lovelace")
    window.press("Search")
    window.follow("ada")
    window.press("Log out everywhere")
    window.see("dialog:modal")
    window.keep_picture("console-dialog")
    window.press("Cancel")
    assert not window.shows("dialog")
    window.press("Log out everywhere")
    window.press("Log out")
    window.read("Logged out by an operator")  # among the events: the buttons are new now
    window.read("Ended: ")
    window.press("Make a password link")
    window.press("Make a link")
    window.read("This is shown once.")
    window.see("[aria-label='Withdraw the password link']")
    window.press("Erase the account")
    window.fill("Type “ada” to confirm", "Ada")
    window.press("Erase for ever")
    window.read("Type “ada” exactly.")
    window.press("Cancel")
    window.press("Erase the account")
    window.fill("Type “ada” to confirm", "ada")
    window.press("Erase for ever")
    window.read("ada is erased:")
    window.follow("All people")
    opened(window, "People")


def test_accounts_that_are_alike_are_found(open_window: OpenWindow, address: str) -> None:
    window = open_window(address)
    log_in(window)
    window.follow("Trust")
    window.press("Look for accounts that are alike")
    window.see(".alike table")
    window.read("ada-again")


def test_every_view_fits_a_phone(open_window: OpenWindow, address: str) -> None:
    window = open_window(address, size=PHONE)
    window.go("/console")
    window.see("form")
    assert window.fits()
    log_in(window)
    for title in SHOWN:
        window.follow(title)
        opened(window, title)
        assert window.fits(), title
        window.keep_picture(f"console-phone-{title.partition(' ')[0].lower()}")


def _passkey(device: Authenticator) -> str:
    """Returns the script that gives a page the passkey of a device."""
    (credential,) = device.credentials
    key = credential.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    values = {"id": credential.credential_id, "userHandle": credential.user_handle, "key": key}
    return PASSKEY.replace("PASSKEY", json.dumps({name: encoded(value) for name, value in values.items()}), 1)
