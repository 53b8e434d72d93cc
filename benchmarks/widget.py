"""How long a person stands before the camera: ``python -m benchmarks.widget``.

A real Chromium with a fake camera of ten frames a second plays the part of the browser, and one enrolled person that of
everybody. In a sign-up they turn their head a while after they are asked to, as people do. Times are the page's own:
from the moment the camera shows until the answer has arrived.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.machine import describe_machine, in_one_line
from benchmarks.results import RESULTS, table, write_results
from benchmarks.timings import Timing, summarise
from tests.browser.people import Person, film_person, load_finder
from tests.camera_film import CameraFilm, empty_room
from tests.photographs import astronaut
from tests.running_service import RunningService

SIGN_UPS, LOGINS = 8, 20
REACTION_MS = 1000
"""From being asked to turn until the head is turned: reading a line takes half of it, turning the other."""

PASSWORD = "to the stars and back"  # noqa: S105
PACKAGES = ("playwright", "ai-edge-litert", "opencv-python-headless")

WATCH = """
globalThis.moments = {}
const note = name => addEventListener(`visage-${name}`, () => { moments[name] ??= performance.now() })
for (const name of ['ready', 'capture', 'success']) note(name)
addEventListener('visage-capture', () => { moments.last = performance.now() })
"""

NOTE = """\
Milliseconds from the moment the camera shows. Chromium, the service, its database and this program share the machine;
the camera has ten frames a second where real ones have thirty, which costs each picture half a second. In a sign-up of
five pictures the person has turned their head {reaction} ms after being asked; what they take to look at their pictures
before they confirm them is not counted.
"""


def log_in(page: Page, url: str) -> dict[str, float]:
    """One login by face of whoever is before the camera, by a visitor whom the page does not know."""
    page.goto(f"{url}/login")
    page.locator("visage-login[step=welcome]").wait_for()
    moments = page.evaluate("moments")
    return {
        "the picture is taken": moments["capture"] - moments["ready"],
        "logged in": moments["success"] - moments["ready"],
    }


def sign_up(page: Page, url: str, film: CameraFilm, person: Person, username: str) -> dict[str, float]:
    """One sign-up, which turns the person's head as the page asks."""
    film.show([person.front])
    page.goto(f"{url}/signup")
    page.locator("#visage-signup-username").fill(username)
    page.locator("#visage-signup-password").fill(PASSWORD)
    page.locator("#visage-signup-consent").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Turn on the camera").click()
    for asked, pose in zip(person.poses, list(person.poses)[1:], strict=False):
        page.locator(f".marks li.done[data-pose={asked}]").wait_for()
        page.wait_for_timeout(REACTION_MS)
        film.show([person.poses[pose]])
    page.locator("visage-signup[step=review]").wait_for()
    confirmed = page.evaluate("performance.now()")
    page.get_by_role("button", name="Create account").click()
    page.locator("visage-signup[step=done]").wait_for()
    moments = page.evaluate("moments")
    taken = moments["last"] - moments["ready"]
    return {"all pictures are taken": taken, "the account is there": taken + moments["success"] - confirmed}


def measure(browser: Browser, service: RunningService, film: CameraFilm, person: Person) -> dict[str, list[Any]]:
    """All runs, each in a browser context of its own; logins while the person has one account and not yet several."""
    runs: dict[str, list[Any]] = {"sign-up": [], "login": []}
    for number in range(SIGN_UPS):
        with _page(browser) as page:
            runs["sign-up"].append(sign_up(page, service.url, film, person, f"person{number}"))
        film.show([person.front])
        for _ in range(LOGINS if number == 0 else 0):
            with _page(browser) as page:
                runs["login"].append(log_in(page, service.url))
    return runs


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.grant_permissions(["camera"])
    page = context.new_page()
    page.add_init_script(WATCH)
    yield page
    context.close()


def report(timings: dict[str, dict[str, Timing]]) -> str:
    """The figures as Markdown."""
    rows = [
        (kind, moment, f"{one.median:.0f}", f"{one.p95:.0f}", str(one.runs))
        for kind, moments in timings.items()
        for moment, one in moments.items()
    ]
    return NOTE.format(reaction=REACTION_MS) + "\n" + table(("", "until", "median", "p95", "runs"), rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, prints and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.widget", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the figures")
    options = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine))
    person = film_person(load_finder(), astronaut())
    with tempfile.TemporaryDirectory(prefix="visage-widget-") as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o711)  # the database's server may run as another user
        film = CameraFilm(Path(folder) / "camera.y4m", [empty_room()])
        service = RunningService(Path(folder) / "home", VISAGE_DUPLICATE_FACE="allow").start()
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film.path}",
            ],
        )
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
        figures={kind: {moment: one.as_dict() for moment, one in moments.items()} for kind, moments in timings.items()},
        markdown=markdown,
        folder=options.results,
    )


if __name__ == "__main__":
    main()
