"""Firefox, driven by its own WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), without geckodriver."""

import base64
import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import ViewportSize
from websockets.sync.client import ClientConnection, connect

from tests.browser.engines.driver import DriverError, Json, click, typing
from tests.browser.engines.processes import running
from tests.browser.tab import DESK
from tests.waiting import wait_until

ANSWER_SECONDS = 60
MOST_BYTES = 64 * 2**20
"""Size of the largest answer: a screenshot."""

REFUSING: Mapping[str, int | bool] = {"media.navigator.streams.fake": True, "permissions.default.camera": 2}
"""Preferences of a Firefox with a camera that no page may use."""


def find_firefox() -> str | None:
    """Returns the path of Firefox, or None."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """A page of Firefox; see ``driver.Driver``."""

    def __init__(self, connection: ClientConnection, size: ViewportSize) -> None:
        self._connection = connection
        self._commands = 0
        self._messages: list[str] = []
        self._send("session.new", {"capabilities": {}})
        self._send("session.subscribe", {"events": ["log.entryAdded"]})
        self._page = self._send("browsingContext.getTree", {})["contexts"][0]["context"]
        self._send("browsingContext.setViewport", {"context": self._page, "viewport": size})

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", {"context": self._page, "url": url, "wait": "complete"})

    def value_of(self, expression: str) -> Any:
        result = self._evaluate(f"JSON.stringify({expression})")
        return json.loads(result["value"]) if "value" in result else None

    def click(self, element: str) -> None:
        self._act(click({"type": "element", "element": self._element(element)}))

    def type(self, element: str, text: str) -> None:
        self.click(element)
        self._act(typing(text))

    def messages(self) -> Sequence[str]:
        return self._messages

    def screenshot(self) -> bytes:
        return base64.b64decode(self._send("browsingContext.captureScreenshot", {"context": self._page})["data"])

    def _element(self, expression: str) -> Json:
        found = self._evaluate(expression)
        if found["type"] != "node":
            raise DriverError(f"no element: {expression}")
        return {"sharedId": found["sharedId"]}

    def _evaluate(self, expression: str) -> Json:
        target = {"target": {"context": self._page}, "awaitPromise": False}
        answer = self._send("script.evaluate", {"expression": expression, **target})
        if answer["type"] != "success":
            raise DriverError(answer["exceptionDetails"]["text"])
        return dict(answer["result"])

    def _act(self, source: Json) -> None:
        self._send("input.performActions", {"context": self._page, "actions": [source]})

    def _send(self, method: str, params: Json) -> Json:
        self._commands += 1
        self._connection.send(json.dumps({"id": self._commands, "method": method, "params": params}))
        answer = {}
        while answer.get("id") != self._commands:
            answer = json.loads(self._connection.recv(ANSWER_SECONDS))
            if answer["type"] == "event" and answer["params"].get("level") in {"error", "warn"}:
                self._messages.append(f"{answer['params']['level']}: {answer['params']['text']}")
        if answer["type"] == "error":
            raise DriverError(f"{method}: {answer['message']}")
        return dict(answer["result"])


@contextlib.contextmanager
def firefox(preferences: Mapping[str, int | bool], size: ViewportSize = DESK) -> Iterator[Firefox]:
    """Runs a Firefox with an empty profile and these preferences; its pages have this size."""
    program = find_firefox()
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="visage-firefox-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        (profile / "user.js").write_text("\n".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"]
        with running(command, {"HOME": folder}), connect(_address(profile), max_size=MOST_BYTES) as connection:
            yield Firefox(connection, size)


def _address(profile: Path) -> str:
    """Waits until Firefox has written the address of its BiDi server into its profile."""
    file = profile / "WebDriverBiDiServer.json"
    wait_until(lambda: file.is_file() and file.read_text().endswith("}"))
    server = json.loads(file.read_text())
    return f"ws://{server['ws_host']}:{server['ws_port']}/session"
