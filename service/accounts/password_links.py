"""Password links: one-time tokens that set a new password. The host application or the operator delivers them.

The service sends no mail. The caller that asks for a link is responsible for delivering it to the right person.
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
"""Lifetime in minutes. The default covers a slow mail delivery; the maximum is a day."""


@dataclass(frozen=True)
class PasswordLink:
    """A new link. It can be shown only once, because only its hash is stored.

    Attributes:
        token: what sets the new password.
        url: the page of this service that sets it. The token follows the ``#``, which browsers send to no server.
        expires_at: when it expires.
    """

    token: str
    url: str
    expires_at: datetime


class PasswordLinks:
    """Creates and redeems password links."""

    def __init__(self, passwords: Passwords, visit_url: str, audit: Audit) -> None:
        """``visit_url`` is the base URL of the service's pages."""
        self._audit = audit
        self._passwords = passwords
        self._visit_url = visit_url

    def by(self, operator: UUID) -> "PasswordLinks":
        """Returns the same, for what an operator does at the console."""
        return PasswordLinks(self._passwords, self._visit_url, self._audit.by(operator))

    def make(self, work: UnitOfWork, username: str, lifetime: timedelta) -> PasswordLink:
        """Creates a link for a user, which replaces an earlier one. Raises AccountNotFoundError."""
        user = users.find_by_username(work.session, username)
        if user is None or users.lock(work.session, user.id) is None:
            raise AccountNotFoundError(username)
        return self.make_for(work, user.id, lifetime)

    def make_for(self, work: UnitOfWork, user_id: UUID, lifetime: timedelta) -> PasswordLink:
        """Creates a link for a user whose account the caller has locked, which replaces an earlier one."""
        now = datetime.now(UTC)
        token = new_secret()
        password_links.put(work.session, user_id, hash_of(token), created_at=now, expires_at=now + lifetime)
        self._audit.record(work, Event.LINK_MADE, user_id=user_id)
        return PasswordLink(token, f"{self._visit_url}/reset#{token}", now + lifetime)

    def withdraw(self, work: UnitOfWork, user_id: UUID) -> bool:
        """Makes the link of a user invalid, whose account the caller has locked; returns whether there was one."""
        is_withdrawn = password_links.withdraw(work.session, user_id)
        if is_withdrawn:
            self._audit.record(work, Event.LINK_WITHDRAWN, user_id=user_id)
        return is_withdrawn

    def valid_until(self, work: UnitOfWork, user_id: UUID) -> datetime | None:
        """Returns until when the link of a user is valid; None without a valid link."""
        link = password_links.of_user(work.session, user_id)
        return link.expires_at if link is not None and link.expires_at > datetime.now(UTC) else None

    def reset(self, work: UnitOfWork, token: str, password: str) -> UUID:
        """Sets a new password, uses up the link and ends the user's sessions. Returns the user's id.

        Of two concurrent calls with one link, one succeeds. Raises LinkInvalidError.
        """
        now = datetime.now(UTC)
        token_hash = hash_of(token)
        user_id = password_links.find(work.session, token_hash, now)
        if user_id is None:
            raise LinkInvalidError
        password_hash = self._passwords.hash(password)  # before the lock, because hashing is slow
        user = users.lock(work.session, user_id, exclusively=True)
        if user is None or not password_links.withdraw(work.session, user_id, token_hash):
            raise LinkInvalidError
        user.password_hash = password_hash
        refresh_tokens.revoke_user(work.session, user.id, now)
        self._audit.record(work, Event.PASSWORD_RESET, user_id=user.id)
        return user.id

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes expired links."""
        password_links.delete_expired(work.session, datetime.now(UTC))
