"""Erases a user's face data, or their account with all its data."""

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
    """Erases data in the caller's transaction; removes images after the commit."""

    def __init__(self, images: ImageStore, audit: Audit, on_changed: Callable[[], None]) -> None:
        """``on_changed`` is called after a user's face is no longer enrolled."""
        self._images = images
        self._audit = audit
        self._on_changed = on_changed

    def by(self, operator: UUID) -> "Erasure":
        """Returns the same, for what an operator does at the console."""
        return Erasure(self._images, self._audit.by(operator), self._on_changed)

    def erase_face(self, work: UnitOfWork, user_id: UUID, by: ErasedBy = ErasedBy.PERSON) -> None:
        """Erases a user's face data: document, template, images, and the similarities that disputes stored.

        If an upheld dispute causes the erasure, the operator's decision stays until it expires like any other
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
        """Erases a user's account with all its data; raises as :meth:`erase_face`."""
        user = self._without_images(work, user_id)
        invitations.delete_naming(work.session, user.username, user.email)
        users.delete(work.session, user)
        self._audit.record(work, Event.ACCOUNT_ERASED, user_id=user_id, details={"by": by})

    def erase_images(self, work: UnitOfWork, user_id: UUID, by: ErasedBy) -> None:
        """Erases only the photographs; raises as :meth:`erase_face`.

        The document gets a new enrolment id. If a crash interrupts this, the next start thereby knows that the images
        had to be removed.
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
