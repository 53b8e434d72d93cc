"""Encrypts every image with the newest key. It can run beside a service, and be interrupted and repeated.

A new file is written to another folder and then renamed over the image, so that a reader finds the old image or the new
one. Users who are erased meanwhile stay erased: their folder is renamed (``service.images.store``), so no file can be
put into it. A killed run leaves files behind; the next run or start removes them.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service.images.cipher import SealedImageError, key_id
from service.images.files import image_files, image_heads
from service.images.keys import CipherNow
from service.runtime.durable_files import sync_folder, write_draft

ASIDE = ".rotation"
"""The folder for images before they are renamed into place."""


@dataclass
class RotationReport:
    """The result of a rotation so far.

    Attributes:
        images: how many images there were at the beginning.
        rotated: how many were encrypted again.
        unreadable: by path, the images that could not be, and why.
    """

    images: int
    rotated: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)


class ImageRotation:
    """Rotates one data folder. The caller prevents a second run (``service.runtime.data_folder.sole_rotation``)."""

    def __init__(self, root: Path, cipher: CipherNow) -> None:
        """``root`` is the folder of all images; does nothing yet."""
        self._root = root
        self._cipher = cipher

    def keys_in_use(self) -> Counter[bytes | None]:
        """Counts the images by the id of their key; None stands for unencrypted images."""
        return key_ids(self._root)

    def is_due(self) -> bool:
        """Whether any image is not encrypted with the newest key."""
        newest = self._cipher().newest.id
        return any(key_id(head) != newest for _, head in image_heads(self._root))

    def begin(self) -> RotationReport:
        """Returns the report of a run that has not started yet."""
        return RotationReport(sum(1 for _ in image_files(self._root)))

    def run(self, report: RotationReport) -> Iterator[None]:
        """Rotates; yields after each image, with the report up to date. Raises OSError or ImageKeyError.

        Repeats until a pass finds nothing to encrypt, because images may be stored meanwhile.
        """
        sweep_rotation(self._root)
        (self._root / ASIDE).mkdir(mode=0o700, parents=True, exist_ok=True)
        rotated = -1
        while rotated != report.rotated:
            rotated = report.rotated
            for path, head in image_heads(self._root):
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
    """Counts the images in a folder by the id of their key; None stands for unencrypted images."""
    return Counter(key_id(head) for _, head in image_heads(root))


def sweep_rotation(root: Path) -> None:
    """Removes the files of an interrupted rotation. Only while no rotation runs."""
    shutil.rmtree(root / ASIDE, ignore_errors=True)
