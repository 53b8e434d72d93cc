"""A visitor's window of a browser that is driven through a ``Driver``."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.engines.driver import Driver, DriverError
from tests.browser.tab import SCREENSHOTS
from tests.browser.visitor import ELEMENTS
from tests.waiting import wait_until

FIND = Path(__file__).with_name("find.js").read_text()
LONGEST_SECONDS = 120
"""How long a step may take: without a graphics card, WebKit needs most of a processor to show a video."""

COMPLAINTS = "JSON.parse(sessionStorage.getItem('complaints') ?? '[]')"
"""The errors that the script of ``camera_site`` has noted."""

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"

PAINT = (
    "void (globalThis.painted = false, requestAnimationFrame(() => requestAnimationFrame(() => { painted = true })))"
)
"""Sets ``painted`` once the browser has painted the page again: WebKit's screenshots show the last painted one."""


@dataclass
class Window:
    """A window on the pages of one site; see ``visitor.Visitor``.

    Attributes:
        name: of the browser, for the names of screenshots.
        url: of the site, without a slash at the end.
    """

    driver: Driver
    name: str
    url: str

    @property
    def complaints(self) -> list[str]:
        return [*self.driver.value_of(COMPLAINTS), *self.driver.messages()]

    def go(self, path: str) -> None:
        self.driver.open(self.url + path)

    def press(self, name: str) -> None:
        self._do(f"click {name}", lambda: self.driver.click(_found("button", name)))

    def follow(self, name: str) -> None:
        """Clicks the link with this name."""
        self._do(f"click {name}", lambda: self.driver.click(_found("link", name)))

    def offers(self, name: str) -> bool:
        return bool(self._ask("offers", name))

    def fill(self, name: str, value: str) -> None:
        self._do(f"fill in {name}", lambda: self.driver.type(_found("field", name), value))

    def fill_at(self, selector: str, value: str) -> None:
        self._do(f"fill in {selector}", lambda: self.driver.type(_found("element", selector), value))

    def agree(self) -> None:
        self._do("check the box", lambda: self.driver.click(_found("element", "input[type=checkbox]")))
        self.see("input[type=checkbox]:checked")

    def see(self, selector: str) -> None:
        self._wait(f"see {selector}", lambda: self.shows(selector))

    def shows(self, selector: str) -> bool:
        return bool(self._ask("visible", selector))

    def step(self, name: str) -> None:
        self.see(f"{ELEMENTS}[step={name}]")

    def read(self, words: str) -> None:
        """Waits until the page shows these words."""
        self._wait(f"read {words}", lambda: words in self._ask("text"))

    def fits(self) -> bool:
        """Whether the page is no wider than the window."""
        return bool(self.driver.value_of(FITS))

    def keep_picture(self, name: str) -> None:
        """Saves a screenshot of what the page shows now as an artefact of the test run."""
        self.driver.value_of(PAINT)
        wait_until(lambda: self.driver.value_of("globalThis.painted"))
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (SCREENSHOTS / f"{self.name}-{name}.png").write_bytes(self.driver.screenshot())

    def _ask(self, function: str, *arguments: str) -> Any:
        return self.driver.value_of(_found(function, *arguments))

    def _do(self, what: str, action: Callable[[], None]) -> None:
        """Tries an action until the page lets it happen."""

        def done() -> bool:
            action()
            return True

        self._wait(what, done)

    def _wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Waits for a condition; a page that changes meanwhile does not meet it yet."""
        errors = []

        def met() -> bool:
            try:
                return condition()
            except DriverError as error:
                errors.append(error)
                return False

        try:
            wait_until(met, LONGEST_SECONDS)
        except AssertionError:
            self.keep_picture("failed")
            raise AssertionError(f"{what}: {errors[-1:]}; the page says: {self._ask('text')}") from None


def _found(function: str, *arguments: str) -> str:
    """Returns the expression that calls a function of ``find.js``."""
    return f"{FIND.strip()}.{function}({', '.join(map(json.dumps, arguments))})"
