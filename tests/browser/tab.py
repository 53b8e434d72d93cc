"""One tab of a real Chromium, and the messages of its console. It is a ``visitor.Visitor``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, ViewportSize

from tests.browser.visitor import ELEMENTS

SCREENSHOTS = Path(__file__).resolve().parents[2] / ".cache" / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 860}

ASKED = """
globalThis.asked = []
const ask = MediaDevices.prototype.getUserMedia
MediaDevices.prototype.getUserMedia = function (wishes) { asked.push(wishes.video); return ask.call(this, wishes) }
"""
"""Notes what pages ask of a camera; runs before any other script."""

CAMERA_HANGS = "navigator.mediaDevices.getUserMedia = () => new Promise(() => {})"
CAMERA_FAILS = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('taken', '%s') }"
INSECURE = "Object.defineProperty(globalThis, 'isSecureContext', { value: false })"
UNSUPPORTED = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
TWO_CAMERAS = """
const list = MediaDevices.prototype.enumerateDevices
MediaDevices.prototype.enumerateDevices = async function () {
  const other = { kind: 'videoinput', deviceId: 'other', label: 'Desk camera' }
  return [...await list.call(this), other]
}
"""
"""Scripts that give a page another camera; they run before any other script."""
OUT_OF_THE_CACHE = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
"""The event of a page that returns from the back/forward cache; an automated Chromium has no such cache."""

FRAMES_AFTER_A_CUT = 3
COUNT_FRAMES = """
([element, frames]) => new Promise(resolve => {
  const { video } = document.querySelector(element).camera
  const count = () => (frames-- > 0 ? video.requestVideoFrameCallback(count) : resolve())
  count()
})
"""
STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


@dataclass
class Tab:
    """A page whose console is watched.

    Attributes:
        expected: HTTP statuses (400 and above) that a test provokes; Chromium's console reports each.
        words: the page's text for an English text, in tests of other languages.
        tolerated: further console messages that a test provokes.
        others: URLs of further servers that its pages may call.
        complaints: all other errors and warnings of the console, and requests to other servers.
    """

    page: Page
    url: str
    expected: set[int] = field(default_factory=set)
    tolerated: set[str] = field(default_factory=set)
    words: Mapping[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, url: str) -> "Tab":
        """Opens a new tab in a context."""
        tab = cls(context.new_page(), url)
        tab.page.on("console", tab._hear)
        tab.page.on("pageerror", lambda error: tab.complaints.append(f"uncaught: {error}"))
        tab.page.on("request", tab._watch)
        return tab

    def go(self, path: str) -> None:
        """Opens one of the service's pages."""
        self.page.goto(self.url + path)

    def beside(self) -> "Tab":
        """Opens another tab of the same browser, whose console is not watched."""
        return Tab(self.page.context.new_page(), self.url)

    @property
    def login(self) -> Locator:
        return self.page.locator("visage-login")

    @property
    def signup(self) -> Locator:
        return self.page.locator("visage-signup")

    @property
    def account(self) -> Locator:
        return self.page.locator("visage-account")

    @property
    def reset(self) -> Locator:
        return self.page.locator("visage-reset")

    @property
    def authorize(self) -> Locator:
        return self.page.locator("visage-authorize")

    @property
    def logout(self) -> Locator:
        return self.page.locator("visage-logout")

    def step(self, name: str) -> Locator:
        """Waits until the element shows this step, and returns it."""
        element = self.page.locator(f"{ELEMENTS}[step={name}]")
        element.wait_for()
        return element

    def hint(self, name: str) -> None:
        """Waits until this hint is shown."""
        self.page.locator(f".stage[data-hint={name}]").wait_for()

    def press(self, name: str) -> None:
        """Clicks the button with this name, as soon as it can be clicked."""
        self.page.get_by_role("button", name=self.words.get(name, name), exact=True).click()

    def offers(self, name: str) -> bool:
        """Whether the page shows a button with this name now."""
        return self.page.get_by_role("button", name=self.words.get(name, name), exact=True).is_visible()

    def fill(self, name: str, value: str) -> None:
        """Fills in the field with this name."""
        self.page.get_by_label(self.words.get(name, name), exact=True).fill(value)

    def fill_at(self, selector: str, value: str) -> None:
        """Fills in the field that matches a selector."""
        self.page.locator(selector).fill(value)

    def agree(self) -> None:
        """Checks the only checkbox of the page."""
        self.page.get_by_role("checkbox").check()

    def see(self, selector: str) -> None:
        """Waits until the element that matches a selector is visible."""
        self.page.locator(selector).wait_for()

    def shows(self, selector: str) -> bool:
        """Whether the element that matches a selector is visible now."""
        return self.page.locator(selector).is_visible()

    def wait_for_frames(self, element: str) -> None:
        """Waits until the camera has shown new frames, after the film was changed."""
        self.page.evaluate(COUNT_FRAMES, [element, FRAMES_AFTER_A_CUT])

    def keep_picture(self, name: str) -> None:
        """Saves a screenshot of the whole page as an artefact of the test run."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, animations="disabled")

    def _hear(self, message: ConsoleMessage) -> None:
        status = STATUS.match(message.text)
        if message.text in self.tolerated or (status and int(status[1]) in self.expected):
            return
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, *self.others, "data:", "blob:")):
            self.complaints.append(f"a request to elsewhere: {request.url}")


OpenTab = Callable[..., Tab]
"""``open_tab(camera=True, browser=None, **context_options)``."""
