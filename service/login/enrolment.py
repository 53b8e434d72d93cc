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
from service.accounts.sessions import Session, Sessions
from service.accounts.tokens import AccessToken, AccessTokens, Authentication
from service.audit.audit import Audit, Event
from service.domain.consent import UNSTATED, ConsentForm, ConsentStatement
from service.domain.errors import FaceAlreadyEnrolledError, RefusedCapture, TokenInvalidError
from service.domain.identity import Identity
from service.domain.levels import Level
from service.faces.captures import Capture, CaptureSet
from service.faces.facial_data import compose
from service.gallery import search
from service.gallery.gallery import Snapshot
from service.images.store import ImageStore, StagedImages
from service.login.face_reader import EnrolmentFace
from service.runtime.metrics import Metrics


@dataclass(frozen=True)
class NewAccount:
    """What a user states at sign-up, validated; the username is in its normal form."""

    username: str
    password: str
    email: str | None
    display_name: str | None
    invitation: str | None = None


@dataclass(frozen=True)
class StoredFace:
    """The stored document of an enrolment, and the images left out because they repeat another."""

    document: Mapping[str, Any]
    left_out: Sequence[RefusedCapture]


@dataclass(frozen=True)
class Enrolled:
    """An enrolment: the user, their stored face, and an access token of their session."""

    person: Identity
    face: StoredFace
    access: AccessToken


class Enrolment:
    """Stores faces, in the caller's transaction."""

    def __init__(
        self,
        *,
        model_id: str,
        images: ImageStore,
        passwords: Passwords,
        invitations: Invitations,
        sessions: Sessions,
        access_tokens: AccessTokens,
        consent: ConsentForm,
        audit: Audit,
        metrics: Metrics,
        refuse_duplicates: bool,
        on_changed: Callable[[], None],
    ) -> None:
        self._model_id = model_id
        self._images = images
        self._passwords = passwords
        self._invitations = invitations
        self._sessions = sessions
        self._access_tokens = access_tokens
        self._consent = consent
        self._audit = audit
        self._metrics = metrics
        self._refuse_duplicates = refuse_duplicates
        self._on_changed = on_changed

    def admit(self, work: UnitOfWork, account: NewAccount, agreement: ConsentStatement = UNSTATED) -> Mapping[str, str]:
        """Checks the invitation and the consent of a sign-up before its face is read; returns the record of consent.

        Raises InvitationRequiredError, InvitationInvalidError or ConsentOutdatedError.
        """
        self._invitations.check(work, account.invitation, Bounds(account.username, account.email))
        return self.consent_to(agreement)

    def consent_to(self, agreement: ConsentStatement = UNSTATED) -> Mapping[str, str]:
        """Makes the record of a consent given now; raises ConsentOutdatedError."""
        return self._consent.given(datetime.now(UTC), agreement)

    def sign_up(
        self,
        work: UnitOfWork,
        account: NewAccount,
        face: EnrolmentFace,
        consent: Mapping[str, str],
    ) -> tuple[Enrolled, Session]:
        """Creates an account with its face, and starts its first session; :meth:`admit` returns ``consent``.

        Raises FaceAlreadyEnrolledError, UsernameTakenError, EmailTakenError, StorageError or DatabaseUnavailableError,
        or as :meth:`admit`. The rollback then removes everything and gives the invitation back.
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
        work.on_commit(lambda: self._metrics.enrolment("sign_up"))
        stored = self._store(work, face, user, staged, consent, replaces=None)
        session = self._sessions.start(work, user.id, Level.PASSWORD)
        return Enrolled(Identity.of(user), stored, session.access), session

    def re_enrol(
        self,
        work: UnitOfWork,
        caller: Authentication,
        face: EnrolmentFace,
        consent: Mapping[str, str],
    ) -> Enrolled:
        """Replaces the caller's face data, and issues a new access token for their session.

        Raises as :meth:`sign_up`, and TokenInvalidError if the account was erased or the session has ended.
        """
        user_id = caller.user_id
        staged = self._stage(work, face.captures, user_id)
        user = users.lock(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        self._audit.record(work, Event.RE_ENROLMENT, user_id=user_id)
        work.on_commit(lambda: self._metrics.enrolment("re_enrolment"))
        stored = self._store(work, face, user, staged, consent, replaces=enrolment_of(work, user_id))
        self._sessions.check(work, caller)  # only now: with the lock, no other request can end it any more
        access = self._access_tokens.issue(user_id, caller.session_id, caller.level, caller.at)
        return Enrolled(Identity.of(user), stored, access)

    def settle(self, work: UnitOfWork) -> None:
        """Makes images and database agree again after a crash; call it before the service takes requests."""
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
    ) -> StoredFace:
        """Writes the document, the template and the images."""
        captures = face.captures
        if self._refuse_duplicates:
            _refuse_another_users_face(work, face.gallery, user.id, captures.kept)
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
        return StoredFace(document, captures.left_out)


def _refuse_another_users_face(work: UnitOfWork, gallery: Snapshot, user_id: UUID, captures: Sequence[Capture]) -> None:
    """Raises FaceAlreadyEnrolledError if the mean similarity to another user's template reaches the cut-off.

    The lock lets one enrolment at a time search and write; otherwise two at once could both find no match.
    """
    templates.lock_gallery(work.session)
    for candidate in search.nearest(work, captures):
        cutoff = gallery.models[candidate.model_id].decision.cutoff
        if candidate.user_id != user_id and candidate.similarity >= cutoff:
            raise FaceAlreadyEnrolledError


def enrolment_of(work: UnitOfWork, user_id: UUID) -> UUID | None:
    """Reads the enrolment of a user, which names the folder of their images; None where there is none."""
    user = users.get_with_facial_data(work.session, user_id)
    return UUID(user.facial_data["enrolment"]) if user and user.facial_data else None
