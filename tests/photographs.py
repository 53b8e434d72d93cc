"""Photographs for tests; all come from Python packages.

``python -m tests.photographs`` downloads those that are not inside an installed package.
"""

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import cast

import cv2

from embeddings.core.types import RGBImage
from service.demo.photographs import fetch

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "photographs"
PRESIDENTS = "presidents"


def astronaut() -> RGBImage:
    """Eileen Collins, official portrait (NASA, public domain): (512, 512, 3) uint8 RGB, one face, 110 pixels wide."""
    return _packaged("astronaut")


def cat() -> RGBImage:
    """Chelsea, a cat seen from the front (Stefan van der Walt, CC0): (300, 451, 3) uint8 RGB, no human face."""
    return _packaged("chelsea")


def coffee() -> RGBImage:
    """A cup of coffee on a table (Rachel Michetti, CC0): (400, 600, 3) uint8 RGB, nobody."""
    return _packaged("coffee")


def president_files() -> dict[str, Path]:
    """Returns the photographs of two United States presidents by file name; the first call downloads them.

    They are the test images of the source distribution of ``face_recognition`` 1.3.0: ``obama.jpg``, ``obama2.jpg`` and
    ``obama3.jpg`` show one person on three occasions, ``32bit.png`` is ``obama2.jpg`` with an alpha channel, in
    ``obama_partial_face.jpg`` and ``obama_partial_face2.jpg`` the edge cuts the face; ``biden.jpg`` is another person.

    Safe to call from several processes at once. Raises PhotographsUnavailableError.
    """
    folder = CACHE / PRESIDENTS
    if not folder.is_dir():
        _fetch_once(folder)
    return {path.name: path for path in sorted(folder.iterdir())}


def president(name: str) -> RGBImage:
    """Returns one photograph of :func:`president_files`, (height, width, 3) uint8 RGB."""
    pixels = cv2.imread(str(president_files()[name]), cv2.IMREAD_COLOR_RGB)
    return cast(RGBImage, pixels)


def _packaged(name: str) -> RGBImage:
    """Returns a photograph in the package scikit-image, whose functions are not typed."""
    from skimage import data  # noqa: PLC0415 (those who only try the API have not installed it)

    load: Callable[[], RGBImage] = getattr(data, name)
    return load()


def _fetch_once(folder: Path) -> None:
    """Downloads the photographs of the demo, unless another process has."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            fetch(folder)


if __name__ == "__main__":
    president_files()
