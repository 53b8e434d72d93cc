"""Image folders that no account knows, and files that a crash has left.

A folder that a sign-up, an erasure or an import is just moving or removing is not a fault. A note describes it from
before the commit until the folders are in their final state (``service.images.store``). So the notes are read once
before the database is queried and once after. Then the check looks whether the folder still exists.
"""

import contextlib
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import UUID

from db.core.engine import Database
from db.queries import consistency
from service.checking.inconsistency import Inconsistency
from service.checking.survey import GRACE_SECONDS, ImageSurvey, PersonFolder, is_old
from service.domain.errors import StorageError
from service.images.store import ImageStore
from service.operator.administration import administration_images, settle_administration
from service.runtime.data_folder import sole_administration, sole_import
from service.settings.model import Settings
from service.transfer.images import import_images, settle_imports

BATCH = 500
"""People's folders per database query."""

NO_ENROLMENT = "images that belong to no enrolment"
EMPTY_FOLDER = "an empty folder"
NOT_OURS = "not a folder of Visage"
LEFTOVER = "left by a crash"


class FolderCheck:
    """Finds files and folders that should not be in the image folder."""

    def __init__(
        self, database: Database, settings: Settings, images: ImageStore, survey: ImageSurvey, *, repair: bool
    ) -> None:
        self._database = database
        self._settings = settings
        self._images = images
        self._survey = survey
        self._repair = repair

    def run(self) -> Iterator[Inconsistency]:
        """Yields the inconsistencies, already repaired if that is wanted. Raises DatabaseUnavailableError."""
        folders = self._survey.folders()
        while batch := list(islice(folders, BATCH)):
            under_way = self._survey.under_way()
            known = self._known([folder.user_id for folder in batch if folder.user_id])
            under_way |= self._survey.under_way()
            for folder in batch:
                yield from self._of_folder(folder, known, under_way)
        yield from self._leftovers()

    def _known(self, user_ids: list[UUID]) -> dict[UUID, str | None]:
        with self._database.unit_of_work() as work:
            return consistency.enrolments_of(work.session, user_ids)

    def _of_folder(
        self, folder: PersonFolder, known: dict[UUID, str | None], under_way: set[str]
    ) -> Iterator[Inconsistency]:
        """Yields what is in one person's folder beside the one enrolment that the database knows."""
        if folder.user_id is None:
            yield self._inconsistency(folder.path, NOT_OURS, repaired=False)
            return
        if not folder.enrolments and is_old(folder.path):
            if self._repair:
                with contextlib.suppress(OSError):  # in use again
                    folder.path.rmdir()
            yield self._inconsistency(folder.path, EMPTY_FOLDER, repaired=not folder.path.exists())
        for name in folder.enrolments:
            path = folder.path / name
            if name != known.get(folder.user_id) and name not in under_way and path.exists():
                if self._repair:
                    self._remove(folder.user_id, name)
                yield self._inconsistency(path, NO_ENROLMENT, repaired=not path.exists())

    def _remove(self, user_id: UUID, name: str) -> None:
        """Removes a folder as an erasure does, so that a crash during the removal leaves a note of it."""
        with contextlib.suppress(ValueError, StorageError):  # no enrolment; or the folder cannot be changed
            self._images.withdraw(self._images.retire(user_id, UUID(name)))

    def _leftovers(self) -> Iterator[Inconsistency]:
        left = self._survey.leftovers()
        if left and self._repair:
            self._images.settle(self._is_known, time.time() - GRACE_SECONDS)
            with sole_import(self._settings.home) as idle:
                if idle:
                    settle_imports(self._database, import_images(self._settings))
            with sole_administration(self._settings.home) as idle:
                if idle:
                    settle_administration(self._database, administration_images(self._settings))
        for path in left:
            yield self._inconsistency(path, LEFTOVER, repaired=not path.exists())

    def _is_known(self, user_id: UUID, enrolment: UUID) -> bool:
        return self._known([user_id]).get(user_id) == str(enrolment)

    def _inconsistency(self, path: Path, fault: str, *, repaired: bool) -> Inconsistency:
        return Inconsistency(str(path.relative_to(self._settings.home)), fault, repaired)
