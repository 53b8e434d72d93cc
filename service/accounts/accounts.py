"""Accounts with a password, the login that is always available."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from db.core.models import User
from db.core.unit_of_work import UnitOfWork
from db.queries import password_links, usernames, users
from db.search import templates
from service.accounts.passwords import Passwords, Verified
from service.accounts.sessions import Session, Sessions
from service.accounts.tokens import Authentication
from service.audit.audit import Audit, Event, PasswordOutcome
from service.domain.errors import CredentialsError, TokenInvalidError
from service.domain.identity import Identity
from service.domain.levels import Level
from service.runtime.metrics import Metrics


class FaceState(StrEnum):
    """Whether a user can log in with their face.

    An outdated face was enrolled with an earlier model. The service can recognise it while that model can be computed.
    The user has to enrol again, unless `visage reembed` renews the face.
    """

    ENROLLED = "enrolled"
    OUTDATED = "outdated"
    NONE = "none"


@dataclass(frozen=True)
class Profile(Identity):
    """What a user is told about their own account."""

    email: str | None
    face: FaceState


@dataclass(frozen=True)
class Login:
    """A login: the account and its new session."""

    account: Profile
    session: Session


class Accounts:
    """Password logins, and what users may ask about their own account."""

    def __init__(self, passwords: Passwords, sessions: Sessions, model_id: str, audit: Audit, metrics: Metrics) -> None:
        """``model_id`` is the model of new enrolments."""
        self._passwords = passwords
        self._sessions = sessions
        self._model_id = model_id
        self._audit = audit
        self._metrics = metrics

    def log_in(self, work: UnitOfWork, username: str, password: str) -> Login:
        """Checks username and password, starts a session. Raises CredentialsError, also for an unknown username.

        An outdated hash is replaced, because only now is the password known. If the password is changed during the
        verification, it is verified again. Otherwise the new session would survive the change, which ends all others.
        """
        user = users.find_by_username(work.session, username)
        verified = self._passwords.verify(password, user.password_hash if user else None)
        if verified is None or user is None:
            outcome = PasswordOutcome.WRONG_PASSWORD if user else PasswordOutcome.UNKNOWN_USERNAME
            self._metrics.password_login(outcome)
            self._audit.record_refusal(work, Event.PASSWORD_LOGIN, user_id=user.id if user else None, outcome=outcome)
            raise CredentialsError
        if not self._still_has(work, user, password, verified):
            return self.log_in(work, username, password)
        self._metrics.password_login(PasswordOutcome.MATCHED)
        self._audit.record(work, Event.PASSWORD_LOGIN, user_id=user.id, outcome=PasswordOutcome.MATCHED)
        return Login(self._profile(work, user), self._sessions.start(work, user.id, Level.PASSWORD))

    def refresh(self, work: UnitOfWork, secret: str) -> Login:
        """Continues the session of a refresh secret; raises as ``Sessions.refresh``."""
        session = self._sessions.refresh(work, secret)
        return Login(self.profile(work, session.user_id), session)

    def profile(self, work: UnitOfWork, user_id: UUID) -> Profile:
        """Returns the account that a token names. Raises TokenInvalidError if the account no longer exists."""
        user = users.get(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        return self._profile(work, user)

    def change_password(self, work: UnitOfWork, caller: Authentication, password: str) -> Login:
        """Sets a new password, ends the user's password link and all sessions, and starts a new session.

        Raises TokenInvalidError if the account was erased or the caller's session has ended.
        """
        user_id = caller.user_id
        password_hash = self._passwords.hash(password)
        user = users.lock(work.session, user_id, exclusively=True)
        if user is None:
            raise TokenInvalidError
        user.password_hash = password_hash
        password_links.withdraw(work.session, user_id)
        self._audit.record(work, Event.PASSWORD_CHANGED, user_id=user_id)
        account = self._profile(work, user)
        self._sessions.check(work, caller)  # only now: with the lock, no other request can end it any more
        self._sessions.end_all(work, user_id)
        return Login(account, self._sessions.start(work, user_id, Level.PASSWORD))

    def give_username_keys(self, work: UnitOfWork) -> None:
        """Gives accounts of earlier releases the username keys that are now free: see :mod:`db.queries.usernames`."""
        usernames.give_keys(work.session.connection())

    def _still_has(self, work: UnitOfWork, user: User, password: str, verified: Verified) -> bool:
        """Whether the verified password is still the user's; if so, it stays so until the transaction ends."""
        stored = user.password_hash
        if verified.outdated:
            return users.renew_password_hash(work.session, user.id, stored, self._passwords.hash(password))
        return users.hold_password(work.session, user.id, stored)

    def _profile(self, work: UnitOfWork, user: User) -> Profile:
        model_ids = templates.models_of(work.session, user.id)
        if self._model_id in model_ids:
            face = FaceState.ENROLLED
        else:
            face = FaceState.OUTDATED if model_ids else FaceState.NONE
        return Profile(user.id, user.username, user.display_name, user.email, face)
