"""Steps of a user on the account page."""

import json
from typing import Any

from playwright.sync_api import Locator

from tests.browser.people import Person, data_urls
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import Tab
from tests.turned_heads import encode_jpeg

CALL = """
async ([path, body]) => {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return answer.json()
}
"""
REMEMBER = "localStorage.setItem('visage-session', '1')"
"""What an element stores after a login."""


def log_in_by_password(tab: Tab, username: str = "eileen", password: str = PASSWORD) -> None:
    """Logs in as the login page does, and opens the account page."""
    _log_in(tab, "/user/login", {"username": username, "password": password})


def log_in_by_face(tab: Tab, person: Person) -> None:
    """Logs in as the login page does, and opens the account page."""
    _log_in(tab, "/user/facial/recognize", {"image": _picture(person)})


def recognized(tab: Tab, person: Person) -> bool:
    """Whether the service recognises a face."""
    return bool(tab.page.evaluate(CALL, ["/user/facial/recognize", {"image": _picture(person)}])["status"] == "matched")


def accepted(tab: Tab, password: str, username: str = "eileen") -> bool:
    """Whether a password is accepted."""
    return "access_token" in tab.page.evaluate(CALL, ["/user/login", {"username": username, "password": password}])


def dialog(tab: Tab) -> Locator:
    """Returns the open dialog."""
    return tab.page.get_by_role("dialog")


def give_password(tab: Tab, password: str = PASSWORD) -> None:
    """Enters the password when the page asks for it again."""
    dialog(tab).get_by_label("Password", exact=True).fill(password)
    dialog(tab).get_by_role("button", name="Continue").click()


def refusal(code: str, status: int) -> dict[str, Any]:
    """Returns an error of the service, as ``Route.fulfill`` takes it."""
    body = {"error": {"code": code, "message": code, "details": {}}, "request_id": "1"}
    return {"status": status, "body": json.dumps(body), "headers": {"Content-Type": "application/json"}}


def pictures(tab: Tab) -> Locator:
    """Returns the stored pictures on the page."""
    return tab.account.get_by_role("img", name="Stored picture")


def _log_in(tab: Tab, path: str, body: dict[str, str]) -> None:
    tab.go("/")
    assert "access_token" in tab.page.evaluate(CALL, [path, body])
    tab.page.evaluate(REMEMBER)
    tab.go("/account")
    tab.step("account")


def _picture(person: Person) -> str:
    return data_urls([encode_jpeg(person.front)])[0]
