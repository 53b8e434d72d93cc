"""Operators of a running service, and their browsers."""

import json
import urllib.request
from http.client import HTTPMessage
from typing import Any

from service.audit.audit import Audit
from service.console.operators import Operators
from tests.authenticator import Authenticator
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import Tab
from tests.running_service import RunningService

USERNAME = "eileen"


def make_operator(service: RunningService, username: str = USERNAME) -> None:
    """Makes a user an operator, as the command does."""
    with service.database() as database, database.unit_of_work() as work:
        Operators(Audit()).add(work, username)


def open_console(service: RunningService, tab: Tab, view: str = "", username: str = USERNAME) -> None:
    """Opens the console in a tab, after two logins by the calls of the API."""
    tab.page.context.add_cookies(
        [{"name": "visage_console", "value": session_secret(service, tab.url, username), "url": tab.url}]
    )
    tab.go(f"/console#{view}")
    tab.page.get_by_role("button", name="Leave").wait_for()


def session_secret(service: RunningService, url: str, username: str = USERNAME) -> str:
    """Makes a user with a new passkey an operator, and opens the console; returns the secret of the session's cookie.

    ``url`` must name the service ``localhost``, to which passkeys are bound.
    """
    device = Authenticator(origin=url)
    first = add_passkey(url, device, username)
    make_operator(service, username)
    options = _call(url, "/user/passkeys/login/options", None)[0]["public_key"]
    second = _call(url, "/user/passkeys/login", {"credential": device.get(options)})[0]["access_token"]
    headers = _call(url, "/console/session", {"second_token": second}, first)[1]
    (cookie,) = (one for one in headers.get_all("Set-Cookie", []) if one.startswith("visage_console="))
    return cookie.partition(";")[0].partition("=")[2]


def add_passkey(url: str, device: Authenticator, username: str = USERNAME) -> str:
    """Adds a passkey of a device to a user; returns the access token of the login by password before it."""
    token: str = _call(url, "/user/login", {"username": username, "password": PASSWORD})[0]["access_token"]
    options = _call(url, "/user/passkeys/options", None, token)[0]["public_key"]
    _call(url, "/user/passkeys", {"credential": device.create(options)}, token)
    return token


def _call(url: str, path: str, body: Any, token: str | None = None) -> tuple[Any, HTTPMessage]:
    headers = {"Content-Type": "application/json", "Origin": url}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response), response.headers
