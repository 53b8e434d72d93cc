"""What lies in the images' folder, whoever put it there: for ``visage check``, beside a service at work."""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from service.images.store import Publication
from service.operator import administration
from service.transfer import images as bulk_images

GRACE_SECONDS = 3600.0
"""What is older than this is no request's that is still under way: these are answered or given up within minutes."""

SERVICE_PLACE = "."
PLACES = (SERVICE_PLACE, bulk_images.PLACE, administration.PLACE)
"""Where the service, an import and a command that erases write images aside or notes, below the images' folder."""


@dataclass(frozen=True)
class PersonFolder:
    """The folder of one person.

    Attributes:
        path: where it is.
        user_id: whose, by its name; None where that is no user id.
        enrolments: the names in it.
    """

    path: Path
    user_id: UUID | None
    enrolments: Sequence[str]


class ImageSurvey:
    """Looks at the folders of an ``ImageStore``. What vanishes meanwhile is as if it had not been there."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folders(self) -> Iterator[PersonFolder]:
        """Everybody's folder, one at a time, in no order; what is hidden is not theirs."""
        with contextlib.suppress(FileNotFoundError), os.scandir(self._root) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    yield PersonFolder(Path(entry.path), _as_uuid(entry.name), _names(Path(entry.path)))

    def names(self, user_id: UUID, enrolment: UUID) -> Sequence[str]:
        """The files of one enrolment."""
        return _names(self.path(user_id, enrolment))

    def path(self, *parts: UUID | str) -> Path:
        """Where a person's folder is, an enrolment of theirs or a file of it."""
        return self._root.joinpath(*map(str, parts))

    def under_way(self) -> set[str]:
        """The enrolments that may come or go at this moment, by the notes of them."""
        found: set[str] = set()
        for note in self._notes():
            found.add(note.name)
            with contextlib.suppress(FileNotFoundError):
                publication = Publication.from_note(note)
                found |= {str(publication.replaces)} if publication and publication.replaces else set()
        return found

    def leftovers(self) -> list[Path]:
        """What a crash has left written aside or undecided, long ago."""
        staged = [path for place in PLACES for path in self._entries(place, ".staging")]
        return [path for path in (*staged, *self._notes()) if is_old(path)]

    def _notes(self) -> list[Path]:
        return [path for place in PLACES for path in self._entries(place, ".undecided")]

    def _entries(self, *parts: str) -> list[Path]:
        folder = self.path(*parts)
        return [folder / name for name in _names(folder)]


def is_old(path: Path) -> bool:
    """Whether something is there and nothing has been changed about it for ``GRACE_SECONDS``."""
    try:
        return path.stat().st_mtime < time.time() - GRACE_SECONDS
    except FileNotFoundError:
        return False


def _names(folder: Path) -> Sequence[str]:
    """What is in a folder, in order; nothing where there is no such folder."""
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _as_uuid(name: str) -> UUID | None:
    try:
        return UUID(name) if str(UUID(name)) == name else None
    except ValueError:
        return None
