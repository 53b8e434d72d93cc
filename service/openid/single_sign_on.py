"""Single sign-on: a cookie by which a browser continues its login at further applications.

The login is the same session that the refresh cookie continues: when it ends, both are useless. The secret in the
cookie changes at every login and every ``ROTATE_AFTER``. The secret before is valid for a moment, because several tabs
may send it; later it shows that the cookie was copied, and the login ends.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import browser_sessions, refresh_tokens
from service.accounts.sessions import Sessions
from service.accounts.tokens import Authentication
from service.audit.audit import Audit, Event
from service.domain.errors import TokenInvalidError
from service.domain.levels import Level
from service.domain.random_secrets import MAX_SECRET, hash_of, new_secret

ROTATE_AFTER = timedelta(minutes=10)
"""The age at which a secret is replaced."""

GRACE = timedelta(minutes=1)
"""How long the secret before stays valid after the replacement."""

FRESH = timedelta(minutes=2)
"""How old a login may be when it begins single sign-on. The page does so at once; a thief of an access token, which is
valid for minutes, must not get a cookie that is valid for days."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedOn:
    """The login that a browser continues.

    Attributes:
        session_id: of the login.
        user_id: who logged in.
        level: the assurance level.
        at: when the user logged in.
        new_secret: the next secret for the cookie, if it changes now.
    """

    session_id: UUID
    user_id: UUID
    level: Level
    at: datetime
    new_secret: str | None = None


class SingleSignOn:
    """Starts, continues and ends the single sign-on of browsers."""

    def __init__(self, sessions: Sessions, audit: Audit) -> None:
        self._sessions = sessions
        self._audit = audit

    def start(self, work: UnitOfWork, login: Authentication, earlier: str | None) -> str:
        """Lets a browser continue a login, and returns the secret for its cookie.

        Args:
            work: the transaction.
            login: the content of the access token of the login.
            earlier: the secret that the browser has, if any. If it is of the same user, the applications' tokens of the
                earlier login now end with the new one. The earlier login ends.

        Raises:
            TokenInvalidError: the login has ended, or is not a new one.
        """
        now = datetime.now(UTC)
        if now - login.at > FRESH:
            raise TokenInvalidError
        self._sessions.check(work, login)
        before = None if earlier is None else self._find(work, earlier, now)
        if before is not None and before.session_id != login.session_id:
            if before.user_id == login.user_id:
                self._sessions.continue_applications(work, before.session_id, login.session_id)
            self.end(work, before.session_id)
        secret = new_secret()
        browser_sessions.put(work.session, login.session_id, login.user_id, hash_of(secret), now)
        return secret

    def find(self, work: UnitOfWork, secret: str) -> SignedOn | None:
        """Returns the login of a secret, or None if it is unknown or the login has ended."""
        now = datetime.now(UTC)
        found = self._find(work, secret, now)
        if found is None:
            return None
        is_due = not found.is_previous and now - found.rotated_at > ROTATE_AFTER
        successor = new_secret() if is_due else None
        if successor is not None and not browser_sessions.rotate(
            work.session, hash_of(secret), hash_of(successor), now
        ):
            successor = None  # another tab was faster
        return SignedOn(found.session_id, found.user_id, Level(found.acr), found.auth_time, successor)

    def end(self, work: UnitOfWork, session_id: UUID) -> None:
        """Ends a login at Visage and at all applications, except those that may outlast it (``offline_access``)."""
        refresh_tokens.revoke_family(work.session, session_id, datetime.now(UTC))
        browser_sessions.remove(work.session, session_id)

    def log_out(self, work: UnitOfWork, login: SignedOn) -> None:
        """Ends a login because its user asked for it at an application."""
        self.end(work, login.session_id)
        self._audit.record(work, Event.OPENID_LOGOUT, user_id=login.user_id)

    def forget_ended(self, work: UnitOfWork) -> None:
        """Deletes the cookies of logins that have ended."""
        browser_sessions.delete_ended(work.session)

    def _find(self, work: UnitOfWork, secret: str, now: datetime) -> browser_sessions.SignedOn | None:
        if len(secret) > MAX_SECRET:
            return None
        found = browser_sessions.find(work.session, hash_of(secret), now)
        if found is None or not found.is_previous or now - found.rotated_at <= GRACE:
            return found
        logger.warning("a cookie of single sign-on was used after its successor; its login ends")
        self._audit.record(work, Event.SESSION_REUSED, user_id=found.user_id)
        self.end(work, found.session_id)
        return None
