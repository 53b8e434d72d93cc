"""Lists the contents of the image folder for ``visage check``, beside a running service."""

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
"""Age in seconds from which a file belongs to no running request: requests end within minutes."""

SERVICE_PLACE = "."
PLACES = (SERVICE_PLACE, bulk_images.PLACE, administration.PLACE)
"""The places below the image folder where the service, an import and a command that erases stage images and notes."""


@dataclass(frozen=True)
class PersonFolder:
    """The folder of one user.

    Attributes:
        path: where it is.
        user_id: the user id in its name; None if the name is not a user id.
        enrolments: the names of its entries.
    """

    path: Path
    user_id: UUID | None
    enrolments: Sequence[str]


class ImageSurvey:
    """Lists the folders of an ``ImageStore``. It ignores what disappears meanwhile."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folders(self) -> Iterator[PersonFolder]:
        """Yields all users' folders, in no order; skips hidden folders."""
        with contextlib.suppress(FileNotFoundError), os.scandir(self._root) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    yield PersonFolder(Path(entry.path), _as_uuid(entry.name), _names(Path(entry.path)))

    def names(self, user_id: UUID, enrolment: UUID) -> Sequence[str]:
        """Lists the files of one enrolment."""
        return _names(self.path(user_id, enrolment))

    def path(self, *parts: UUID | str) -> Path:
        """Returns the path of a user's folder, of an enrolment or of a file."""
        return self._root.joinpath(*map(str, parts))

    def under_way(self) -> set[str]:
        """Returns the enrolments that are just being published or removed, by their notes."""
        found: set[str] = set()
        for note in self._notes():
            found.add(note.name)
            with contextlib.suppress(FileNotFoundError):
                publication = Publication.from_note(note)
                found |= {str(publication.replaces)} if publication and publication.replaces else set()
        return found

    def leftovers(self) -> list[Path]:
        """Lists old staged images and notes, which a crash has left."""
        staged = [path for place in PLACES for path in self._entries(place, ".staging")]
        return [path for path in (*staged, *self._notes()) if is_old(path)]

    def _notes(self) -> list[Path]:
        return [path for place in PLACES for path in self._entries(place, ".undecided")]

    def _entries(self, *parts: str) -> list[Path]:
        folder = self.path(*parts)
        return [folder / name for name in _names(folder)]


def is_old(path: Path) -> bool:
    """Whether a path exists and has not been changed for ``GRACE_SECONDS``."""
    try:
        return path.stat().st_mtime < time.time() - GRACE_SECONDS
    except FileNotFoundError:
        return False


def _names(folder: Path) -> Sequence[str]:
    """Lists the names in a folder, in order; empty if there is no such folder."""
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _as_uuid(name: str) -> UUID | None:
    try:
        return UUID(name) if str(UUID(name)) == name else None
    except ValueError:
        return None
