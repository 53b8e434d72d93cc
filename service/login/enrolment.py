"""Sign-up and re-enrolment: several captures of one person become a template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from db.core.models import User
from db.core.unit_of_work import UnitOfWork
from db.queries import users
from db.queries.invitations import Bounds
from db.search import templates
from embeddings.core.vectors import template
from service.accounts.invitations import Invitations
from service.accounts.passwords import Passwords
from service.audit.audit import Audit, Event
from service.domain.consent import UNSTATED, ConsentForm, ConsentStatement
from service.domain.errors import FaceAlreadyEnrolledError, RefusedCapture, TokenInvalidError
from service.domain.identity import Identity
from service.faces.captures import Capture, CaptureSet
from service.faces.facial_data import compose
from service.gallery import search
from service.gallery.gallery import Snapshot
from service.images.store import ImageStore, StagedImages
from service.login.face_reader import EnrolmentFace


@dataclass(frozen=True)
class NewAccount:
    """What a person states at sign-up; validated, and the username in its normal form."""

    username: str
    password: str
    email: str | None
    display_name: str | None
    invitation: str | None = None


@dataclass(frozen=True)
class Enrolled:
    """A stored enrolment: whose, the document kept of it, and the images left out because they repeat another."""

    person: Identity
    facial_data: dict[str, Any]
    left_out: Sequence[RefusedCapture]


class Enrolment:
    """Stores faces; the caller commits."""

    def __init__(
        self,
        *,
        model_id: str,
        images: ImageStore,
        passwords: Passwords,
        invitations: Invitations,
        consent: ConsentForm,
        audit: Audit,
        refuse_duplicates: bool,
        on_changed: Callable[[], None],
    ) -> None:
        self._model_id = model_id
        self._images = images
        self._passwords = passwords
        self._invitations = invitations
        self._consent = consent
        self._audit = audit
        self._refuse_duplicates = refuse_duplicates
        self._on_changed = on_changed

    def check_invited(self, work: UnitOfWork, account: NewAccount) -> None:
        """Refuses early who may not sign up; raises InvitationRequiredError or InvitationInvalidError."""
        self._invitations.check(work, account.invitation, Bounds(account.username, account.email))

    def consent_to(self, agreement: ConsentStatement = UNSTATED) -> Mapping[str, str]:
        """The record of a consent that is given now; raises ConsentOutdatedError."""
        return self._consent.given(datetime.now(UTC), agreement)

    def sign_up(
        self,
        work: UnitOfWork,
        account: NewAccount,
        face: EnrolmentFace,
        consent: Mapping[str, str],
    ) -> Enrolled:
        """Creates an account with its face; ``consent`` is as :meth:`consent_to` returns it.

        Raises FaceAlreadyEnrolledError, UsernameTakenError, EmailTakenError, StorageError or DatabaseUnavailableError,
        or as :meth:`check_invited`; nothing is kept then, and an invitation not spent.
        """
        password_hash = self._passwords.hash(account.password)
        self._invitations.spend(work, account.invitation, Bounds(account.username, account.email))
        user_id = uuid4()
        staged = self._stage(work, face.captures, user_id)
        user = users.add_user(
            work.session,
            user_id=user_id,
            username=account.username,
            password_hash=password_hash,
            email=account.email,
            display_name=account.display_name or account.username,
        )
        self._audit.record(work, Event.SIGN_UP, user_id=user.id)
        return self._store(work, face, user, staged, consent, replaces=None)

    def re_enrol(
        self,
        work: UnitOfWork,
        user_id: UUID,
        face: EnrolmentFace,
        consent: Mapping[str, str],
    ) -> Enrolled:
        """Replaces a person's face data; raises as :meth:`sign_up`, and TokenInvalidError where the account is gone."""
        staged = self._stage(work, face.captures, user_id)
        user = users.lock(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        self._audit.record(work, Event.RE_ENROLMENT, user_id=user_id)
        return self._store(work, face, user, staged, consent, replaces=enrolment_of(work, user_id))

    def settle(self, work: UnitOfWork) -> None:
        """Brings images and database together again after a crash; only before the service takes requests."""
        self._images.settle(lambda user_id, enrolment: enrolment_of(work, user_id) == enrolment)

    def _stage(self, work: UnitOfWork, captures: CaptureSet, user_id: UUID) -> StagedImages:
        staged = self._images.stage([capture.image for capture in captures.kept], user_id)
        work.on_rollback(lambda: self._images.discard(staged))
        return staged

    def _store(
        self,
        work: UnitOfWork,
        face: EnrolmentFace,
        user: User,
        staged: StagedImages,
        consent: Mapping[str, str],
        replaces: UUID | None,
    ) -> Enrolled:
        captures = face.captures
        if self._refuse_duplicates:
            _refuse_a_face_of_somebody_else(work, face.gallery, user.id, captures.kept)
        document = compose(
            captures.kept,
            names=staged.names,
            enrolment=staged.enrolment,
            model_id=self._model_id,
            at=datetime.now(UTC),
            consent=consent,
        )
        users.set_facial_data(work.session, user, document)
        templates.delete(work.session, user.id)  # those of other models are not of these captures
        vectors = [capture.embeddings[self._model_id] for capture in captures.kept]
        templates.put(work.session, user.id, self._model_id, template(vectors), consent)
        publication = self._images.publish(staged, user.id, replaces)
        work.on_rollback(lambda: self._images.withdraw(publication))
        work.on_commit(lambda: self._images.confirm(publication))
        work.on_commit(self._on_changed)
        return Enrolled(Identity.of(user), document, captures.left_out)


def _refuse_a_face_of_somebody_else(
    work: UnitOfWork, gallery: Snapshot, user_id: UUID, captures: Sequence[Capture]
) -> None:
    """One enrolment at a time looks and writes, so that two at once cannot both find nobody.

    What is compared with the cut-off is how alike the captures are to the other's template on average.
    """
    templates.lock_gallery(work.session)
    for candidate in search.nearest(work, captures):
        cutoff = gallery.models[candidate.model_id].decision.cutoff
        if candidate.user_id != user_id and candidate.similarity >= cutoff:
            raise FaceAlreadyEnrolledError


def enrolment_of(work: UnitOfWork, user_id: UUID) -> UUID | None:
    """The enrolment that the database knows of a person, if any; it names their images' folder."""
    user = users.get_with_facial_data(work.session, user_id)
    return UUID(user.facial_data["enrolment"]) if user and user.facial_data else None
