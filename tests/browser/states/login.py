"""The states of the login page."""

from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import expect

from tests.browser.states.scene import ME, TOKENS, USER, Scene
from tests.browser.tab import CAMERA_FAILS, CAMERA_HANGS, INSECURE, UNSUPPORTED

EILEENS_DEVICE = """
localStorage.setItem('visage-person', JSON.stringify({ username: 'eileen', name: 'Eileen Collins' }))
"""
"""The user asked to be remembered on this device."""

HINTS = ("no_face", "several_faces", "face_too_small", "face_too_dark", "face_covered", "turn_left", "look_up")
PROMPTS = ("turn_right", "look_up", "move_closer", "blink")


def _open(scene: Scene, step: str) -> None:
    scene.tab.go("/login")
    scene.tab.step(step)


def _see(scene: Scene, hint: str) -> None:
    scene.see(hint)
    _open(scene, "live")
    expect(scene.tab.login.locator(".caption")).not_to_have_text("")
    scene.tab.hint(hint)


def _good(scene: Scene) -> None:
    _open(scene, "live")
    scene.tab.page.evaluate("document.querySelector('visage-login').stop()")
    scene.tab.step("idle")
    scene.tab.login.evaluate("element => { element.viewfinder.controls.byHand = true; return element.start() }")
    scene.tab.hint("hold_still")


def _starting(scene: Scene) -> None:
    scene.before(CAMERA_HANGS)
    _open(scene, "starting")


def _silent(scene: Scene) -> None:
    scene.cut("/user/facial/inspect")
    _open(scene, "live")
    scene.tab.hint("silent")


def _prompt(scene: Scene, prompt: str) -> None:
    scene.ask_for(prompt)
    if prompt == "blink":
        scene.hang("/user/facial/recognize")
    _open(scene, "challenge")
    scene.tab.hint(prompt)


def _challenge_failed(scene: Scene) -> None:
    scene.ask_for("turn_left")
    scene.see_movements()
    scene.refuse("/user/facial/recognize", 422, "liveness_failed", {"reasons": ["not_live"]})
    _open(scene, "error")


def _too_many(scene: Scene) -> None:
    scene.refuse("/user/facial/recognize", 429, "too_many_requests", **{"Retry-After": "90"})
    _open(scene, "error")


def _checking(scene: Scene) -> None:
    scene.hang("/user/facial/recognize")
    _open(scene, "checking")


def _match(scene: Scene, step: str) -> None:
    scene.match()
    if step == "matched":
        scene.before("addEventListener('visage-success', event => event.preventDefault())")
    _open(scene, step)


def _remembered(scene: Scene, step: str) -> None:
    scene.before(EILEENS_DEVICE)
    if step == "live":
        scene.see("no_face")
    _open(scene, step)


def _refused_picture(scene: Scene) -> None:
    scene.refuse("/user/facial/recognize", 422, "face_blurred", {"reasons": ["face_blurred"]})
    _open(scene, "hint")


def _error(scene: Scene) -> None:
    scene.refuse("/user/facial/recognize", 500, "internal")
    _open(scene, "error")


def _busy(scene: Scene) -> None:
    scene.refuse("/user/facial/recognize", 503, "busy", **{"Retry-After": "90"})
    _open(scene, "error")


def _password(scene: Scene) -> None:
    scene.see("no_face")
    _open(scene, "live")
    scene.tab.press("Use password instead")
    scene.tab.step("password")


def _wrong_password(scene: Scene) -> None:
    scene.refuse("/user/login", 401, "wrong_credentials")
    _password(scene)
    scene.tab.fill("User name", "eileen")
    scene.tab.fill("Password", "not the password")
    scene.tab.press("Log in")
    expect(scene.tab.page.get_by_role("alert")).not_to_be_empty()


def _empty_password(scene: Scene) -> None:
    _password(scene)
    scene.tab.press("Log in")


def _outdated(scene: Scene) -> None:
    user = {**USER, "face": "outdated"}
    scene.answer("/user/login", {**TOKENS, "user": user})
    scene.answer("/user/me", {**ME, "user": user, "amr": ["pwd"]})
    _password(scene)
    scene.tab.fill("User name", "eileen")
    scene.tab.fill("Password", "to the stars and back")
    scene.tab.press("Log in")
    scene.tab.step("welcome")


def _logged_out(scene: Scene) -> None:
    _match(scene, "welcome")
    scene.tab.press("Log out")
    scene.tab.step("idle")


def _passkey(scene: Scene) -> None:
    scene.see("no_face")
    scene.offer_passkeys()
    _open(scene, "live")
    scene.tab.press("Use a passkey")
    scene.tab.login.get_by_role("alert").wait_for()


def _password_or_passkey(scene: Scene) -> None:
    scene.offer_passkeys()
    _password(scene)
    scene.tab.login.get_by_role("button").filter(visible=True).nth(2).wait_for()


def _passkey_too(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.match(requires="urn:visage:face+passkey")
    _open(scene, "passkey")
    scene.tab.login.get_by_role("alert").wait_for()


def _more(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.answer("/user/login", {**TOKENS, "requires": "urn:visage:face+passkey"})
    _password(scene)
    scene.tab.fill("User name", "eileen")
    scene.tab.fill("Password", "to the stars and back")
    scene.tab.press("Log in")
    scene.tab.step("more")


def _trouble(scene: Scene, script: str) -> None:
    scene.before(script)
    _open(scene, "password")


STATES: Mapping[str, Callable[[Scene], None]] = {
    "starting": _starting,
    **{f"hint-{hint}": partial(_see, hint=hint) for hint in HINTS},
    "hint-hold_still": _good,
    "silent": _silent,
    **{f"challenge-{prompt}": partial(_prompt, prompt=prompt) for prompt in PROMPTS},
    "challenge-failed": _challenge_failed,
    "checking": _checking,
    "matched": partial(_match, step="matched"),
    "welcome": partial(_match, step="welcome"),
    "welcome-outdated": _outdated,
    "logged-out": _logged_out,
    "unknown": partial(_open, step="unknown"),
    "remembered": partial(_remembered, step="live"),
    "remembered-unknown": partial(_remembered, step="unknown"),
    "picture-refused": _refused_picture,
    "error": _error,
    "busy": _busy,
    "too-many": _too_many,
    "password": _password,
    "password-wrong": _wrong_password,
    "password-empty": _empty_password,
    "password-or-passkey": _password_or_passkey,
    "passkey": _passkey,
    "passkey-too": _passkey_too,
    "more": _more,
    "camera-refused": partial(_trouble, script=CAMERA_FAILS % "NotAllowedError"),
    "camera-missing": partial(_trouble, script=CAMERA_FAILS % "NotFoundError"),
    "camera-in-use": partial(_trouble, script=CAMERA_FAILS % "NotReadableError"),
    "camera-insecure": partial(_trouble, script=INSECURE),
    "camera-unsupported": partial(_trouble, script=UNSUPPORTED),
}
