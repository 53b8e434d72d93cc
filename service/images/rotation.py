"""Encrypts every image with the newest key, beside a running service, in as many attempts as it takes.

An image is replaced by a rename of a file written aside, so that whoever reads finds the old one or the new one. A
person who is erased meanwhile stays erased: their folder goes by a rename (``service.images.store``), and nothing can
be put into a folder that is not there. Files that a kill leaves aside are removed by the next attempt or start.
"""

import contextlib
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service.images.cipher import HEADER_BYTES, SealedImageError, key_id
from service.images.keys import CipherNow
from service.runtime.durable_files import sync_folder, write_draft

ASIDE = ".rotation"
"""Where images are written before they take their place."""


@dataclass
class RotationReport:
    """What came of a rotation, or has come of it so far.

    Attributes:
        images: how many there were at the beginning.
        rotated: how many were encrypted anew.
        unreadable: the places of images that could not be, and why.
    """

    images: int
    rotated: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)


class ImageRotation:
    """One at a time on a data folder: the caller sees to that (``service.runtime.data_folder.sole_rotation``)."""

    def __init__(self, root: Path, cipher: CipherNow) -> None:
        """``root`` is the folder of all images; does nothing yet."""
        self._root = root
        self._cipher = cipher

    def keys_in_use(self) -> Counter[bytes | None]:
        """How many images each key encrypts, by its id; None is the key of those that are plain."""
        return key_ids(self._root)

    def is_due(self) -> bool:
        """Whether there are images that the newest key does not encrypt."""
        newest = self._cipher().newest.id
        return any(key_id(head) != newest for _, head in _heads(self._root))

    def begin(self) -> RotationReport:
        """The report of a run that has not done anything yet."""
        return RotationReport(sum(1 for _ in _places(self._root)))

    def run(self, report: RotationReport) -> Iterator[None]:
        """Yields after each image, with the report up to date; raises OSError or ImageKeyError.

        Goes through all images again until it finds none to encrypt: some may be stored meanwhile.
        """
        sweep_rotation(self._root)
        (self._root / ASIDE).mkdir(mode=0o700, parents=True, exist_ok=True)
        rotated = -1
        while rotated != report.rotated:
            rotated = report.rotated
            for path, head in _heads(self._root):
                if key_id(head) != self._cipher().newest.id:
                    self._rotate(path, report)
                yield
        sweep_rotation(self._root)

    def _rotate(self, path: Path, report: RotationReport) -> None:
        place = str(path.relative_to(self._root))
        cipher = self._cipher()
        try:
            image = cipher.open(path.read_bytes(), place)
        except FileNotFoundError:
            return  # erased meanwhile
        except SealedImageError as error:
            report.unreadable[place] = str(error)
            return
        draft = write_draft(self._root / ASIDE, cipher.seal(image, place))
        try:
            draft.replace(path)
            sync_folder(path.parent)
        except FileNotFoundError:
            return  # erased meanwhile
        finally:
            draft.unlink(missing_ok=True)
        report.rotated += 1


def key_ids(root: Path) -> Counter[bytes | None]:
    """How many of the images in a folder each key encrypts, by its id; None is the key of those that are plain."""
    return Counter(key_id(head) for _, head in _heads(root))


def sweep_rotation(root: Path) -> None:
    """Removes what a rotation that was cut off has left aside; only while none is at work."""
    shutil.rmtree(root / ASIDE, ignore_errors=True)


def _heads(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every image, and how its file begins."""
    for path in _places(root):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            yield path, file.read(HEADER_BYTES)


def _places(root: Path) -> Iterator[Path]:
    return root.glob("[!.]*/*/*")
