"""Compares the images of a copy with the database that was filled from it."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from db import bulk
from db.core.batches import in_batches
from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from service.login.enrolment import enrolment_of

BATCH = 200
"""People read at a time, with about 12 KB each."""


def enrolments_in(images: Path) -> list[Path]:
    """Lists the folders of all enrolments, without staged images."""
    return sorted(folder for folder in images.glob("[!.]*/*") if folder.is_dir())


def leave_out_unknown(database: Database, images: Path) -> tuple[int, int]:
    """Removes the enrolments that the database does not know; returns how many it knows and how many were removed."""
    kept = left_out = 0
    for enrolment in enrolments_in(images):
        with database.unit_of_work() as work:
            counts = _is_known(work, enrolment)
        if not counts:
            shutil.rmtree(enrolment)
            with contextlib.suppress(OSError):  # another enrolment of the same user is in it
                enrolment.parent.rmdir()
        kept, left_out = kept + counts, left_out + (not counts)
    return kept, left_out


def people_without(database: Database, images: Path) -> Iterator[str]:
    """Yields the usernames of users whose enrolment names a missing image."""
    following = in_batches(
        database, lambda work, after: bulk.enrolled_after(work.session, after, BATCH), key=lambda person: person.user_id
    )
    for people in following:
        for person in people:
            if any(not (images / str(person.user_id) / place).is_file() for place in _places(person.facial_data)):
                yield person.username


def _is_known(work: UnitOfWork, enrolment: Path) -> bool:
    try:
        user_id, found = UUID(enrolment.parent.name), UUID(enrolment.name)
    except ValueError:  # not a folder of Visage
        return False
    return enrolment_of(work, user_id) == found


def _places(document: Any) -> list[Path]:
    """Lists a document's image paths in its user's folder; none if `visage check` would refuse the document."""
    try:
        names = [capture["image"] for capture in document["captures"]]
        return [Path(document["enrolment"]) / name for name in names if name is not None]
    except (KeyError, TypeError):
        return []
