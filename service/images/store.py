"""The photographs of an enrolment, encrypted, in local storage that only the service's user can read.

An enrolment's images are written aside first, renamed into place as one folder just before the database commits, and
removed if it doesn't. A note of every folder whose commit is not known yet survives a crash, so that the next start can
finish the job (:meth:`ImageStore.settle`). A folder goes by a rename too, so that nothing is put back into one that is
being emptied. What is written aside and the notes have their place: an import has another
one than the service, so that either can finish its own job while the other is at work.
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
    """Images written aside, not yet in place.

    Attributes:
        enrolment: names this set of images, new for every enrolment.
        names: the file name of each image, in the order given; None of one that is not kept.
    """

    enrolment: UUID
    names: Sequence[str | None]


@dataclass(frozen=True)
class Publication:
    """Images in place that are to come or to go with a commit not known yet.

    A note tells of them until it is known. Whichever way it goes, they stay if the database then knows their enrolment
    (:meth:`ImageStore.confirm`), and go if it does not (:meth:`ImageStore.withdraw`).

    Attributes:
        staged: their enrolment.
        user_id: whose they are.
        replaces: the enrolment whose images go once these stay, if any.
    """

    staged: StagedImages
    user_id: UUID
    replaces: UUID | None

    def note(self) -> bytes:
        """What a later start needs to know, as text."""
        return f"{self.user_id} {self.replaces or ''}\n".encode()

    @classmethod
    def from_note(cls, path: Path) -> "Publication | None":
        """The publication a note tells of; None where the note is incomplete."""
        text = path.read_text()
        if not text.endswith("\n"):
            return None
        user_id, replaces = text.rstrip("\n").split(" ")
        return cls(StagedImages(UUID(path.name), ()), UUID(user_id), UUID(replaces) if replaces else None)


class ImageStore:
    """Folders ``<root>/<user id>/<enrolment>/<n>.jpg``, mode 0700, files 0600 and as ``cipher`` seals them."""

    def __init__(self, root: Path, cipher: CipherNow, place: str = ".", *, keeps: bool = True) -> None:
        """Does nothing yet.

        Args:
            root: the folder of all images.
            cipher: seals and opens them.
            place: the folder in ``root`` for what is written aside and for notes, hidden or ``root`` itself.
            keeps: whether new images are written at all.
        """
        self._root = root
        self._cipher = cipher
        self._keeps = keeps
        self._staging = root / place / ".staging"
        self._undecided = root / place / ".undecided"

    def stage(self, images: Sequence[DecodedImage], user_id: UUID) -> StagedImages:
        """Writes a person's images, as they were sent, aside; raises StorageError and leaves nothing behind."""
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
        """Removes images that were staged and not published."""
        shutil.rmtree(self._staging / str(staged.enrolment), ignore_errors=True)

    def publish(self, staged: StagedImages, user_id: UUID, replaces: UUID | None = None) -> Publication:
        """Puts the images in place; the caller then commits and calls :meth:`confirm`, or :meth:`withdraw`.

        ``replaces`` is the person's earlier enrolment, whose images go once the new ones are confirmed. Raises
        StorageError and leaves nothing behind.
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
            with contextlib.suppress(OSError):  # the next start does it
                self.withdraw(publication)
            raise StorageError from error
        return publication

    def retire(self, user_id: UUID, enrolment: UUID) -> Publication:
        """Notes that images are about to go; the caller then commits and calls :meth:`withdraw`, or :meth:`confirm`.

        Raises StorageError.
        """
        publication = Publication(StagedImages(enrolment, ()), user_id, None)
        try:
            self._make_folders()
            self._forget(publication)  # noted before, perhaps by half, by an erasure that never came to its commit
            write_new(self._undecided / str(enrolment), publication.note())
            sync_folder(self._undecided)
        except OSError as error:
            self._forget(publication)
            raise StorageError from error
        return publication

    def read(self, user_id: UUID, enrolment: UUID, name: str) -> bytes:
        """One image as it was sent; raises StorageError where it cannot be read."""
        place = place_of(user_id, enrolment, name)
        try:
            return self._cipher().open((self._root / place).read_bytes(), place)
        except (OSError, ImageKeyError, SealedImageError) as error:
            raise StorageError from error

    def confirm(self, publication: Publication) -> None:
        """The images stay: those that they replace go."""
        if publication.replaces is not None:
            self._remove(publication.user_id, publication.replaces)
        self._forget(publication)

    def withdraw(self, publication: Publication) -> None:
        """The images go, published or still staged."""
        self._remove(publication.user_id, publication.staged.enrolment)
        self.discard(publication.staged)
        self._forget(publication)

    def settle(self, committed: Callable[[UUID, UUID], bool], before: float = math.inf) -> int:
        """After a crash: keeps what was committed and removes the rest; how much there was to do.

        Only while no other process stores images by way of the same place, or else with what was left so long ago
        that nobody can be at it any more. ``committed(user_id, enrolment)`` tells whether the database knows this
        enrolment; ``before`` is in seconds since the epoch.
        """
        staged = _left_before(self._staging, before)
        for folder in staged:
            shutil.rmtree(folder)
        notes = _left_before(self._undecided, before)
        for note in notes:
            self._settle(note, committed)
        return len(staged) + len(notes)

    def _settle(self, note: Path, committed: Callable[[UUID, UUID], bool]) -> None:
        publication = Publication.from_note(note)
        if publication is None:  # the crash came while the note was written, and so before the rename
            note.unlink()
        elif committed(publication.user_id, publication.staged.enrolment):
            self.confirm(publication)
        else:
            self.withdraw(publication)
            logger.info("removed images whose sign-up or erasure a crash had cut off")

    def _make_folders(self) -> None:
        for folder in (self._root, self._staging, self._undecided):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _remove(self, user_id: UUID, enrolment: UUID) -> None:
        """In one step out of everybody's sight; what a crash leaves of it, :meth:`settle` finds aside.

        Piece by piece where the disk has no room for another name.
        """
        home, gone = self._root / str(user_id), self._staging / f"{enrolment}.gone"
        with contextlib.suppress(OSError):
            self._make_folders()
            (home / str(enrolment)).rename(gone)
        for folder in (home / str(enrolment), gone):
            shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # not empty: another enrolment of this person
            home.rmdir()

    def _forget(self, publication: Publication) -> None:
        (self._undecided / str(publication.staged.enrolment)).unlink(missing_ok=True)


def place_of(user_id: UUID, enrolment: UUID, name: str) -> str:
    """Where an image lies in the folder of all."""
    return f"{user_id}/{enrolment}/{name}"


def open_images(settings: Settings, place: str = ".") -> ImageStore:
    """The store that the settings mean; raises ImageKeyError."""
    return ImageStore(settings.images_folder, cipher_of(settings), place, keeps=settings.keeps_images)


def _left_before(folder: Path, moment: float) -> list[Path]:
    """What is in a folder and was last changed before a moment, in order; nothing where there is no such folder."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        with contextlib.suppress(FileNotFoundError):  # its owner has just finished
            if path.stat().st_mtime < moment:
                found.append(path)
    return found
