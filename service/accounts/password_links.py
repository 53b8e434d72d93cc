"""Password links: one-time tokens that set a new password, for the host application or the operator to deliver.

The service itself sends no mail: whoever asks for a link answers for its reaching the right person.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import password_links, refresh_tokens, users
from service.accounts.passwords import Passwords
from service.audit.audit import Audit, Event
from service.domain.errors import LinkInvalidError
from service.domain.operator_errors import AccountNotFoundError
from service.domain.random_secrets import hash_of, new_secret

DEFAULT_MINUTES = 60
MAX_MINUTES = 24 * 60
"""How long a link is good: as long as a mail takes at its slowest, and at most a day."""


@dataclass(frozen=True)
class PasswordLink:
    """A link as it is handed out, which is never again.

    Attributes:
        token: what sets the new password.
        url: a page of this service that does it. The token is behind the ``#``, which browsers send to nobody.
        expires_at: from when on it is refused.
    """

    token: str
    url: str
    expires_at: datetime


class PasswordLinks:
    """Makes and takes password links."""

    def __init__(self, passwords: Passwords, visit_url: str, audit: Audit) -> None:
        """``visit_url`` is where people see the service's pages."""
        self._audit = audit
        self._passwords = passwords
        self._visit_url = visit_url

    def make(self, work: UnitOfWork, username: str, lifetime: timedelta) -> PasswordLink:
        """A new link for a person, in the place of an earlier one; raises AccountNotFoundError."""
        user = users.find_by_username(work.session, username)
        if user is None or users.lock(work.session, user.id) is None:
            raise AccountNotFoundError(username)
        now = datetime.now(UTC)
        token = new_secret()
        password_links.put(work.session, user.id, hash_of(token), created_at=now, expires_at=now + lifetime)
        self._audit.record(work, Event.LINK_MADE, user_id=user.id)
        return PasswordLink(token, f"{self._visit_url}/reset#{token}", now + lifetime)

    def reset(self, work: UnitOfWork, token: str, password: str) -> UUID:
        """Sets a new password, spends the link and ends the person's sessions; whose password it was.

        Of two at the same time one does. Raises LinkInvalidError.
        """
        now = datetime.now(UTC)
        token_hash = hash_of(token)
        user_id = password_links.find(work.session, token_hash, now)
        if user_id is None:
            raise LinkInvalidError
        password_hash = self._passwords.hash(password)  # before the lock: it takes long
        user = users.lock(work.session, user_id, exclusively=True)
        if user is None or not password_links.withdraw(work.session, user_id, token_hash):
            raise LinkInvalidError
        user.password_hash = password_hash
        refresh_tokens.revoke_user(work.session, user.id, now)
        self._audit.record(work, Event.PASSWORD_RESET, user_id=user.id)
        return user.id

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes those that are good for nothing any more."""
        password_links.delete_expired(work.session, datetime.now(UTC))
