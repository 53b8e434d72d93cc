"""``visage export``: everybody whose face is enrolled, as a file that ``visage import`` reads."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from db import bulk
from db.bulk import EnrolledPerson
from db.engine import Database, create_database
from service.bulk_vectors import as_line
from service.errors import SourceError

BATCH = 200
"""People read at a time, with about 12 KB each."""


def export_people(url: str, path: Path, usernames: Sequence[str]) -> int:
    """Writes a line for each person, and puts the file into place once it is whole; how many people.

    The file is for its owner alone (mode 0600): its vectors are biometric data.

    Args:
        url: of the database, migrated.
        path: of the file; another one of this name is replaced.
        usernames: only these people; empty is everybody.

    Raises:
        SourceError: the file cannot be written, or somebody named is not enrolled.
        DatabaseError: the database went away, or is not migrated.
    """
    database = create_database(url)
    written: set[str] = set()
    count = 0
    with _replacing(path) as file:
        for person in _people(database, usernames or None):
            file.write(as_line(person))
            count += 1
            if usernames:
                written.add(person.username.lower())
        if missing := [name for name in usernames if name.lower() not in written]:
            raise SourceError(f"no face is enrolled of {', '.join(missing)}")
    database.dispose()
    return count


def _people(database: Database, usernames: Sequence[str] | None) -> Iterator[EnrolledPerson]:
    after = None
    while True:
        with database.unit_of_work() as work:
            batch = bulk.enrolled_after(work.session, after, BATCH, usernames)
        if not batch:
            return
        yield from batch
        after = batch[-1].user_id


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """A new file that takes this path when the block ends well, and is removed when it does not.

    What a kill leaves is found by its name, beside the path, and replaced the next time.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            try:
                yield file
                file.flush()
                os.fsync(descriptor)
                part.replace(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}") from error
