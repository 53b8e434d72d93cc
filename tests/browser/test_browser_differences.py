"""What other browsers do differently, imitated in Chromium."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.states.scene import Scene
from tests.browser.tab import ASKED, CAMERA_FAILS, PHONE, TWO_CAMERAS, OpenTab, Tab
from tests.camera_film import CameraFilm

pytestmark = pytest.mark.slow

NOISE = """
const read = CanvasRenderingContext2D.prototype.getImageData
CanvasRenderingContext2D.prototype.getImageData = function (...where) {
  const pixels = read.apply(this, where)
  pixels.data.forEach((_, index) => { pixels.data[index] = 256 * Math.random() })
  return pixels
}
HTMLCanvasElement.prototype.toDataURL = () => 'data:image/jpeg;base64,'
"""
"""A browser that resists fingerprinting: Firefox with that setting, Tor Browser, LibreWolf."""
A_LITTLE_NOISE = """
const read = CanvasRenderingContext2D.prototype.getImageData
CanvasRenderingContext2D.prototype.getImageData = function (...where) {
  const pixels = read.apply(this, where)
  pixels.data.forEach((level, index) => { pixels.data[index] = level ^ (Math.random() < 0.5) })
  return pixels
}
"""
"""A browser that changes the last bit, as Brave and Safari's private windows do."""
NO_REPORTS = "HTMLVideoElement.prototype.requestVideoFrameCallback = () => 0"
"""WebKitGTK without its DMABUF renderer."""
NO_METHOD = "delete HTMLVideoElement.prototype.requestVideoFrameCallback"
"""Firefox before 132."""
NO_FOCUS = "addEventListener('mousedown', event => event.target.closest('main') && event.preventDefault(), true)"
"""Safari on macOS, in which clicks focus no buttons."""
SMALL_FIELDS = """
() => {
  const roots = [document, ...[...document.querySelectorAll('*')].flatMap(element => element.shadowRoot ?? [])]
  const fields = roots.flatMap(root => [...root.querySelectorAll('input:not([type=checkbox]), select, textarea')])
  return fields.filter(field => parseFloat(getComputedStyle(field).fontSize) < 16).map(field => field.outerHTML)
}
"""


@pytest.fixture
def scene(tab: Tab, film: CameraFilm, collins: Person) -> Scene:
    return Scene(tab, film, collins)


def test_a_browser_that_hides_the_picture_says_so_and_asks_for_no_camera(scene: Scene) -> None:
    scene.before(NOISE)
    scene.before(ASKED)
    scene.tab.go("/login")
    notice = scene.tab.step("password").get_by_role("alert")
    expect(notice).to_contain_text("This browser does not let the page see the camera's picture.")
    expect(notice).to_contain_text("Let this page read canvas data")
    assert scene.tab.page.evaluate("asked") == []


def test_a_browser_that_changes_pictures_a_little_works(scene: Scene) -> None:
    scene.before(A_LITTLE_NOISE)
    scene.match()
    scene.tab.go("/login")
    scene.tab.step("welcome")


@pytest.mark.parametrize("script", [NO_REPORTS, NO_METHOD], ids=["silent", "missing"])
def test_a_camera_whose_frames_are_not_reported_works(scene: Scene, script: str) -> None:
    scene.before(script)
    scene.match()
    scene.tab.go("/login")
    scene.tab.step("welcome")


def test_a_remembered_camera_that_is_gone_is_replaced_by_the_front_camera(scene: Scene) -> None:
    scene.before("localStorage.setItem('visage-camera', 'gone')")
    scene.before(ASKED)
    scene.tab.go("/login")
    scene.tab.step("unknown")
    first, second = scene.tab.page.evaluate("asked")
    assert first["deviceId"] == {"exact": "gone"}
    assert "deviceId" not in second
    assert second["facingMode"] == "user"


def test_where_clicks_focus_no_button_the_focus_moves_on_all_the_same(scene: Scene) -> None:
    scene.before(NO_FOCUS)
    scene.see("no_face")
    scene.tab.go("/login")
    scene.tab.hint("no_face")
    scene.tab.press("Use password instead")
    expect(scene.tab.page.get_by_label("User name")).to_be_focused()
    scene.tab.press("Use the camera instead")
    expect(scene.tab.page.get_by_role("button", name="Take the picture")).to_be_focused()


def test_the_advice_for_a_refused_camera_is_right_in_every_browser(scene: Scene) -> None:
    scene.before(CAMERA_FAILS % "NotAllowedError")
    scene.tab.go("/login")
    notice = scene.tab.step("password").get_by_role("alert")
    expect(notice).to_contain_text("in your browser's settings for this page")
    expect(notice).not_to_contain_text("icon")


@pytest.mark.parametrize("path", ["/login", "/signup", "/docs"])
def test_no_field_is_so_small_that_a_phone_zooms_into_it(open_tab: OpenTab, film: CameraFilm, path: str) -> None:
    tab = open_tab(viewport=PHONE)
    tab.page.add_init_script(TWO_CAMERAS)
    tab.go(path)
    tab.page.locator({"/login": "[step=live]", "/signup": "[step=details]", "/docs": ".opblock"}[path]).first.wait_for()
    if path == "/docs":
        tab.page.locator(".opblock-summary-control").nth(3).click()
        tab.press("Try it out")
    assert tab.page.evaluate(SMALL_FIELDS) == []


def test_a_page_with_small_text_has_no_small_fields(tab: Tab) -> None:
    tab.go("/signup")
    tab.step("details")
    tab.signup.evaluate("element => { element.style.fontSize = '10px' }")
    assert tab.page.evaluate(SMALL_FIELDS) == []


def test_a_bar_without_a_known_end_is_not_a_full_one(scene: Scene) -> None:
    """Firefox draws an indeterminate bar over its whole width; the sheet has a moving gradient below it instead."""
    scene.tab.go("/login")
    rules = scene.tab.page.evaluate(
        "async () => (await (await fetch('/web/widget/styles/card.js')).text()).match(/progress:indeterminate.*/g)"
    )
    assert "progress:indeterminate::-moz-progress-bar { background: transparent; }" in rules
