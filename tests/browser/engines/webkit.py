"""WebKit, the engine of Safari: WebKitGTK's MiniBrowser, driven by its WebDriver (https://www.w3.org/TR/webdriver2/)."""

import base64
import contextlib
import json
import re
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import ViewportSize

from tests.browser.engines.driver import DriverError, Json, click, typing
from tests.browser.engines.processes import display, running
from tests.browser.tab import DESK
from tests.running_service import free_port
from tests.waiting import wait_until

ANSWER_SECONDS = 60
OPTIONS = ["--automation", "--full-screen", "--enable-write-console-messages-to-stdout=true"]
"""Of MiniBrowser. A window with a toolbar cannot be as narrow as a phone."""

MESSAGE = re.compile(r"^CONSOLE (?!NETWORK)\S+ (?:ERROR|WARN).*", re.MULTILINE)
"""An error or a warning of the console, except that a server answered with an error."""

REFUSING = """
MediaDevices.prototype.getUserMedia = async () => { throw new DOMException('refused', 'NotAllowedError') }
"""
"""A script that refuses the camera: a WebKit that is driven grants every permission."""

PLUGINS = Path("/usr/lib")
GL_PLUGIN = "*/gstreamer-1.0/libgstopengl.so"
"""Without this plugin of GStreamer, a video of WebKit shows its first frame for ever."""


def has_webkit() -> bool:
    """Whether this machine has WebKit's driver, an X server without a screen, and GStreamer's plugin for OpenGL."""
    return bool(shutil.which("WebKitWebDriver") and shutil.which("Xvfb") and any(PLUGINS.glob(GL_PLUGIN)))


class WebKit:
    """A page of MiniBrowser; see ``driver.Driver``."""

    def __init__(self, session: str, output: Path) -> None:
        """``session``: the URL of the driver's session; ``output``: the file with the browser's output."""
        self._session = session
        self._output = output

    def open(self, url: str) -> None:
        self._send("url", {"url": url})

    def value_of(self, expression: str) -> Any:
        result = self._evaluate(f"JSON.stringify({expression})")
        return None if result is None else json.loads(result)

    def click(self, element: str) -> None:
        self._act(click(self._element(element)))

    def type(self, element: str, text: str) -> None:
        self.click(element)
        self._act(typing(text))

    def messages(self) -> Sequence[str]:
        return MESSAGE.findall(self._output.read_text(errors="replace"))

    def screenshot(self) -> bytes:
        return base64.b64decode(_answer(f"{self._session}/screenshot"))

    def _element(self, expression: str) -> Json:
        found = self._evaluate(expression)
        if found is None:
            raise DriverError(f"no element: {expression}")
        return dict(found)

    def _evaluate(self, expression: str) -> Any:
        return self._send("execute/sync", {"script": f"return ({expression})", "args": []})

    def _act(self, source: Json) -> None:
        self._send("actions", {"actions": [source]})

    def _send(self, command: str, body: Json) -> Any:
        return _answer(f"{self._session}/{command}", body)


@contextlib.contextmanager
def webkit(size: ViewportSize = DESK) -> Iterator[WebKit]:
    """Runs a MiniBrowser without a profile; its pages have this size."""
    port = free_port()
    command = ["WebKitWebDriver", f"--port={port}"]
    with (
        tempfile.NamedTemporaryFile(prefix="visage-webkit-") as output,
        display(**size) as name,
        running(command, {"DISPLAY": name}, output=output.file),
    ):
        server = f"http://127.0.0.1:{port}"
        wait_until(lambda: _ready(server))
        wishes = {"webkitgtk:browserOptions": {"binary": str(_minibrowser()), "args": OPTIONS}}
        session = _answer(f"{server}/session", {"capabilities": {"alwaysMatch": wishes}})["sessionId"]
        try:
            page = WebKit(f"{server}/session/{session}", Path(output.name))
            _answer(f"{server}/session/{session}/window/rect", {"x": 0, "y": 0, **size})
            wait_until(lambda: page.value_of("[innerWidth, innerHeight]") == [*size.values()])
            yield page
        finally:
            _answer(f"{server}/session/{session}", method="DELETE")


def _minibrowser() -> Path:
    return max(PLUGINS.glob("*/webkit2gtk-4*/MiniBrowser"))


def _ready(server: str) -> bool:
    with contextlib.suppress(OSError):
        return bool(_answer(f"{server}/status")["ready"])
    return False


def _answer(url: str, body: Json | None = None, method: str | None = None) -> Any:
    """Sends one command; without a body it is a GET, if no method is given."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
            return json.load(response)["value"]
    except urllib.error.HTTPError as error:
        raise DriverError(error.read().decode(errors="replace")) from error
