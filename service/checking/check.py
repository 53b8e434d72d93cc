"""Checks that accounts, facial data, templates, images and indexes agree, and repairs what it can.

The check reads everything in batches, so its memory use does not depend on the number of people. It can run beside a
service: what looks wrong only because a user is just signing up, enrolling again or erasing is not reported.
"""

from collections.abc import Iterator

from db.core.engine import Database
from db.queries import consistency
from service.checking.faces import FaceCheck
from service.checking.folders import FolderCheck
from service.checking.inconsistency import Inconsistency
from service.checking.owners import ownerless_templates
from service.checking.survey import ImageSurvey
from service.domain.counted import counted
from service.gallery.vector_index import VectorIndex
from service.images.store import open_images
from service.settings.model import Settings

USELESS_INDEX = "an index that is not valid"


class Check:
    """One run over everything."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        index: VectorIndex,
        *,
        repair: bool = False,
        read_images: bool = False,
    ) -> None:
        """Does nothing yet.

        Args:
            database: a migrated database.
            settings: where the images and their keys are.
            index: the index of the model of new enrolments.
            repair: whether to repair what can be repaired.
            read_images: whether to read every image, or only to look for its file.

        Raises:
            ImageKeyError: the keys are not available.
        """
        images, survey = open_images(settings), ImageSurvey(settings.images_folder)
        self._database = database
        self._index = index
        self._repair = repair
        self._faces = FaceCheck(database, images, survey, repair=repair, read_images=read_images)
        self._folders = FolderCheck(database, settings, images, survey, repair=repair)

    @property
    def looked_at(self) -> str:
        """How many people and images were checked so far, in words."""
        people = counted(self._faces.people, "person", "people")
        return f"{people}, {counted(self._faces.images, 'image', 'images')}"

    def run(self) -> Iterator[Inconsistency]:
        """Yields the inconsistencies, already repaired if that is wanted. Raises DatabaseUnavailableError."""
        yield from self._faces.run()
        yield from ownerless_templates(self._database, repair=self._repair)
        yield from self._folders.run()
        yield from self._indexes()

    def _indexes(self) -> Iterator[Inconsistency]:
        useless = self._useless()
        if useless and self._repair:
            self._index.ensure()
        left = self._useless() if useless else []
        for name in useless:
            yield Inconsistency(name, USELESS_INDEX, name not in left)

    def _useless(self) -> list[str]:
        with self._database.unit_of_work() as work:
            return consistency.useless_indexes(work.session)
