"""Times how long a user stands before the camera: ``python -m benchmarks.speed.widget``.

A real Chromium with a fake camera shows one enrolled person. In a sign-up that person turns their head a while after
the page asks, as people do. Times are measured in the page, from the moment the camera shows until the answer has
arrived. For a login, also from the moment the page is opened until the camera shows. It also counts what the browser
loads and sends.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, table, write_results
from benchmarks.common.timings import Timing, summarise
from tests.browser.chromium import launch_chromium
from tests.browser.people import Person, film_person, load_finder
from tests.browser.sign_up_flow import fill_details, take_pictures
from tests.browser.tab import DESK, Tab
from tests.camera_film import FRAMES_PER_SECOND, CameraFilm, empty_room
from tests.photographs import astronaut
from tests.running_service import RunningService
from web.build.bundle import bundle

SIGN_UPS, LOGINS = 5, 15
REACTION_MS = 1000
"""Milliseconds from a hint to turn until the head is turned: half for reading a line, half for turning."""

PACKAGES = ("playwright", "ai-edge-litert", "opencv-python-headless")

WATCH = """
globalThis.moments = {}
const note = name => addEventListener(`visage-${name}`, () => { moments[name] ??= performance.now() })
for (const name of ['ready', 'capture', 'success']) note(name)
addEventListener('visage-capture', () => { moments.last = performance.now() })
"""

LOADED = """
performance.getEntries().reduce((bytes, entry) => bytes + (entry.transferSize ?? 0), 0)
"""
"""What the page loaded, compressed, with its headers, in bytes (Resource Timing)."""

LOADS, SENDS = "loads", "sends"

SLOW_LINE = 1_000_000 / 8
"""Bytes a second of a slow line: 1 Mbit/s."""

NOTE = """\
Milliseconds from the moment the camera shows, at {frames} frames a second. Chromium, the service, its database and this
program share the machine. In a sign-up of five pictures the person has turned their head {reaction} ms after each hint.
The time for looking at the pictures before confirming them is not counted.
"""

LINE_NOTE = """\
What the browser loads for a page that it opens for the first time (the browser's cache is empty), and the largest
request that it sends, in KiB, medians. Beside them, the seconds that these bytes take on a line of 1 Mbit/s.
"""


def log_in(tab: Tab) -> dict[str, float]:
    """Logs in by face once, as a visitor whom the page does not know."""
    tab.go("/login")
    tab.step("welcome")
    moments = tab.page.evaluate("moments")
    return {
        "the camera shows, from opening the page": moments["ready"],
        "the picture is taken": moments["capture"] - moments["ready"],
        "logged in": moments["success"] - moments["ready"],
    }


def sign_up(tab: Tab, film: CameraFilm, person: Person, username: str) -> dict[str, float]:
    """Signs up once, and turns the person's head as the page asks."""
    tab.go("/signup")
    fill_details(tab, username)
    take_pictures(tab, film, person, lambda: tab.page.wait_for_timeout(REACTION_MS))
    confirmed = tab.page.evaluate("performance.now()")
    tab.press("Create account")
    tab.step("done")
    moments = tab.page.evaluate("moments")
    taken = moments["last"] - moments["ready"]
    return {"all pictures are taken": taken, "the account is there": taken + moments["success"] - confirmed}


def measure(browser: Browser, service: RunningService, film: CameraFilm, person: Person) -> dict[str, list[Any]]:
    """Measures all runs, each in its own browser context; logins come first, while the person has only one account."""
    runs: dict[str, list[Any]] = {"sign-up": [], "login": []}
    for number in range(SIGN_UPS):
        with _tab(browser, service.url) as (tab, line):
            times = sign_up(tab, film, person, f"person{number}")
            runs["sign-up"].append(times | line())
        film.show([person.front])
        for _ in range(LOGINS if number == 0 else 0):
            with _tab(browser, service.url) as (tab, line):
                runs["login"].append(log_in(tab) | line())
    return runs


@contextmanager
def _tab(browser: Browser, url: str) -> Iterator[tuple[Tab, Callable[[], dict[str, float]]]]:
    """Opens a tab; the function returns the bytes that it loaded and those of its largest request."""
    context = browser.new_context(viewport=DESK)
    context.grant_permissions(["camera"])
    context.add_init_script(WATCH)
    tab, sent = Tab.open(context, url), [0]
    tab.page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    yield tab, lambda: {LOADS: float(tab.page.evaluate(LOADED)), SENDS: float(max(sent))}
    context.close()


def report(timings: dict[str, dict[str, Timing]]) -> str:
    """Formats the figures as Markdown."""
    rows = [
        (kind, moment, f"{one.median:.0f}", f"{one.p95:.0f}", str(one.runs))
        for kind, moments in timings.items()
        for moment, one in moments.items()
        if moment not in (LOADS, SENDS)
    ]
    lines = [
        (kind, what, f"{moments[what].median / 1024:.0f}", f"{moments[what].median / SLOW_LINE:.1f}")
        for kind, moments in timings.items()
        for what in (LOADS, SENDS)
    ]
    note = NOTE.format(reaction=REACTION_MS, frames=FRAMES_PER_SECOND)
    times = table(("", "until", "median", "p95", "runs"), rows)
    return f"{note}\n{times}\n\n{LINE_NOTE}\n{table(('', '', 'KiB', 'seconds'), lines)}"


def _figures(timings: dict[str, dict[str, Timing]], names: Callable[[str], bool]) -> dict[str, Any]:
    return {
        kind: {
            name: {"median": one.median, "p95": one.p95, "runs": one.runs} for name, one in some.items() if names(name)
        }
        for kind, some in timings.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.widget", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the figures")
    options = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine))
    bundle()
    person = film_person(load_finder(), astronaut())
    with tempfile.TemporaryDirectory(prefix="visage-widget-") as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o711)  # the database's server may run as another user
        film = CameraFilm(Path(folder) / "camera.y4m", [empty_room()])
        service = RunningService(Path(folder) / "home", VISAGE_DUPLICATE_FACE="allow").start()
        browser = launch_chromium(playwright, film)
        try:
            runs = measure(browser, service, film, person)
        finally:
            browser.close()
            service.stop()
    timings = {
        kind: {moment: summarise([run[moment] for run in some]) for moment in some[0]} for kind, some in runs.items()
    }
    markdown = report(timings)
    print(markdown)
    write_results(
        "widget",
        "A person before the camera",
        machine=machine,
        figures={
            "milliseconds": _figures(timings, lambda name: name not in (LOADS, SENDS)),
            "bytes": _figures(timings, lambda name: name in (LOADS, SENDS)),
        },
        markdown=markdown,
        folder=options.results,
    )


if __name__ == "__main__":
    main()
