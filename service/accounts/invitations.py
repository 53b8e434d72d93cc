"""Invitations: where sign-up is by invitation, each lets one person sign up, once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.core.unit_of_work import UnitOfWork
from db.queries import invitations
from db.queries.invitations import Bounds
from db.queries.usernames import username_key
from service.audit.audit import Audit, Event
from service.domain.errors import InvitationInvalidError, InvitationRequiredError
from service.domain.random_secrets import hash_of, new_secret

DEFAULT_HOURS = 72
MAX_HOURS = 24 * 90
"""How long an invitation is good: long enough for a person's weekend, and at most for a quarter."""


@dataclass(frozen=True)
class Invitation:
    """An invitation as it is handed out, which is never again.

    Attributes:
        token: what a sign-up shows.
        url: a page of this service on which to sign up with it. The token is behind the ``#``, which browsers send to
            nobody.
        expires_at: from when on it is refused.
    """

    token: str
    url: str
    expires_at: datetime


class Invitations:
    """Makes and takes invitations."""

    def __init__(self, required: bool, visit_url: str, audit: Audit) -> None:
        """``required`` says whether sign-up needs one, ``visit_url`` where people see the service's pages."""
        self._audit = audit
        self._required = required
        self._visit_url = visit_url

    def invite(self, work: UnitOfWork, *, username: str | None, email: str | None, lifetime: timedelta) -> Invitation:
        """A new invitation; for anybody, or for an account of this name or this address alone."""
        now = datetime.now(UTC)
        expires_at = now + lifetime
        token = new_secret()
        bounds = Bounds(username, email)
        invitations.add(work.session, hash_of(token), bounds, created_at=now, expires_at=expires_at)
        self._audit.record(work, Event.INVITED)
        return Invitation(token, f"{self._visit_url}/signup#{token}", expires_at)

    def check(self, work: UnitOfWork, token: str | None, claimed: Bounds) -> None:
        """Refuses early who could not sign up, before any face is computed.

        Raises as :meth:`spend`, and spends nothing.
        """
        if self._required:
            _admit(invitations.find(work.session, _hash_of(token), datetime.now(UTC)), claimed)

    def spend(self, work: UnitOfWork, token: str | None, claimed: Bounds) -> None:
        """Spends the invitation of a sign-up, if it needs one; should that fail, its rollback brings it back.

        Of two sign-ups at the same time the second waits for the first to end.

        Args:
            work: the sign-up's own.
            token: as the person shows it; None for nothing.
            claimed: the username and the email address of the new account.

        Raises:
            InvitationRequiredError: there is no token.
            InvitationInvalidError: it is not known, spent, expired, or for somebody else.
        """
        if self._required:
            _admit(invitations.spend(work.session, _hash_of(token), datetime.now(UTC)), claimed)

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes those that are good for nothing any more."""
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
