"""Photographs for tests; all come from Python packages.

``python -m tests.photographs`` downloads those that are not inside an installed package. With a folder it also puts
three photographs of one person there, to try the API.
"""

import fcntl
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

import cv2

from embeddings.core.types import RGBImage

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "photographs"
LOCK_FILE = Path(__file__).with_suffix(".lock")
PRESIDENTS = "presidents"
IMAGES_INSIDE = "/tests/test_images/"


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

    Safe to call from several processes at once. Raises ``subprocess.CalledProcessError`` if pip cannot download it.
    """
    folder = CACHE / PRESIDENTS
    if not folder.is_dir():
        _fetch(folder)
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


def _fetch(folder: Path) -> None:
    """Downloads the source distribution with pip, by hash, and puts its test images into the folder in one step."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir():
            return
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            archive = _download(Path(scratch))
            images = Path(scratch) / "images"
            images.mkdir()
            _unpack_images(archive, images)
            images.rename(folder)


def _download(into: Path) -> Path:
    # pip asks a source distribution for its metadata even when it only downloads. Without build isolation it uses the
    # installed setuptools for that and downloads nothing else.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-binary", ":all:", "--no-build-isolation", "--require-hashes", "-r", str(LOCK_FILE)]
    subprocess.run([*command, "--dest", str(into)], check=True, timeout=300)
    return next(into.glob("*.tar.gz"))


def _unpack_images(archive: Path, into: Path) -> None:
    with tarfile.open(archive) as sources:
        for member in sources:
            if member.isfile() and IMAGES_INSIDE in member.name:
                content = sources.extractfile(member)
                assert content is not None
                with (into / Path(member.name).name).open("wb") as file:
                    shutil.copyfileobj(content, file)


def main(arguments: list[str]) -> None:
    """Downloads the photographs, and copies those of one person into a folder, if one is named."""
    files = president_files()
    for folder in map(Path, arguments):
        folder.mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(("obama.jpg", "obama2.jpg", "obama3.jpg"), start=1):
            print(shutil.copyfile(files[name], folder / f"{number}.jpg"))


if __name__ == "__main__":
    main(sys.argv[1:])
