"""The audit, for an operator: pages of it, and a copy of many events."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from io import StringIO
from uuid import UUID

from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries import audit_search, users
from db.queries.audit_search import Wanted
from service.audit.audit import Event, PasswordOutcome, Recorded, recorded
from service.domain.table_cells import as_cell
from service.operator.audit_report import account_id

PAGE = 100
"""Events in a page."""

EXPORTED = 100_000
"""Events in a copy at most, the newest: some 20 MB. A narrower time gets the others."""

BATCH = 1_000
"""Events of a copy that are read in one transaction."""


REFUSED_ACCOUNTS = 10
"""Accounts listed at most by how often their logins were refused."""

LOGINS = (Event.FACE_LOGIN, Event.PASSWORD_LOGIN, Event.PASSKEY_LOGIN)
"""The events of logins; the outcome says whether they succeeded."""


class Group(StrEnum):
    """Events that are looked for together.

    Attributes:
        LOGINS: logins that succeeded, in any way.
        REFUSED: logins that did not, and faces and passkeys that were refused before.
        OPERATORS: what operators did at the console.
    """

    LOGINS = "logins"
    REFUSED = "refused"
    OPERATORS = "operators"


MATCHED = PasswordOutcome.MATCHED.value
"""The outcome of a login that succeeded, in any way."""

_GROUPS: Mapping[Group, Wanted] = {
    Group.LOGINS: Wanted(events=LOGINS, outcome=MATCHED),
    Group.REFUSED: Wanted(events=(*LOGINS, Event.LIVENESS_REFUSED, Event.PASSKEY_COPIED), but_outcome=MATCHED),
    Group.OPERATORS: Wanted(by_operators=True),
}


class Format(StrEnum):
    """The form of a copy: one JSON object a line, as ``visage audit show --json``, or a table."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class Filter:
    """Which events are wanted; None is any.

    Attributes:
        event: the kind of event.
        group: a group of events.
        user: the account that it happened to: a username, or an id, which may be of an erased account.
        operator: the operator at the console who acted: likewise.
        since: from this time on, with a time zone.
        until: before this time.
        changes: leave out that operators looked at something (``console_viewed``).
    """

    event: Event | None
    group: Group | None
    user: str | None
    operator: str | None
    since: datetime | None
    until: datetime | None
    changes: bool


@dataclass(frozen=True)
class NumberedEvent:
    """An event with its number, by which pages are found."""

    id: int
    event: Recorded


@dataclass(frozen=True)
class AuditPage:
    """A page of events, the newest first.

    Attributes:
        events: may be fewer than ``PAGE``, or none, although there are more.
        before: the number before which the next page begins; None if there are no more events.
        usernames: of the accounts and operators in these events that still exist, by id.
    """

    events: Sequence[NumberedEvent]
    before: int | None
    usernames: Mapping[UUID, str]


@dataclass(frozen=True)
class RefusedAccount:
    """An account whose logins were refused.

    Attributes:
        user_id: the account's id.
        username: None if the account is erased.
        refused: how many of its logins were refused.
        latest: when the latest of them was.
    """

    user_id: UUID
    username: str | None
    refused: int
    latest: datetime


class AuditTrail:
    """Reads the audit."""

    def __init__(self, database: Database) -> None:
        """Copies are read from ``database`` in several transactions."""
        self._database = database

    def page(self, work: UnitOfWork, wanted: Filter, before: int | None) -> AuditPage:
        """Returns the newest events, or those before a number. Raises AccountNotFoundError for a username."""
        found = audit_search.page(work.session, _resolved(work, wanted), before, PAGE)
        events = [NumberedEvent(event.id, recorded(event)) for event in found.events]
        ids = {person for one in events for person in (one.event.user_id, _operator(one.event)) if person is not None}
        names = users.usernames(work.session, ids)
        return AuditPage(events, found.before, names)

    def most_refused(
        self, work: UnitOfWork, since: datetime | None, until: datetime | None
    ) -> Sequence[RefusedAccount]:
        """Returns the accounts whose logins were refused most often, among the newest events of a time.

        An unknown face or username is of no account, so these refusals are not counted.
        """
        wanted = replace(_GROUPS[Group.REFUSED], since=since, until=until)
        found = audit_search.accounts_with_most(work.session, wanted, REFUSED_ACCOUNTS)
        names = users.usernames(work.session, {one.user_id for one in found})
        return [RefusedAccount(one.user_id, names.get(one.user_id), one.number, one.latest) for one in found]

    def copy(self, work: UnitOfWork, wanted: Filter, form: Format) -> Iterator[str]:
        """Yields the newest events as text, up to ``EXPORTED``.

        The first events are read in this transaction, so that its errors are raised here. Raises AccountNotFoundError.
        """
        resolved = _resolved(work, wanted)
        first = audit_search.page(work.session, resolved, None, BATCH)
        return self._copied(resolved, [recorded(event) for event in first.events], first.before, form)

    def _copied(self, wanted: Wanted, events: Sequence[Recorded], before: int | None, form: Format) -> Iterator[str]:
        yield _HEADS[form] + _text(events, form)
        left = EXPORTED - len(events)
        while before is not None and left > 0:
            with self._database.unit_of_work() as work:
                found = audit_search.page(work.session, wanted, before, min(BATCH, left))
                events = [recorded(event) for event in found.events]
            before, left = found.before, left - len(events)
            yield _text(events, form)


_HEADS = {Format.JSON: "", Format.CSV: "at,event,user_id,outcome,details,operator\r\n"}
"""The first line of each form."""


def _text(events: Sequence[Recorded], form: Format) -> str:
    if form is Format.JSON:
        return "".join(f"{json.dumps(event.as_json())}\n" for event in events)
    written = StringIO()
    rows = csv.writer(written)
    for event in events:
        details = json.dumps(event.details) if event.details else ""
        about = [event.at.isoformat(), event.event, str(event.user_id or ""), event.outcome or ""]
        cells = [*about, details, str(_operator(event) or "")]
        rows.writerow([as_cell(cell) for cell in cells])
    return written.getvalue()


def _operator(event: Recorded) -> UUID | None:
    """The operator at the console who acted."""
    operator = event.details.get("operator")
    return None if operator is None else UUID(str(operator))


def _resolved(work: UnitOfWork, wanted: Filter) -> Wanted:
    return replace(
        Wanted() if wanted.group is None else _GROUPS[wanted.group],
        event=wanted.event,
        user_id=None if wanted.user is None else account_id(work, wanted.user),
        operator=None if wanted.operator is None else account_id(work, wanted.operator),
        since=wanted.since,
        until=wanted.until,
        without=Event.CONSOLE_VIEWED if wanted.changes else None,
    )
