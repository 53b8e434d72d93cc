"""Accounts, for an operator: search, one account without its pictures, and acts on it.

An operator's account can be read here and not changed, not even by its owner. Otherwise one stolen session at the
console could take over the other operators' accounts, or lock them out. The commands change it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import audit_search, operators, people, users
from db.queries.audit_search import Wanted
from db.queries.people import Listed
from db.queries.usernames import spelling
from db.search import templates
from service.accounts.accounts import Accounts, FaceState
from service.accounts.password_links import DEFAULT_MINUTES, PasswordLink, PasswordLinks
from service.audit.audit import Audit, ErasedBy, Event, Recorded, recorded
from service.console.operators import lock_for_act
from service.domain.operator_errors import AccountNotFoundError
from service.operator import administration
from service.operator.account_report import AccountReport, report
from service.privacy.erasure import Erasure

PAGE = 50
"""Accounts in a page."""

EVENTS = 50
"""Events shown with an account, the newest."""


@dataclass(frozen=True)
class FoundPerson:
    """An account in a list.

    Attributes:
        account: its names and times.
        has_face: whether a face is enrolled.
        is_operator: whether it is an operator's.
    """

    account: Listed
    has_face: bool
    is_operator: bool


@dataclass(frozen=True)
class FoundPeople:
    """A page of accounts, by username.

    Attributes:
        people: the accounts.
        after: the username after which the next page begins; None if this is the last page.
        parts: whether a part of a name or address was enough. Otherwise there are too many accounts, and the text must
            begin the username, or be the whole username, email address or id.
        accounts: how many accounts there are in all; an estimate unless ``parts``.
    """

    people: Sequence[FoundPerson]
    after: str | None
    parts: bool
    accounts: int


@dataclass(frozen=True)
class Person:
    """One account.

    Attributes:
        report: what is stored.
        face_state: whether its face can log in.
        link_until: until when its password link is valid; None without one.
        is_operator: whether it is an operator's.
        events: its newest events, without those that an operator looked at it.
    """

    report: AccountReport
    face_state: FaceState
    link_until: datetime | None
    is_operator: bool
    events: Sequence[Recorded]


class People:
    """Finds, shows and changes accounts."""

    def __init__(self, accounts: Accounts, links: PasswordLinks, erasure: Erasure, audit: Audit) -> None:
        self._accounts = accounts
        self._links = links
        self._erasure = erasure
        self._audit = audit

    def search(self, work: UnitOfWork, wanted: str, after: str) -> FoundPeople:
        """Returns a page of accounts.

        Args:
            work: the transaction that reads them.
            wanted: a part of a username, email address or display name, or an id; empty for everybody.
            after: the username after which the page begins; empty for the first page.
        """
        accounts = people.count(work.session)
        few = accounts <= people.PARTS
        exact: Sequence[Listed] = people.exactly(work.session, wanted) if wanted and not after else []
        if not wanted:
            found = people.everyone(work.session, after, PAGE + 1)
        elif few:
            found = people.with_part(work.session, wanted, after, PAGE + 1)
        else:
            found = people.with_prefix(work.session, spelling(wanted), after, PAGE + 1)
        known = {one.id for one in exact}
        shown = [*exact, *(one for one in found[:PAGE] if one.id not in known)]
        return FoundPeople(
            people=self._marked(work, shown),
            after=found[PAGE - 1].username if len(found) > PAGE else None,
            parts=few,
            accounts=accounts,
        )

    def show(self, work: UnitOfWork, user_id: UUID) -> Person:
        """Returns one account. Raises AccountNotFoundError."""
        user = users.get(work.session, user_id)
        if user is None:
            raise AccountNotFoundError(str(user_id))
        newest = audit_search.page(work.session, Wanted(user_id=user_id, without=Event.CONSOLE_VIEWED), None, EVENTS)
        return Person(
            report=report(work, user),
            face_state=self._accounts.profile(work, user_id).face,
            link_until=self._links.valid_until(work, user_id),
            is_operator=operators.is_operator(work.session, user_id),
            events=[recorded(event) for event in newest.events],
        )

    def log_out(self, work: UnitOfWork, operator: UUID, user_id: UUID) -> int:
        """Ends every session of a user and returns their number.

        This and the other acts raise AccountNotFoundError, or OperatorProtectedError.
        """
        self._lock(work, operator, user_id)
        return administration.log_out(work, str(user_id), self._audit.by(operator))

    def make_link(self, work: UnitOfWork, operator: UUID, user_id: UUID) -> PasswordLink:
        """Makes a link with which a user sets a new password."""
        self._lock(work, operator, user_id)
        return self._links.by(operator).make_for(work, user_id, timedelta(minutes=DEFAULT_MINUTES))

    def withdraw_link(self, work: UnitOfWork, operator: UUID, user_id: UUID) -> bool:
        """Makes the password link of a user invalid and returns whether there was one."""
        self._lock(work, operator, user_id)
        return self._links.by(operator).withdraw(work, user_id)

    def remove_passkeys(self, work: UnitOfWork, operator: UUID, user_id: UUID) -> int:
        """Removes every passkey of a user and returns their number."""
        self._lock(work, operator, user_id)
        return administration.remove_passkeys(work, str(user_id), self._audit.by(operator))

    def erase(self, work: UnitOfWork, operator: UUID, user_id: UUID) -> None:
        """Erases an account with all its data. Raises StorageError too."""
        self._lock(work, operator, user_id)
        self._erasure.by(operator).erase_account(work, user_id, ErasedBy.OPERATOR)

    def _lock(self, work: UnitOfWork, operator: UUID, user_id: UUID) -> None:
        if not lock_for_act(work, self._audit.by(operator), user_id):
            raise AccountNotFoundError(str(user_id))

    def _marked(self, work: UnitOfWork, found: Sequence[Listed]) -> Sequence[FoundPerson]:
        ids = [one.id for one in found]
        enrolled, operating = templates.enrolled_among(work.session, ids), operators.among(work.session, ids)
        return [FoundPerson(one, one.id in enrolled, one.id in operating) for one in found]
