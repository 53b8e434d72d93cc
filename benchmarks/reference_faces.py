"""Lays out photographs of many different people, from public packages: ``python -m benchmarks.reference_faces FOLDER``.

``reference_people.csv`` says which package, which picture in it and which part of the picture; nothing of a face is
kept in this repository. The pictures are demonstration avatars and the test pictures of face libraries: famous people
and models of stock photographs. The packages' licences (MIT but for one of its own) speak of code and design, and not
of portraits: measure with them on your own machine, keep the figures, and pass the pictures on to nobody.
"""

import argparse
import csv
import shutil
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from embeddings.npm import pack
from embeddings.types import RGBImage

RECIPE = Path(__file__).with_name("reference_people.csv")
"""One line a photograph: the package, the file in its archive, the part of it in pixels, and whose face it is.

The parts reach one face's length beyond the box of the service's own detector. Who is who was judged by eye, with the
scores of three networks only to say which pairs to look at.
"""


@dataclass(frozen=True, order=True)
class Package:
    """A published archive: ``registry`` is ``npm`` or ``pypi``, where the source distribution is meant."""

    registry: str
    name: str
    version: str


@dataclass(frozen=True)
class ReferencePhotograph:
    """One photograph of one person.

    Attributes:
        package: what ships it.
        member: its path in the package's archive.
        part: left, top, right and bottom in pixels; right and bottom are outside.
        person: the same for the same person, ``person-001`` and on.
    """

    package: Package
    member: str
    part: tuple[int, int, int, int]
    person: str


def read_recipe(path: Path = RECIPE) -> list[ReferencePhotograph]:
    """The photographs that a recipe lists, in its order."""
    with path.open(newline="") as lines:
        return [
            ReferencePhotograph(
                Package(row["registry"], row["package"], row["version"]),
                row["path"],
                (int(row["left"]), int(row["top"]), int(row["right"]), int(row["bottom"])),
                row["person"],
            )
            for row in csv.DictReader(lines)
        ]


def fetch(package: Package, cache: Path) -> Path:
    """The package's archive, downloaded into a folder of its own in ``cache`` unless it is there.

    Raises:
        OSError, subprocess.SubprocessError: the registry or the package couldn't be had.
    """
    folder = cache / package.registry / f"{package.name.replace('/', '+')}-{package.version}"
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _download(package, partial)
        partial.rename(folder)
    (archive,) = folder.iterdir()
    return archive


def _download(package: Package, folder: Path) -> None:
    if package.registry == "npm":
        pack(f"{package.name}@{package.version}", folder)
        return
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", package.name]
    command = [*pip, "--dest", str(folder), f"{package.name}=={package.version}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (pip, for packages of our own choice)


def cut_part(encoded: bytes, part: tuple[int, int, int, int]) -> RGBImage:
    """The part of an encoded picture, (bottom - top, right - left, 3) uint8 RGB.

    Raises:
        ValueError: the bytes are no picture, or the part reaches beyond it.
    """
    pixels = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise ValueError("not a picture")
    left, top, right, bottom = part
    rows, columns = pixels.shape[:2]
    if not (0 <= left < right <= columns and 0 <= top < bottom <= rows):
        raise ValueError(f"part {part} reaches beyond a picture of {columns} by {rows}")
    return cast(RGBImage, pixels[top:bottom, left:right])


def lay_out(photographs: Iterable[ReferencePhotograph], archives: dict[Package, Path], folder: Path) -> int:
    """Writes ``folder/person/1.png`` and on, without loss, and returns how many.

    Args:
        archives: the .tar.gz of every package that the photographs name.

    Raises:
        KeyError: an archive has no such file.
    """
    counts: dict[str, int] = defaultdict(int)
    by_package: dict[Package, list[ReferencePhotograph]] = defaultdict(list)
    for photograph in photographs:
        by_package[photograph.package].append(photograph)
    for package, listed in by_package.items():
        with tarfile.open(archives[package]) as archive:
            for photograph in listed:
                member = archive.extractfile(photograph.member)
                if member is None:
                    raise KeyError(f"{photograph.member} of {package.name} is no file")
                pixels = cut_part(member.read(), photograph.part)
                counts[photograph.person] += 1
                target = folder / photograph.person / f"{counts[photograph.person]}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(target), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return sum(counts.values())


def main() -> None:
    """Fetches what the recipe lists and lays it out as ``make eval`` reads it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the folders of people go")
    parser.add_argument("--cache", type=Path, help="where the packages are kept (default: FOLDER with .packages added)")
    asked = parser.parse_args()
    cache = asked.cache or asked.folder.with_name(f"{asked.folder.name}.packages")
    photographs = read_recipe()
    archives = {package: fetch(package, cache) for package in sorted({one.package for one in photographs})}
    written = lay_out(photographs, archives, asked.folder)
    people = len({one.person for one in photographs})
    print(f"{written} photographs of {people} people from {len(archives)} packages")


if __name__ == "__main__":
    main()
