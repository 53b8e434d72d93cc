"""The encrypted photographs of enrolments, in local storage that only the service's user can read.

An enrolment's images are first written to a staging folder. Just before the database commits, they are renamed into
place as one folder. If the commit fails, the folder is removed. A note of each folder with an unknown commit survives a
crash, so that the next start can finish the job (:meth:`ImageStore.settle`). A folder is removed by a rename too, so
that no file is added to it meanwhile. The staging folder and the notes have a place; an import has another place than
the service, so that each can finish its own job while the other runs.
"""

import contextlib
import logging
import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from embeddings.core.types import DecodedImage
from service.domain.errors import StorageError
from service.domain.operator_errors import ImageKeyError
from service.images.cipher import SealedImageError
from service.images.keys import CipherNow, cipher_of
from service.runtime.durable_files import sync_folder, write_new
from service.settings.model import Settings

_EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StagedImages:
    """Images in the staging folder.

    Attributes:
        enrolment: the id of this set of images, new for every enrolment.
        names: the file name of each image, in the order given; None if an image is not kept.
    """

    enrolment: UUID
    names: Sequence[str | None]


@dataclass(frozen=True)
class Publication:
    """Published images whose commit is not known yet.

    A note on the disk describes them until the commit is known. If the database then knows their enrolment, they stay
    (:meth:`ImageStore.confirm`); otherwise they are removed (:meth:`ImageStore.withdraw`).

    Attributes:
        staged: their enrolment.
        user_id: the user they belong to.
        replaces: the enrolment whose images are removed if these stay, or None.
    """

    staged: StagedImages
    user_id: UUID
    replaces: UUID | None

    def note(self) -> bytes:
        """Returns the text of the note, for a later start."""
        return f"{self.user_id} {self.replaces or ''}\n".encode()

    @classmethod
    def from_note(cls, path: Path) -> "Publication | None":
        """Reads the publication from a note; None if the note is incomplete."""
        text = path.read_text()
        if not text.endswith("\n"):
            return None
        user_id, replaces = text.rstrip("\n").split(" ")
        return cls(StagedImages(UUID(path.name), ()), UUID(user_id), UUID(replaces) if replaces else None)


class ImageStore:
    """Folders ``<root>/<user id>/<enrolment>/<n>.jpg``, mode 0700; files have mode 0600 and are encrypted."""

    def __init__(self, root: Path, cipher: CipherNow, place: str = ".", *, keeps: bool = True) -> None:
        """Does nothing yet.

        Args:
            root: the folder of all images.
            cipher: encrypts and decrypts them.
            place: the folder in ``root`` for staged images and notes: hidden, or ``root`` itself.
            keeps: whether new images are written at all.
        """
        self._root = root
        self._cipher = cipher
        self._keeps = keeps
        self._staging = root / place / ".staging"
        self._undecided = root / place / ".undecided"

    def stage(self, images: Sequence[DecodedImage], user_id: UUID) -> StagedImages:
        """Writes a user's images, as sent, to the staging folder. Raises StorageError, and then leaves nothing."""
        enrolment = uuid4()
        if not self._keeps:
            return StagedImages(enrolment, [None] * len(images))
        folder = self._staging / str(enrolment)
        names = [f"{number}{_EXTENSIONS[image.media_type]}" for number, image in enumerate(images, start=1)]
        try:
            cipher = self._cipher()
            self._make_folders()
            folder.mkdir(mode=0o700)
            for name, image in zip(names, images, strict=True):
                write_new(folder / name, cipher.seal(image.data, place_of(user_id, enrolment, name)))
            sync_folder(folder)
        except (OSError, ImageKeyError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError from error
        return StagedImages(enrolment, names)

    def discard(self, staged: StagedImages) -> None:
        """Removes images that were staged but not published."""
        shutil.rmtree(self._staging / str(staged.enrolment), ignore_errors=True)

    def publish(self, staged: StagedImages, user_id: UUID, replaces: UUID | None = None) -> Publication:
        """Moves the images into place; the caller then commits and calls :meth:`confirm`, or :meth:`withdraw`.

        ``replaces`` is the user's earlier enrolment; its images are removed once the new ones are confirmed. Raises
        StorageError and then leaves nothing behind.
        """
        publication = Publication(staged, user_id, replaces)
        try:
            self._make_folders()
            write_new(self._undecided / str(staged.enrolment), publication.note())
            sync_folder(self._undecided)
            if any(staged.names):
                home = self._root / str(user_id)
                home.mkdir(mode=0o700, exist_ok=True)
                (self._staging / str(staged.enrolment)).rename(home / str(staged.enrolment))
                sync_folder(home)
        except OSError as error:
            with contextlib.suppress(OSError):  # the next start withdraws it
                self.withdraw(publication)
            raise StorageError from error
        return publication

    def retire(self, user_id: UUID, enrolment: UUID) -> Publication:
        """Notes that images will be removed; the caller then commits and calls :meth:`withdraw`, or :meth:`confirm`.

        Raises StorageError.
        """
        publication = Publication(StagedImages(enrolment, ()), user_id, None)
        try:
            self._make_folders()
            self._forget(enrolment)  # a note, perhaps incomplete, of an erasure that did not reach its commit
            write_new(self._undecided / str(enrolment), publication.note())
            sync_folder(self._undecided)
        except OSError as error:
            self._forget(enrolment)
            raise StorageError from error
        return publication

    def read(self, user_id: UUID, enrolment: UUID, name: str) -> bytes:
        """Returns one image as it was sent. Raises StorageError if it cannot be read."""
        place = place_of(user_id, enrolment, name)
        try:
            return self._cipher().open((self._root / place).read_bytes(), place)
        except (OSError, ImageKeyError, SealedImageError) as error:
            raise StorageError from error

    def confirm(self, publication: Publication) -> None:
        """Keeps the images, and removes the images that they replace.

        The note stays if that fails, so that a later start tries again.
        """
        if publication.replaces is None or self._remove(publication.user_id, publication.replaces):
            self._forget(publication.staged.enrolment)

    def withdraw(self, publication: Publication) -> None:
        """Removes the images, published or still staged. The note stays if that fails, as in :meth:`confirm`."""
        self.discard(publication.staged)
        if self._remove(publication.user_id, publication.staged.enrolment):
            self._forget(publication.staged.enrolment)

    def settle(self, committed: Callable[[UUID, UUID], bool], before: float = math.inf) -> int:
        """After a crash: keeps committed images and removes the others. Returns the number of folders and notes found.

        Call it only while no other process stores images with the same place, or with a ``before`` so long ago that no
        process can still be working on them. ``committed(user_id, enrolment)`` tells whether the database knows this
        enrolment; ``before`` is in seconds since the epoch.
        """
        staged = _left_before(self._staging, before)
        for folder in staged:
            _removed(folder)
        notes = _left_before(self._undecided, before)
        for note in notes:
            self._settle(note, committed)
        return len(staged) + len(notes)

    def _settle(self, note: Path, committed: Callable[[UUID, UUID], bool]) -> None:
        publication = Publication.from_note(note)
        if publication is None:  # the crash happened while the note was written, so before the rename
            self._forget(note.name)
        elif committed(publication.user_id, publication.staged.enrolment):
            self.confirm(publication)
        else:
            self.withdraw(publication)
            logger.info("removed images of a sign-up or erasure that a crash interrupted")

    def _make_folders(self) -> None:
        for folder in (self._root, self._staging, self._undecided):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _remove(self, user_id: UUID, enrolment: UUID) -> bool:
        """Makes the images unreachable in one step; after a crash :meth:`settle` removes the rest.

        If the disk has no room for another name, deletes file by file. Returns whether the folder is removed.
        """
        home, gone = self._root / str(user_id), self._staging / f"{enrolment}.gone"
        with contextlib.suppress(OSError):
            self._make_folders()
            (home / str(enrolment)).rename(gone)
        left = [folder for folder in (home / str(enrolment), gone) if not _removed(folder)]
        with contextlib.suppress(OSError):  # not empty: another enrolment of this user
            home.rmdir()
        return not left

    def _forget(self, enrolment: UUID | str) -> None:
        """Removes a note. One that stays does no harm: a later start finds nothing to do, and removes it."""
        with contextlib.suppress(OSError):
            (self._undecided / str(enrolment)).unlink(missing_ok=True)


def _removed(folder: Path) -> bool:
    """Removes a folder of images; returns whether it is gone, and logs if it is not."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        return True
    logger.error("images of an ended enrolment cannot be removed; the next start tries again")
    return False


def place_of(user_id: UUID, enrolment: UUID, name: str) -> str:
    """Returns the path of an image below the folder of all images."""
    return f"{user_id}/{enrolment}/{name}"


def open_images(settings: Settings, place: str = ".") -> ImageStore:
    """Opens the store of the settings. Raises ImageKeyError."""
    return ImageStore(settings.images_folder, cipher_of(settings), place, keeps=settings.keeps_images)


def _left_before(folder: Path, moment: float) -> list[Path]:
    """Lists the entries of a folder last changed before a moment, in order; empty if there is no such folder."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        with contextlib.suppress(FileNotFoundError):  # its process has just finished
            if path.stat().st_mtime < moment:
                found.append(path)
    return found
