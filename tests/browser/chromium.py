"""The Chromium of this machine."""

import os
import shutil
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, Playwright


class Film(Protocol):
    """The film of a camera: a YUV4MPEG2 file."""

    @property
    def path(self) -> Path:
        """The file."""


CAMERA = "--use-fake-device-for-media-stream"


def launch_chromium(playwright: Playwright, film: Film | None) -> Browser:
    """Starts Chromium with a film for its camera, or without a camera (None)."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "this needs Chromium: apt-get install chromium"
    camera = [CAMERA, f"--use-file-for-fake-video-capture={film.path}"] if film else [f"{CAMERA}=device-count=0"]
    usual = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=program, args=[*usual, *camera])
