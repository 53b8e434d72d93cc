"""The states of the account page."""

import base64
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from playwright.sync_api import expect

from tests.browser.account_flow import REMEMBER, dialog
from tests.browser.states.scene import TOKENS, USER, Scene
from tests.turned_heads import encode_jpeg

AGES_AGO = 1_790_000_000
ME = {"user": {**USER, "email": "eileen@example.org"}, "amr": ["face"], "auth_time": AGES_AGO, "expires_at": AGES_AGO}
PASSKEYS = [
    {"id": "AAAA", "name": "Phone", "created_at": AGES_AGO, "last_used_at": AGES_AGO + 86_400},
    {
        "id": "BBBB",
        "name": "Security key in the drawer of the desk at home",
        "created_at": AGES_AGO,
        "last_used_at": None,
    },
]
STORED_AT = "2026-11-22T18:00:00+00:00"


def _open(scene: Scene, face: str = "enrolled") -> None:
    """Opens the page as a user who logged in by face a while ago."""
    scene.before(REMEMBER)
    scene.answer("/user/refresh", TOKENS)
    scene.answer("/user/me", {**ME, "user": {**ME["user"], "face": face}})
    scene.answer("/user/login", TOKENS)
    scene.answer("/user/facial", _stored(scene))
    scene.answer("/user/password", TOKENS)
    scene.tab.go("/account")
    scene.tab.step("account")


def _stored(scene: Scene) -> dict[str, Any]:
    """Returns the answer with the user's stored data."""
    turns = {"front": (1.0, 4.0), "left": (12.0, 4.0), "right": (-10.0, 3.0), "up": (1.0, 14.0), "down": (0.0, -6.0)}
    images = [
        {"name": f"{pose}.jpg", "base64": base64.b64encode(encode_jpeg(picture)).decode()}
        for pose, picture in scene.person.poses.items()
    ]
    captures = [
        {"image": f"{pose}.jpg", "pose": {"yaw": turns[pose][0], "pitch": turns[pose][1], "roll": 0.0}}
        for pose in scene.person.poses
    ]
    consent = {"version": "2026-11", "at": STORED_AT}
    return {"facial_data": {"captures": captures, "consent": consent, "enrolled_at": STORED_AT}, "images": images}


def _nobody(scene: Scene) -> None:
    scene.tab.go("/account")
    scene.tab.step("nobody")


def _trouble(scene: Scene) -> None:
    scene.before(REMEMBER)
    scene.cut("/user/refresh")
    scene.tab.go("/account")
    scene.tab.step("trouble")


def _asked(scene: Scene) -> None:
    _open(scene)
    scene.tab.account.locator(".part .primary").first.click()
    dialog(scene.tab).wait_for()


def _asked_again(scene: Scene) -> None:
    _open(scene)
    scene.refuse("/user/login", 401, "wrong_credentials")
    scene.tab.account.locator(".part .primary").first.click()
    dialog(scene.tab).locator("[type=password]").fill("not the password")
    dialog(scene.tab).locator("[type=submit]").click()
    expect(dialog(scene.tab).locator(".error")).not_to_be_empty()


def _give_password(scene: Scene) -> None:
    """From now on the user has logged in by password recently."""
    scene.answer("/user/me", {**ME, "amr": ["pwd"], "auth_time": int(time.time())})
    dialog(scene.tab).locator("[type=password]").fill("to the stars and back")
    dialog(scene.tab).locator("[type=submit]").click()


def _shown(scene: Scene) -> None:
    _asked(scene)
    _give_password(scene)
    scene.tab.account.locator(".pictures img").nth(4).wait_for()


def _vectors(scene: Scene) -> None:
    _open(scene)
    kept = _stored(scene)
    captures = [{"image": None} for _ in kept["images"]]
    scene.answer("/user/facial", {"facial_data": {**kept["facial_data"], "captures": captures}, "images": []})
    scene.tab.account.locator(".part .primary").first.click()
    _give_password(scene)
    scene.tab.account.locator("dl").nth(1).wait_for()


def _saved(scene: Scene) -> None:
    _shown(scene)
    with scene.tab.page.expect_download():
        scene.tab.account.locator(".part .plain").nth(1).click()
    scene.tab.account.locator(".good:not(:empty)").wait_for()


def _refused(scene: Scene) -> None:
    _shown(scene)
    scene.refuse("/user/facial", 503, "database_unavailable")
    scene.tab.account.locator(".part .plain").nth(1).click()
    scene.tab.account.get_by_role("alert").wait_for()


def _erase_face(scene: Scene) -> None:
    _open(scene)
    scene.tab.account.locator(".part .danger").first.click()
    dialog(scene.tab).wait_for()


def _erase_account(scene: Scene) -> None:
    _open(scene)
    scene.tab.account.locator(".part .danger").last.click()
    dialog(scene.tab).locator("[name=confirmation]").fill("barack")
    dialog(scene.tab).locator("[type=submit]").click()
    expect(dialog(scene.tab).locator(".error")).not_to_be_empty()


def _goodbye(scene: Scene) -> None:
    _shown(scene)
    scene.tab.account.locator(".part .danger").last.click()
    dialog(scene.tab).locator("[name=confirmation]").fill("eileen")
    dialog(scene.tab).locator("[type=submit]").click()
    scene.tab.step("goodbye")


def _passkeys(scene: Scene) -> None:
    scene.offer_passkeys()
    scene.answer("/user/passkeys", {"passkeys": PASSKEYS, "max": 20})
    _open(scene)
    scene.tab.account.locator(".passkeys li").nth(1).wait_for()


def _no_passkeys(scene: Scene) -> None:
    scene.offer_passkeys()
    _open(scene)
    scene.tab.account.locator(".part .primary").nth(1).wait_for()


def _rename_passkey(scene: Scene) -> None:
    _passkeys(scene)
    scene.answer("/user/me", {**ME, "amr": ["hwk"], "auth_time": int(time.time())})
    scene.tab.page.reload()
    scene.tab.account.locator(".passkeys .plain").first.click()
    dialog(scene.tab).wait_for()


def _remove_passkey(scene: Scene) -> None:
    _passkeys(scene)
    scene.tab.account.locator(".passkeys .danger").first.click()
    dialog(scene.tab).wait_for()


def _enrolling(scene: Scene) -> None:
    _shown(scene)
    scene.tab.account.locator(".part .plain").first.click()
    expect(scene.tab.page.locator("#visage-signup-consent")).to_be_enabled()


STATES: Mapping[str, Callable[[Scene], None]] = {
    "nobody": _nobody,
    "trouble": _trouble,
    "locked": _open,
    "outdated": partial(_open, face="outdated"),
    "no-face": partial(_open, face="none"),
    "password-asked": _asked,
    "password-wrong": _asked_again,
    "pictures": _shown,
    "vectors": _vectors,
    "saved": _saved,
    "refused": _refused,
    "enrolling": _enrolling,
    "erase-face": _erase_face,
    "erase-account": _erase_account,
    "passkeys": _passkeys,
    "passkeys-none": _no_passkeys,
    "passkey-rename": _rename_passkey,
    "passkey-remove": _remove_passkey,
    "goodbye": _goodbye,
}
