"""Compares all documents, templates and images, one batch of people at a time."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from db.core.batches import in_batches
from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries import consistency, users
from db.queries.consistency import KeptFace
from db.search import templates
from service.checking.face_faults import Document, Fault, faults_of_images, faults_of_vectors, read_document
from service.checking.inconsistency import Inconsistency
from service.checking.survey import ImageSurvey, is_old
from service.domain.errors import StorageError
from service.images.store import ImageStore

BATCH = 200
"""People read from the database at a time, with about 12 KB each."""


class FaceCheck:
    """Finds faults in people's face data. A suspected fault is checked again under a lock before it is reported.

    Attributes:
        people: how many people were checked so far.
        images: how many of their images were checked.
    """

    def __init__(
        self, database: Database, images: ImageStore, survey: ImageSurvey, *, repair: bool, read_images: bool
    ) -> None:
        """Does nothing yet. ``read_images``: whether to read every image, or only to look for its file."""
        self._database = database
        self._images = images
        self._survey = survey
        self._repair = repair
        self._read_images = read_images
        self.people = 0
        self.images = 0

    def run(self) -> Iterator[Inconsistency]:
        """Yields the inconsistencies, already repaired if that is wanted. Raises DatabaseUnavailableError."""
        following = in_batches(
            self._database,
            lambda work, after: consistency.faces_after(work.session, after, BATCH),
            key=lambda face: face.user_id,
        )
        for batch in following:
            for face in batch:
                suspected, images = self._check(face)
                self.people += 1
                self.images += images
                if suspected:
                    yield from self._check_again(face.user_id, suspected)

    def _check_again(self, user_id: UUID, suspected: Sequence[Fault]) -> list[Inconsistency]:
        """Returns the suspected faults that remain while the person's account is locked."""
        with self._database.unit_of_work() as work:
            users.lock(work.session, user_id)
            face = consistency.face_of(work.session, user_id)
            if face is None:
                return []
            faults, _ = self._check(face)
            return [
                Inconsistency(face.username, fault, self._repair and self._mend(work, face, fault))
                for fault in faults
                if fault in suspected
            ]

    def _check(self, face: KeptFace) -> tuple[list[Fault], int]:
        """Returns the faults of a person and the number of their images."""
        faults = faults_of_vectors(face)
        if face.facial_data is None or Fault.UNREADABLE in faults:
            return faults, 0
        document = read_document(face.facial_data)
        there = self._survey.names(face.user_id, document.enrolment)
        unnamed = self._unnamed(face.user_id, document, there)
        faults += faults_of_images(
            document, there, unnamed, lambda name: self._is_readable(face.user_id, document, name)
        )
        return faults, len(there)

    def _unnamed(self, user_id: UUID, document: Document, there: Sequence[str]) -> list[str]:
        others = [name for name in there if name not in document.images]
        return [name for name in others if is_old(self._survey.path(user_id, document.enrolment, name))]

    def _is_readable(self, user_id: UUID, document: Document, name: str) -> bool:
        if not self._read_images:
            return True
        try:
            return bool(self._images.read(user_id, document.enrolment, name))
        except StorageError:
            return False

    def _mend(self, work: UnitOfWork, face: KeptFace, fault: Fault) -> bool:
        """Repairs one fault, if the data for the repair exists; returns whether it did."""
        if fault is Fault.STRAY_TEMPLATE:  # without a document there is no consent either
            templates.delete(work.session, face.user_id)
        elif fault in {Fault.NO_TEMPLATE, Fault.OTHER_TEMPLATE}:
            document = read_document(face.facial_data)
            templates.put(
                work.session, face.user_id, document.model_id, document.template, face.facial_data.get("consent")
            )
        elif fault is Fault.IMAGE_UNNAMED:
            document = read_document(face.facial_data)
            there = self._survey.names(face.user_id, document.enrolment)
            for name in self._unnamed(face.user_id, document, there):
                self._survey.path(face.user_id, document.enrolment, name).unlink(missing_ok=True)
        else:
            return False
        return True
