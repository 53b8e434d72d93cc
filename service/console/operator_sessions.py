"""Sessions of operators at the console.

A session needs two recent logins of the same operator: one by password, and one by passkey or by challenged face. The
passkey or face must be older than ``visage operator add``. Both logins end when the session begins, so the operator is
not logged in to applications. The session has its own cookie, so a user's access token does not open the console.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import operators, passkeys, users
from service.accounts.sessions import Sessions
from service.accounts.tokens import CLOCK_SKEW, Authentication
from service.audit.audit import Audit, Event
from service.domain.errors import (
    ConsoleLoginRequiredError,
    ConsoleProofTooNewError,
    ConsoleSessionRequiredError,
    NotAnOperatorError,
)
from service.domain.levels import Level
from service.domain.operator_errors import AccountNotFoundError
from service.domain.random_secrets import MAX_SECRET, hash_of, new_secret

IDLE = timedelta(minutes=15)
"""How long a session lasts without a request (NIST SP 800-63B-3, section 4.3.3: 15 minutes at AAL3)."""

LONGEST = timedelta(hours=8)
"""How long a session lasts at most: a working day; the same section allows 12 hours."""


@dataclass(frozen=True)
class OperatorSession:
    """A session at the console.

    Attributes:
        user_id: the operator's account.
        username: the operator's username.
        display_name: the operator's display name.
        level: the level of the second login, the one without the password.
        begun_at: when it began.
        ends_at: when it ends at the latest.
        csrf_token: the token that the console's page must send with changes. It is derived from the secret of the
            cookie, which cannot be computed from it.
    """

    user_id: UUID
    username: str
    display_name: str
    level: Level
    begun_at: datetime
    ends_at: datetime
    csrf_token: str


class OperatorSessions:
    """Begins, finds and ends sessions of operators."""

    def __init__(self, sessions: Sessions, recent: timedelta, audit: Audit) -> None:
        """The two logins must be at most as old as ``recent``."""
        self._sessions = sessions
        self._recent = recent
        self._audit = audit

    def begin(self, work: UnitOfWork, first: Authentication, second: Authentication) -> str:
        """Begins a session and returns the secret for its cookie. Ends both logins.

        Args:
            work: the transaction.
            first: the content of the access token of a login by password.
            second: the content of the access token of a login by passkey or by challenged face.

        Raises:
            ConsoleLoginRequiredError: a login is of another kind or too old, or the logins are of two users.
            ConsoleProofTooNewError: the passkey or face of the second login is newer than ``visage operator add``.
            NotAnOperatorError: the user is no operator.
            TokenInvalidError: a login has ended.
        """
        now = datetime.now(UTC)
        is_enough = first.level is Level.PASSWORD and second.level is not Level.PASSWORD and second.level.is_strong
        is_recent = first.is_recent(self._recent, now) and second.is_recent(self._recent, now)
        if not is_enough or not is_recent or first.user_id != second.user_id:
            raise ConsoleLoginRequiredError
        for login in (first, second):
            self._sessions.check(work, login)
            self._sessions.end_session(work, login.session_id)
        since = operators.added_at(work.session, first.user_id)
        if since is None:
            self._audit.record_refusal(work, Event.CONSOLE_OPENED, user_id=first.user_id, outcome="not_an_operator")
            raise NotAnOperatorError
        if not _is_older(work, second, since):
            self._audit.record_refusal(work, Event.CONSOLE_OPENED, user_id=first.user_id, outcome="proof_too_new")
            raise ConsoleProofTooNewError
        secret = new_secret()
        operators.begin_session(work.session, hash_of(secret), first.user_id, second.level, now)
        self._audit.by(first.user_id).record(work, Event.CONSOLE_OPENED, user_id=first.user_id, outcome="opened")
        return secret

    def find(self, work: UnitOfWork, secret: str | None) -> OperatorSession:
        """Returns the session of a cookie's secret, and notes that it is in use.

        Raises ConsoleSessionRequiredError if there is none, or if it has ended.
        """
        now = datetime.now(UTC)
        if secret is None or len(secret) > MAX_SECRET:
            raise ConsoleSessionRequiredError
        found = operators.find_session(work.session, hash_of(secret))
        if found is None or not _is_within(IDLE, found.used_at, now) or not _is_within(LONGEST, found.begun_at, now):
            raise ConsoleSessionRequiredError
        operators.note_use(work.session, hash_of(secret), now)
        return OperatorSession(
            user_id=found.user_id,
            username=found.username,
            display_name=found.display_name,
            level=Level(found.acr),
            begun_at=found.begun_at,
            ends_at=found.begun_at + LONGEST,
            csrf_token=_csrf_token(secret),
        )

    def end(self, work: UnitOfWork, secret: str) -> None:
        """Ends the session of a secret, if there is one."""
        user_id = operators.end_session(work.session, hash_of(secret))
        if user_id is not None:
            self._audit.by(user_id).record(work, Event.CONSOLE_LEFT, user_id=user_id)

    def viewed(self, work: UnitOfWork, session: OperatorSession, view: str, user_id: UUID | None = None) -> None:
        """Records that an operator looks at something.

        Args:
            work: the transaction that reads it.
            session: the operator's.
            view: a word defined in this program.
            user_id: the account that is looked at, if it is a single one.
        """
        self._audit.by(session.user_id).record(work, Event.CONSOLE_VIEWED, user_id=user_id, outcome=view)

    @contextmanager
    def viewing(
        self, work: UnitOfWork, session: OperatorSession, view: str, user_id: UUID | None = None
    ) -> Iterator[None]:
        """Records that the block views something, even if the account does not exist; see :meth:`viewed`."""
        try:
            yield
        except AccountNotFoundError:
            audit = self._audit.by(session.user_id)
            audit.record_refusal(work, Event.CONSOLE_VIEWED, user_id=user_id, outcome=view)
            raise
        self.viewed(work, session, view, user_id)

    def forget_ended(self, work: UnitOfWork) -> None:
        """Deletes the sessions that have ended."""
        now = datetime.now(UTC)
        operators.delete_ended(work.session, begun_before=now - LONGEST, used_before=now - IDLE)


def _is_within(limit: timedelta, moment: datetime, now: datetime) -> bool:
    """Whether a moment is at most this long ago. A clock that is set back must not make a session longer."""
    return -CLOCK_SKEW <= now - moment <= limit


def _is_older(work: UnitOfWork, second: Authentication, since: datetime) -> bool:
    """Whether the passkey or face of the second login is older than ``since``.

    A newer one proves no more than the password, because the password is enough to add a passkey or enrol another face.

    A token does not say which passkey was used, so every passkey of the account must be old enough.
    """
    shown = []
    if second.level.satisfies(Level.PASSKEY):
        shown.append(passkeys.newest_at(work.session, second.user_id))
    if second.level.satisfies(Level.CHALLENGED_FACE):
        shown.append(users.face_enrolled_at(work.session, second.user_id))
    return any(at is not None and at <= since for at in shown)


def _csrf_token(secret: str) -> str:
    return hashlib.sha256(b"csrf " + secret.encode()).hexdigest()
