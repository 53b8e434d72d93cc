"""Invitations: if sign-up is by invitation, each invitation lets one user sign up once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import invitations
from db.queries.invitations import Bounds
from db.queries.usernames import username_key
from service.audit.audit import Audit, Event
from service.domain.errors import InvitationInvalidError, InvitationNotFoundError, InvitationRequiredError
from service.domain.random_secrets import hash_of, new_secret

DEFAULT_HOURS = 72
MAX_HOURS = 24 * 90
"""Lifetime in hours. The default covers a weekend; the maximum is a quarter of a year."""


@dataclass(frozen=True)
class Invitation:
    """A new invitation. It can be shown only once, because only its hash is stored.

    Attributes:
        token: what a sign-up sends.
        url: the sign-up page of this service with the token. The token follows the ``#``, which browsers send to no
            server.
        expires_at: when it expires.
    """

    token: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class PendingInvitation:
    """An invitation that can still be used.

    Attributes:
        id: the hash of its token in hexadecimal digits. The token does not follow from it.
        username: the only username that may use it, as its key; None is any.
        email: the only email address that may use it; None is any.
    """

    id: str
    username: str | None
    email: str | None
    created_at: datetime
    expires_at: datetime


class Invitations:
    """Creates and redeems invitations."""

    def __init__(self, required: bool, visit_url: str, audit: Audit) -> None:
        """``required``: whether sign-up needs an invitation; ``visit_url``: the base URL of the service's pages."""
        self._audit = audit
        self._required = required
        self._visit_url = visit_url

    def by(self, operator: UUID) -> "Invitations":
        """Returns the same, for what an operator does at the console."""
        return Invitations(self._required, self._visit_url, self._audit.by(operator))

    def invite(self, work: UnitOfWork, *, username: str | None, email: str | None, lifetime: timedelta) -> Invitation:
        """Creates an invitation, which may be limited to accounts with this username or email address."""
        now = datetime.now(UTC)
        expires_at = now + lifetime
        token = new_secret()
        bounds = Bounds(username, email)
        invitations.add(work.session, hash_of(token), bounds, created_at=now, expires_at=expires_at)
        self._audit.record(work, Event.INVITED)
        return Invitation(token, f"{self._visit_url}/signup#{token}", expires_at)

    def pending(self, work: UnitOfWork, limit: int) -> Sequence[PendingInvitation]:
        """Returns invitations that can still be used, the newest first."""
        return [
            PendingInvitation(
                one.token_hash.hex(), one.bounds.username, one.bounds.email, one.created_at, one.expires_at
            )
            for one in invitations.pending(work.session, datetime.now(UTC), limit)
        ]

    def withdraw(self, work: UnitOfWork, invitation_id: str) -> None:
        """Makes an invitation invalid. Raises InvitationNotFoundError if it is used, expired or unknown."""
        try:
            token_hash = bytes.fromhex(invitation_id)
        except ValueError:
            raise InvitationNotFoundError from None
        if not invitations.withdraw(work.session, token_hash, datetime.now(UTC)):
            raise InvitationNotFoundError
        self._audit.record(work, Event.INVITATION_WITHDRAWN)

    def check(self, work: UnitOfWork, token: str | None, claimed: Bounds) -> None:
        """Refuses a sign-up without a valid invitation before any face is processed.

        Raises as :meth:`spend`, but does not use the invitation up.
        """
        if self._required:
            _admit(invitations.find(work.session, _hash_of(token), datetime.now(UTC)), claimed)

    def spend(self, work: UnitOfWork, token: str | None, claimed: Bounds) -> None:
        """Uses up the invitation of a sign-up, if one is required. A rollback of the sign-up restores it.

        If two sign-ups use one invitation at the same time, the second waits until the first ends.

        Args:
            work: the transaction of the sign-up.
            token: the token that the client sent, or None.
            claimed: the username and the email address of the new account.

        Raises:
            InvitationRequiredError: there is no token.
            InvitationInvalidError: the token is unknown, used, expired or for somebody else.
        """
        if self._required:
            _admit(invitations.spend(work.session, _hash_of(token), datetime.now(UTC)), claimed)

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes expired invitations."""
        invitations.delete_expired(work.session, datetime.now(UTC))


def _hash_of(token: str | None) -> bytes:
    if token is None:
        raise InvitationRequiredError
    return hash_of(token)


def _admit(bounds: Bounds | None, claimed: Bounds) -> None:
    if bounds is None:
        raise InvitationInvalidError
    for bound, claim, folded in (
        (bounds.username, claimed.username, username_key),
        (bounds.email, claimed.email, str.lower),
    ):
        if bound is not None and (claim is None or folded(claim) != folded(bound)):
            raise InvitationInvalidError
