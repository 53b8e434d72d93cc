"""Videos of real people, and of replays of them, as films of Chromium's camera.

The videos are not part of the project. ``VISAGE_TEST_FOOTAGE`` names a folder with ``real/`` and ``attack/``. The part
of a file's name before the first underscore says who it shows.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Playwright

from embeddings.core.types import RGBImage
from embeddings.detect.finder import FaceFinder
from tests.browser.chromium import launch_chromium
from tests.browser.tab import Tab
from tests.camera_film import HEIGHT, WIDTH, encode_film

VARIABLE = "VISAGE_TEST_FOOTAGE"
FOOTAGE = os.environ.get(VARIABLE)

PER_SECOND = 15
"""Frames per second of the films of Chromium's camera: more of them are too large for a small machine's memory."""

TURNED = 14.0
"""Degrees between the furthest turns to the left and to the right of a head that turns; a still one has 2."""

LOOK_EVERY = 5
"""Of this many frames, one is enough to find turns."""

needs_footage = pytest.mark.skipif(
    FOOTAGE is None, reason=f"{VARIABLE} is unset: films of real people are not part of this project"
)


@dataclass(frozen=True)
class Footage:
    """The film of Chromium's camera, made from a video."""

    path: Path


def videos(kind: str) -> list[Path]:
    """Returns the videos of one kind, ``real`` or ``attack``."""
    return sorted(Path(FOOTAGE or "", kind).iterdir())


def person_in(video: Path) -> str:
    """Returns the name of the person in a video."""
    return video.stem.partition("_")[0]


def read_frames(video: Path, per_second: int = PER_SECOND) -> list[RGBImage]:
    """Returns this many frames a second, cut and scaled to the camera's size: (480, 640, 3) uint8 RGB."""
    capture = cv2.VideoCapture(str(video))
    step = capture.get(cv2.CAP_PROP_FPS) / per_second
    frames: list[RGBImage] = []
    number = 0
    while True:
        found, frame = capture.read()
        if not found:
            return frames
        number += 1
        while len(frames) * step < number:
            frames.append(_as_camera(frame[:, :, ::-1]))


def turns_its_head(frames: Sequence[RGBImage], finder: FaceFinder) -> bool:
    """Whether the head in a video turns to the sides."""
    yaws = [face.pose.yaw for frame in frames[::LOOK_EVERY] for face in finder.find(frame)[:1]]
    return float(np.ptp(yaws)) >= TURNED


@contextmanager
def camera_plays(frames: Sequence[RGBImage], url: str, playwright: Playwright, folder: Path) -> Iterator[Tab]:
    """Opens a tab of a Chromium whose camera plays the frames of a video again and again."""
    film = folder / "video.y4m"
    film.write_bytes(encode_film(frames, PER_SECOND))
    browser = launch_chromium(playwright, Footage(film))
    try:
        context = browser.new_context()
        context.grant_permissions(["camera"])
        tab = Tab.open(context, url)
        tab.expected = {422}
        yield tab
        assert tab.complaints == []
    finally:
        browser.close()
        film.unlink()


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
