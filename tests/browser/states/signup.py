"""The states of the sign-up page."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from playwright.sync_api import expect

from tests.browser.sign_up_flow import fill_details
from tests.browser.states.scene import TOKENS, Scene
from tests.browser.tab import CAMERA_FAILS, TWO_CAMERAS

STORE = "/user/facial/store"
HINTS = ("turn_left", "turn_right", "look_up", "look_down", "look_ahead", "face_cut_off")


def _details(scene: Scene) -> None:
    scene.tab.go("/signup")
    scene.tab.step("details")
    expect(scene.tab.page.locator("#visage-signup-consent")).to_be_enabled()


def _empty(scene: Scene) -> None:
    _details(scene)
    scene.tab.press("Continue")


def _no_consent_text(scene: Scene) -> None:
    scene.cut("/user/facial/consent*")
    scene.tab.go("/signup")
    scene.tab.signup.get_by_role("alert").wait_for()


def _ready(scene: Scene) -> None:
    _details(scene)
    fill_details(scene.tab)
    scene.tab.step("ready")


def _turn_on(scene: Scene) -> None:
    _ready(scene)
    scene.tab.press("Turn on the camera")


def _see(scene: Scene, hint: str) -> None:
    scene.see(hint)
    _turn_on(scene)
    scene.tab.step("capture")
    scene.tab.hint(hint)


def _second_pose(scene: Scene) -> None:
    scene.see_in_pose("left", "turn_left")
    _turn_on(scene)
    scene.tab.hint("turn_left")


def _two_cameras(scene: Scene) -> None:
    scene.before(TWO_CAMERAS)
    _see(scene, "no_face")
    expect(scene.tab.signup.get_by_role("combobox")).to_be_visible()


def _silent(scene: Scene) -> None:
    scene.cut("/user/facial/inspect")
    _turn_on(scene)
    scene.tab.hint("silent")


def _trouble(scene: Scene) -> None:
    scene.before(CAMERA_FAILS % "NotAllowedError")
    _turn_on(scene)
    scene.tab.step("trouble")


def _review(scene: Scene) -> None:
    _turn_on(scene)
    scene.tab.step("review")


def _retake(scene: Scene) -> None:
    _review(scene)
    scene.see("turn_left")
    scene.tab.signup.locator("li[data-pose=left] button").click()
    scene.tab.hint("turn_left")


def _doubt(scene: Scene) -> None:
    _review(scene)
    scene.tab.press("This does not look right")
    scene.tab.step("doubt")


def _send(scene: Scene) -> None:
    _review(scene)
    scene.tab.press("Create account")


def _sending(scene: Scene) -> None:
    scene.hang(STORE)
    _send(scene)
    scene.tab.step("sending")


def _refused(scene: Scene, status: int, code: str, details: Mapping[str, Any] | None = None) -> None:
    scene.refuse(STORE, status, code, details)
    _send(scene)
    scene.tab.page.get_by_role("alert").or_(scene.tab.page.locator("[aria-invalid=true]")).first.wait_for()


def _challenge(scene: Scene) -> None:
    scene.ask_for("turn_left")
    _send(scene)
    scene.tab.step("challenge")
    scene.tab.hint("turn_left")


def _challenge_failed(scene: Scene) -> None:
    scene.ask_for("turn_left")
    scene.see_movements()
    scene.refuse(STORE, 422, "liveness_failed", {"reasons": ["prompt_not_performed"]})
    _send(scene)
    scene.tab.signup.get_by_role("alert").wait_for()


def _uninvited(scene: Scene) -> None:
    scene.answer("/user/facial/options", {"liveness": "off", "signup": "invite"})
    scene.tab.go("/signup")
    scene.tab.step("invitation")


def _done(scene: Scene, left_out: list[dict[str, Any]]) -> None:
    scene.answer(STORE, {"status": "stored", "facial_data": {"left_out": left_out}, **TOKENS}, 201)
    _send(scene)
    scene.tab.step("done")


def _passkey_offered(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.refuse("/user/passkeys/options", 503, "busy")
    _done(scene, [])
    scene.tab.signup.locator(".offer button").click()
    scene.tab.signup.get_by_role("alert").wait_for()


MARKED = [{"index": 1, "reasons": ["face_blurred"]}, {"index": 3, "reasons": ["no_face"]}]
STATES: Mapping[str, Callable[[Scene], None]] = {
    "details": _details,
    "details-empty": _empty,
    "uninvited": _uninvited,
    "details-no-consent-text": _no_consent_text,
    "ready": _ready,
    **{f"hint-{hint}": partial(_see, hint=hint) for hint in HINTS},
    "second-pose": _second_pose,
    "two-cameras": _two_cameras,
    "silent": _silent,
    "trouble": _trouble,
    "review": _review,
    "retake": _retake,
    "doubt": _doubt,
    "challenge": _challenge,
    "challenge-failed": _challenge_failed,
    "sending": _sending,
    "pictures-refused": partial(_refused, status=422, code="face_blurred", details={"images": MARKED}),
    "face-enrolled": partial(_refused, status=409, code="face_already_enrolled"),
    "name-taken": partial(_refused, status=409, code="username_taken"),
    "consent-outdated": partial(_refused, status=409, code="consent_outdated"),
    "invitation-invalid": partial(_refused, status=410, code="invitation_invalid"),
    "failed": partial(_refused, status=500, code="internal"),
    "done": partial(_done, left_out=[]),
    "done-passkey": _passkey_offered,
    "done-left-out": partial(_done, left_out=[{"index": 4, "reasons": ["same_pose"]}]),
}
