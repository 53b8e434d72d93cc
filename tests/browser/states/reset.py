"""The states of the page behind a one-time link for a new password."""

from collections.abc import Callable, Mapping

from playwright.sync_api import expect

from tests.browser.states.scene import Scene

RESET = "/user/password/reset"


def open_link(scene: Scene) -> None:
    """Opens a link."""
    scene.tab.go("/reset#a-token")
    scene.tab.step("password")


def send(scene: Scene, password: str = "to the stars and back") -> None:
    """Sends a new password."""
    form = scene.tab.reset.locator("form")
    form.locator("[type=password]").fill(password)
    form.locator("[type=submit]").click()


def _short(scene: Scene) -> None:
    open_link(scene)
    send(scene, "short")
    expect(scene.tab.page.locator("[aria-invalid=true]")).to_be_focused()


def _unusable(scene: Scene) -> None:
    scene.refuse(RESET, 410, "link_invalid")
    open_link(scene)
    send(scene)
    scene.tab.step("unusable")


def _changed(scene: Scene) -> None:
    scene.answer(RESET, {})
    open_link(scene)
    send(scene)
    scene.tab.step("changed")


STATES: Mapping[str, Callable[[Scene], None]] = {
    "password": open_link,
    "password-short": _short,
    "unusable": _unusable,
    "changed": _changed,
}
