"""Footage of real people and of real attack instruments, as files: videos, crops of faces and whole pictures.

``FOLDER/video/<label>/<who>_<instrument>.*``, ``FOLDER/still/<label>/<who>_<instrument>.*`` and
``FOLDER/crops/<label>/<source>/*``; the label is ``real`` or ``attack``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from embeddings.core.types import RGBImage

LABELS = {"real": False, "attack": True}
"""The folders, and whether they hold attacks."""

LONGEST_SIDE = 640
"""Pixels that a frame of a video is shrunk to, as large as the frames that the widget sends."""


@dataclass(frozen=True)
class Clip:
    """One video, or the pictures of one source and label.

    Attributes:
        kind: ``video``, ``still`` or ``crops``.
        source: who is seen, or whose collection it is.
        instrument: what an attack is shown with, as the file is named; empty for a person.
        files: the video, or the pictures.
    """

    kind: str
    source: str
    instrument: str
    files: tuple[Path, ...]

    @property
    def attack(self) -> bool:
        """Whether it shows an attack."""
        return bool(self.instrument)

    def pictures(self) -> Iterator[RGBImage]:
        """The pictures as they are."""
        for file in self.files:
            pixels = cv2.imread(str(file), cv2.IMREAD_COLOR_RGB)
            if pixels is None:
                raise ValueError(f"{file.name} is no picture")
            yield np.asarray(pixels, np.uint8)

    def frames(self) -> Iterator[tuple[float, RGBImage]]:
        """The frames of a video, shrunk: (seconds since its beginning, pixels)."""
        capture = cv2.VideoCapture(str(self.files[0]))
        rate, number = capture.get(cv2.CAP_PROP_FPS), 0
        while True:
            there, pixels = capture.read()
            if not there:
                break
            yield number / rate, _shrunk(np.asarray(pixels, np.uint8))
            number += 1
        if not number:
            raise ValueError(f"{self.files[0].name} is no video that OpenCV reads")


def clips_in(folder: Path) -> list[Clip]:
    """The clips of a folder, by kind and name; none where it holds sessions alone."""
    found = list(chain.from_iterable(_named(folder, kind) for kind in ("video", "still")))
    for label, attack in LABELS.items():
        for place in sorted((folder / "crops" / label).glob("*/")):
            files = tuple(sorted(file for file in place.iterdir() if file.is_file()))
            found.append(Clip("crops", place.name, "screen or print" if attack else "", files))
    return found


def _named(folder: Path, kind: str) -> Iterator[Clip]:
    for label, attack in LABELS.items():
        for file in sorted((folder / kind / label).glob("*.*")):
            who, _, instrument = file.stem.partition("_")
            yield Clip(kind, who, (instrument or "unnamed") if attack else "", (file,))


def _shrunk(bgr: RGBImage) -> RGBImage:
    times = LONGEST_SIDE / max(bgr.shape[:2])
    if times < 1.0:
        bgr = np.asarray(cv2.resize(bgr, None, fx=times, fy=times, interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(bgr[:, :, ::-1])
