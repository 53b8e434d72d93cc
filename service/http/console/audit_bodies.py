"""The bodies and queries of the calls on the audit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from service.audit.audit import Event
from service.console.audit_trail import AuditPage, Filter, Format, Group, NumberedEvent, RefusedAccount
from service.domain.names import AnyUsername
from service.http.personal_copy import EventResponse
from service.http.query import Query
from service.http.response_body import Body, Id, Time

YEARS = range(2000, 3000)

MAX_NUMBER = (1 << 63) - 1
"""The largest number of an event."""


def _in_utc(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise PydanticCustomError("year", "must be a time of this millennium")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""A date or a time in ISO 8601, in UTC if it says no time zone."""


class AuditFilterQuery(Query):
    """Which events."""

    event: Event | None = None
    group: Group | None = None
    user: AnyUsername | None = None
    operator: AnyUsername | None = None
    since: Moment | None = None
    until: Moment | None = None
    changes: bool = False

    @property
    def filter(self) -> Filter:
        """The filter."""
        return Filter(self.event, self.group, self.user, self.operator, self.since, self.until, self.changes)


class AuditPageQuery(AuditFilterQuery):
    """Which events, and where the page begins."""

    before: Annotated[int, Field(ge=1, le=MAX_NUMBER)] | None = None


class AuditCopyQuery(AuditFilterQuery):
    """Which events, and in which form."""

    format: Format = Format.JSON


class RefusedQuery(Query):
    """Which time."""

    since: Moment | None = None
    until: Moment | None = None


class NumberedEventResponse(EventResponse):
    """A recorded event. Its details say which operator acted, if one did."""

    id: int
    user_id: Id | None

    @classmethod
    def of_numbered(cls, numbered: NumberedEvent) -> Self:
        """The body for an event."""
        event = numbered.event
        return cls(
            id=numbered.id,
            at=event.at,
            event=event.event,
            user_id=event.user_id,
            outcome=event.outcome,
            details=event.details,
        )


class AuditPageResponse(Body):
    """A page of events, the newest first. ``before`` leads to the next one, and is null if there are no more events.

    A page may have fewer events than 100, or none, although there are more: a page that looks for an operator or a
    rare event looks through 500,000 events. ``usernames`` has those of the accounts in it that still exist, by id.
    """

    events: Sequence[NumberedEventResponse]
    before: int | None
    usernames: Mapping[str, str]

    @classmethod
    def of_page(cls, page: AuditPage) -> Self:
        """The body for a page."""
        return cls(
            events=[NumberedEventResponse.of_numbered(one) for one in page.events],
            before=page.before,
            usernames={str(user_id): username for user_id, username in page.usernames.items()},
        )


class RefusedAccountResponse(Body):
    """An account, how many of its logins were refused, and when the latest was. An erased account has no username."""

    id: Id
    username: str | None
    refused: int
    latest_at: Time


class MostRefusedResponse(Body):
    """The accounts whose logins were refused most often, 10 at most, among the newest 500,000 events of the time.

    An unknown face or username is of no account, so these refusals are not counted.
    """

    accounts: Sequence[RefusedAccountResponse]

    @classmethod
    def of_accounts(cls, found: Sequence[RefusedAccount]) -> Self:
        """The body for these accounts."""
        return cls(
            accounts=[
                RefusedAccountResponse(id=one.user_id, username=one.username, refused=one.refused, latest_at=one.latest)
                for one in found
            ]
        )
