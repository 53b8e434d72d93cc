"""``visage export``: writes all enrolled users in a form that ``visage import`` reads.

Only the owner can read the output, because faces and their vectors are biometric data. The output is renamed into place
once it is complete. A killed export leaves its file beside that place; the next export finds and replaces it by name.
"""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from db import bulk
from db.bulk import EnrolledPerson
from db.core.batches import in_batches
from db.core.engine import create_database
from db.queries import users
from service.domain.errors import StorageError
from service.domain.operator_errors import SourceError
from service.domain.table_cells import as_cell
from service.images.store import ImageStore
from service.runtime.named_files import aside, create, os_errors_as_source_errors, written
from service.transfer.sources import COLUMNS, PEOPLE_FILE
from service.transfer.vectors import as_line

BATCH = 200
"""People read at a time, with about 12 KB each."""


@dataclass
class Exported:
    """The number of people written, and of people without photographs."""

    people: int = 0
    without_images: int = 0


def export_vectors(url: str, path: Path, usernames: Sequence[str]) -> Exported:
    """Writes a line for each user (``service.transfer.vectors``), mode 0600.

    Args:
        url: the URL of the database, migrated.
        path: the file; an existing file is replaced. A pipe or a device is written to directly.
        usernames: only these users; empty for all.

    Raises:
        SourceError: the file cannot be written, or a named user is not enrolled.
        DatabaseError: the database became unavailable, or is not migrated.
    """
    exported = Exported()
    with written(path) as file:
        for person in _people(url, usernames):
            file.write(as_line(person))
            exported.people += 1
    return exported


def export_images(url: str, images: ImageStore, folder: Path, usernames: Sequence[str]) -> Exported:
    """Writes a folder of photographs as they were sent, mode 0700, with a ``people.csv`` that names their users.

    Each user's photographs are in a folder named by the user's id, because not every username is a valid folder name.
    Arguments and errors are those of :func:`export_vectors`, except that the folder must not exist, and that an
    existing but unreadable photograph raises StorageError.
    """
    if os.path.lexists(folder):
        raise SourceError(f"{folder} already exists: name another folder, or move it away")
    exported = Exported()
    with os_errors_as_source_errors(folder), aside(folder) as part:
        part.mkdir(mode=0o700)
        with create(part / PEOPLE_FILE) as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for person in _people(url, usernames):
                names = _copy_images(images, person, part / str(person.user_id))
                for name in names:
                    row = (person.username, f"{person.user_id}/{name}", person.email or "", person.display_name)
                    writer.writerow(map(as_cell, row))
                exported.people += bool(names)
                exported.without_images += not names
        part.rename(folder)
    return exported


def _copy_images(images: ImageStore, person: EnrolledPerson, folder: Path) -> Sequence[str]:
    """Copies a user's readable photographs and returns their names."""
    enrolment = UUID(person.facial_data["enrolment"])
    written = []
    for name in [capture["image"] for capture in person.facial_data["captures"] if capture["image"]]:
        try:
            data = images.read(person.user_id, enrolment, name)
        except StorageError as error:
            if not isinstance(error.__cause__, FileNotFoundError):  # for example a missing key, for all users
                raise
            continue
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
        written.append(name)
    return written


def _people(url: str, usernames: Sequence[str]) -> Iterator[EnrolledPerson]:
    """Yields all enrolled users, or the named ones. At the end raises SourceError if a named user is not enrolled."""
    database = create_database(url)
    with database.unit_of_work() as work:
        named = {name: users.find_by_username(work.session, name) for name in usernames}
    wanted = {user.id for user in named.values() if user is not None} if usernames else None
    exported: set[UUID] = set()
    following = in_batches(
        database,
        lambda work, after: bulk.enrolled_after(work.session, after, BATCH, wanted),
        key=lambda person: person.user_id,
    )
    for batch in following:
        yield from batch
        if wanted is not None:
            exported.update(person.user_id for person in batch)
    database.dispose()
    if missing := [name for name, user in named.items() if user is None or user.id not in exported]:
        raise SourceError(f"no face is enrolled for {', '.join(missing)}")
