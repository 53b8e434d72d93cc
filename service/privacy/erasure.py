"""Erasing somebody's face data, or their account with all that belongs to it."""

from collections.abc import Callable
from uuid import UUID, uuid4

from db.core.models import User
from db.core.unit_of_work import UnitOfWork
from db.queries import disputes, invitations, users
from db.search import templates
from service.audit.audit import Audit, ErasedBy, Event
from service.domain.errors import TokenInvalidError
from service.images.store import ImageStore
from service.login.enrolment import enrolment_of


class Erasure:
    """Erases; the images go once the caller has committed."""

    def __init__(self, images: ImageStore, audit: Audit, on_changed: Callable[[], None]) -> None:
        """``on_changed`` is called once somebody's face is no longer enrolled."""
        self._images = images
        self._audit = audit
        self._on_changed = on_changed

    def erase_face(self, work: UnitOfWork, user_id: UUID, by: ErasedBy = ErasedBy.PERSON) -> None:
        """Erases a person's face data: document, template, images, and how alike somebody in a dispute was to them.

        Of an upheld dispute the operator's decision stays, until it is forgotten like any
        (``service/privacy/disputes.py``).
        Raises TokenInvalidError or StorageError.
        """
        user = self._without_images(work, user_id)
        users.set_facial_data(work.session, user, None)
        templates.delete(work.session, user_id)
        if by is not ErasedBy.DISPUTE:
            disputes.delete_over(work.session, user_id)
        self._audit.record(work, Event.FACE_ERASED, user_id=user_id, details={"by": by})

    def erase_account(self, work: UnitOfWork, user_id: UUID, by: ErasedBy = ErasedBy.PERSON) -> None:
        """Erases a person's account with all that belongs to it; raises as :meth:`erase_face`."""
        user = self._without_images(work, user_id)
        invitations.delete_naming(work.session, user.username, user.email)
        users.delete(work.session, user)
        self._audit.record(work, Event.ACCOUNT_ERASED, user_id=user_id, details={"by": by})

    def erase_images(self, work: UnitOfWork, user_id: UUID, by: ErasedBy) -> None:
        """Erases the photographs alone; raises as :meth:`erase_face`.

        The document gets another enrolment's name, by which a start after a crash knows that the images were to go.
        """
        user = self._without_images(work, user_id)
        document = user.facial_data
        if document is None:
            return
        captures = [{**capture, "image": None} for capture in document["captures"]]
        users.set_facial_data(work.session, user, {**document, "enrolment": str(uuid4()), "captures": captures})
        self._audit.record(work, Event.IMAGES_ERASED, user_id=user_id, details={"by": by})

    def _without_images(self, work: UnitOfWork, user_id: UUID) -> User:
        user = users.lock(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        enrolment = enrolment_of(work, user_id)
        if enrolment is not None:
            publication = self._images.retire(user_id, enrolment)
            work.on_commit(lambda: self._images.withdraw(publication))
            work.on_commit(self._on_changed)
            work.on_rollback(lambda: self._images.confirm(publication))
        return user
