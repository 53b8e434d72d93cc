"""Films of real people and of replays as the camera, at ``VISAGE_LIVENESS=passive``.

The films are not part of the project. ``VISAGE_TEST_FOOTAGE`` names a folder with ``real/`` and ``attack/``. The part
of a file's name before the first underscore says who it shows.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from embeddings.core.types import RGBImage
from embeddings.detect.finder import FaceFinder
from tests.browser.chromium import launch_chromium
from tests.browser.people import enrol, film_person
from tests.browser.sign_up_flow import PASSWORD
from tests.browser.tab import Tab
from tests.camera_film import HEIGHT, WIDTH, encode_film
from tests.running_service import RunningService, service_of_its_own

VARIABLE = "VISAGE_TEST_FOOTAGE"
FOOTAGE = os.environ.get(VARIABLE)
TRIES = 6
"""Pictures that a visitor takes: in some the head is turned too far."""

LEAST_REFUSED = 2 / 3
"""The share of replays that must be refused."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        FOOTAGE is None, reason=f"{VARIABLE} is unset: films of real people are not part of this project"
    ),
]


@dataclass(frozen=True)
class Footage:
    """The film of Chromium's camera, made from a video."""

    path: Path


@pytest.fixture(scope="module")
def service(bundled: None) -> Iterator[RunningService]:
    with service_of_its_own(VISAGE_LIVENESS="passive") as service:
        yield service


def videos(kind: str) -> list[Path]:
    """Returns the videos of one kind, ``real`` or ``attack``."""
    return sorted(Path(FOOTAGE or "", kind).iterdir())


def read_frames(video: Path) -> list[RGBImage]:
    """Returns every second frame, cut and scaled to the camera's size: (480, 640, 3) uint8 RGB."""
    capture = cv2.VideoCapture(str(video))
    frames = []
    while True:
        found, frame = capture.read()
        if not found:
            return frames[::2]
        frames.append(_as_camera(frame[:, :, ::-1]))


def _as_camera(frame: RGBImage) -> RGBImage:
    """Cuts the middle of a wide frame, and puts a narrow one before a grey wall."""
    rows, columns = frame.shape[:2]
    scale = HEIGHT / rows
    scaled = cv2.resize(np.ascontiguousarray(frame), (round(columns * scale), HEIGHT), interpolation=cv2.INTER_AREA)
    spare = scaled.shape[1] - WIDTH
    if spare >= 0:
        return np.ascontiguousarray(scaled[:, spare // 2 : spare // 2 + WIDTH])
    wall = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    wall[:, -spare // 2 : -spare // 2 + scaled.shape[1]] = scaled
    return wall


def visit(service: RunningService, playwright: Playwright, video: Path, folder: Path) -> str:
    """Logs in with a video as the camera, by the shutter; returns the last step: ``welcome``, ``error``, ..."""
    film = folder / f"{video.stem}.y4m"
    film.write_bytes(encode_film(read_frames(video)))
    browser = launch_chromium(playwright, Footage(film))
    context = browser.new_context()
    context.grant_permissions(["camera"])
    tab = Tab.open(context, service.url)
    tab.expected = {422}
    tab.go("/login")
    try:
        return _take_pictures(tab)
    finally:
        browser.close()
        film.unlink()


def _take_pictures(tab: Tab) -> str:
    step = ""
    for _ in range(TRIES):
        again = tab.page.get_by_role("button", name="Try again")
        if again.is_visible():
            again.click()
        shutter = tab.page.get_by_role("button", name="Take the picture", disabled=False)
        result = tab.page.locator("[step=welcome], [step=error], [step=unknown], [step=hint]")
        shutter.or_(result).first.wait_for()
        _click(shutter)
        result.first.wait_for()
        step = result.first.get_attribute("step") or ""
        if step != "hint":
            break
    return step


def _click(shutter: Locator) -> None:
    """Takes the picture, unless guidance has taken it meanwhile."""
    if shutter.is_visible():
        with suppress(PlaywrightTimeout):
            shutter.click(timeout=2_000)


def test_real_people_log_in_and_replays_of_them_are_refused(
    service: RunningService, playwright: Playwright, finder: FaceFinder, tmp_path: Path
) -> None:
    for video in videos("real"):
        enrol(service.url, video.stem.partition("_")[0], PASSWORD, film_person(finder, read_frames(video)[0]))
    real = {video.name: visit(service, playwright, video, tmp_path) for video in videos("real")}
    attacks = {video.name: visit(service, playwright, video, tmp_path) for video in videos("attack")}
    assert set(real.values()) == {"welcome"}, real
    refused = sum(step == "error" for step in attacks.values())
    assert refused >= LEAST_REFUSED * len(attacks), attacks
