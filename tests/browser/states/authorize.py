"""The states of the page of an authorization request."""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from playwright.sync_api import expect

import web
from tests.browser.states.scene import Scene
from tests.browser.tab import CAMERA_FAILS

INTERACTION = "/openid/interaction*"
SESSION = "/openid/session"
DECISION = "/openid/decision"
QUERY = "?client_id=grafana&scope=openid"
NO_COOKIES = "Object.defineProperty(navigator, 'cookieEnabled', { value: false })"
SCOPES = ("openid", "profile", "email", "face", "offline_access")

LOGO = base64.b64encode((web.FOLDER / "images" / "visage.svg").read_bytes()).decode()
"""Any picture."""

ASKED: Mapping[str, Any] = {
    "step": "login",
    "application": {"name": "Grafana", "logo": f"data:image/svg+xml;base64,{LOGO}", "third_party": False},
    "resume": f"authorize{QUERY}&asked=1",
    "ways": ["face", "passkey", "password"],
    "acr": None,
    "hint": None,
    "user": None,
    "scopes": [],
}
"""The answer about a login at an application."""


def ask(scene: Scene, query: str = QUERY, **changes: Any) -> None:
    """Opens the page of a request, about which the service says this."""
    scene.tab.expected.add(400)  # the real service does not know the application
    scene.answer(INTERACTION, {**ASKED, **changes})
    scene.tab.go(f"/authorize{query}")


def ask_for_login(scene: Scene, step: str = "live", **changes: Any) -> None:
    """Opens the page of a request for which the user has to log in."""
    ask(scene, **changes)
    scene.tab.authorize.locator(f"visage-login[step={step}]").wait_for()


def ask_for_consent(scene: Scene, **changes: Any) -> None:
    """Opens the page of a request to which the user has to consent."""
    ask(scene, **{"step": "consent", "user": "Eileen Collins", "scopes": SCOPES, **changes})
    scene.tab.step("consent")


def refuse(scene: Scene, error: str, description: str, back: str | None = None) -> None:
    """Opens the page of a request that is not right."""
    scene.tab.expected.add(400)
    more = {} if back is None else {"back": back}
    scene.answer(INTERACTION, {"error": error, "error_description": description, **more})
    scene.tab.go(f"/authorize{QUERY}")
    scene.tab.step("refused")


def _unmoved(scene: Scene, **changes: Any) -> None:
    scene.see("no_face")
    ask_for_login(scene, **changes)


def _no_logo(scene: Scene) -> None:
    name = "Workforce Management and Time Recording of the Municipal Utilities"
    _unmoved(scene, application={"name": name, "logo": None, "third_party": True})


def _challenge(scene: Scene) -> None:
    scene.check_passively()
    scene.ask_for("turn_right")
    scene.answer("/user/facial/options", {"liveness": "passive", "signup": "open"})
    ask_for_login(scene, "challenge", acr="urn:visage:face:challenge", ways=["face"])
    scene.tab.hint("turn_right")


def _password(scene: Scene) -> None:
    ask_for_login(scene, "password", ways=["password", "face"], hint="eileen")
    expect(scene.tab.page.locator("[name=username]")).to_have_value("eileen")


def _passkey_too(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.match()
    ask_for_login(scene, "passkey", acr="urn:visage:face+passkey", ways=["face"])
    scene.tab.login.get_by_role("alert").wait_for()


def _face_alone(scene: Scene) -> None:
    scene.before(CAMERA_FAILS % "NotAllowedError")
    ask_for_login(scene, "error", ways=["face"])


def _not_enough(scene: Scene) -> None:
    scene.see("no_face")
    ask_for_login(scene, query=f"{QUERY}&asked=1")


def _no_cookies(scene: Scene) -> None:
    scene.before(NO_COOKIES)
    _unmoved(scene)


def _logged_in(scene: Scene) -> None:
    scene.match()
    scene.hang(SESSION)
    ask_for_login(scene, "matched")


def _leaving(scene: Scene) -> None:
    scene.answer(DECISION, {"location": "#app"})  # as an address that opens another application
    ask_for_consent(scene)
    scene.tab.authorize.locator(".primary").click()
    scene.tab.step("leaving")


def _trouble(scene: Scene) -> None:
    scene.tab.expected.add(400)
    scene.refuse(INTERACTION, 503, "busy", **{"Retry-After": "90"})
    scene.tab.go(f"/authorize{QUERY}")
    scene.tab.step("trouble")


NOT_REGISTERED = "this redirect_uri is not registered for this client"
STATES: Mapping[str, Callable[[Scene], None]] = {
    "login": _unmoved,
    "login-no-logo": _no_logo,
    "login-challenge": _challenge,
    "login-password": _password,
    "login-passkey-too": _passkey_too,
    "login-face-alone": _face_alone,
    "login-not-enough": _not_enough,
    "login-no-cookies": _no_cookies,
    "logged-in": _logged_in,
    "consent": ask_for_consent,
    "leaving": _leaving,
    "trouble": _trouble,
    "unknown-application": partial(refuse, error="invalid_client", description="this client is not known"),
    "wrong-address": partial(refuse, error="invalid_request", description=NOT_REGISTERED),
    "wrong-request": partial(
        refuse,
        error="unsupported_response_type",
        description="response_type must be code",
        back="https://app.example.org/callback?error=unsupported_response_type",
    ),
}
