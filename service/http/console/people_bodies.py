"""The bodies and queries of the calls on people and invitations."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field

from service.accounts.accounts import FaceState
from service.accounts.invitations import DEFAULT_HOURS, MAX_HOURS
from service.console.operators import ListedOperator
from service.console.people import FoundPeople, FoundPerson, Person
from service.domain.names import Email, Line, Username
from service.domain.texts import check_printable
from service.http.personal_copy import EventResponse
from service.http.query import Query
from service.http.response_body import Body, Id, Time
from service.http.schemas import Request

Day = Annotated[str, BeforeValidator(lambda moment: f"{moment:%Y-%m-%d}")]
"""A date in UTC, ISO 8601."""


After = Annotated[str, Field(max_length=64), AfterValidator(check_printable)]
"""A username exactly as it is stored."""


class PeopleQuery(Query):
    """What to search for, and where the page begins."""

    search: Line = ""
    after: After = ""


class FoundPersonResponse(Body):
    """An account in a list."""

    id: Id
    username: str
    display_name: str
    email: str | None
    created_at: Time
    last_seen_on: Day
    has_face: bool
    is_operator: bool

    @classmethod
    def of_found(cls, found: FoundPerson) -> Self:
        """The body for an account."""
        account = found.account
        return cls(
            id=account.id,
            username=account.username,
            display_name=account.display_name,
            email=account.email,
            created_at=account.created_at,
            last_seen_on=account.last_seen_at,
            has_face=found.has_face,
            is_operator=found.is_operator,
        )


class PeopleResponse(Body):
    """A page of accounts by username. ``after`` leads to the next one, and is null on the last.

    ``accounts`` is how many there are in all. Where there are too many to look for a part of a name, it is an estimate,
    and ``parts`` is false.
    """

    people: Sequence[FoundPersonResponse]
    after: str | None
    parts: bool
    accounts: int

    @classmethod
    def of_people(cls, found: FoundPeople) -> Self:
        """The body for a page."""
        return cls(
            people=[FoundPersonResponse.of_found(one) for one in found.people],
            after=found.after,
            parts=found.parts,
            accounts=found.accounts,
        )


class StoredFaceResponse(Body):
    """What is stored of a face, in numbers."""

    enrolled_at: str
    captures: int
    images: int
    models: Sequence[str]
    consent: Mapping[str, str] | None


class PersonResponse(Body):
    """One account, without its pictures, with its newest events.

    ``password_link_until`` is until when its password link is valid; null without one.
    """

    id: Id
    username: str
    display_name: str
    email: str | None
    created_at: Time
    changed_at: Time
    last_seen_on: Day
    has_password: bool
    password_link_until: Time | None
    passkeys: int
    sessions: int
    open_disputes: int
    face_state: FaceState
    face: StoredFaceResponse | None
    is_operator: bool
    events: Sequence[EventResponse]

    @classmethod
    def of_person(cls, person: Person) -> Self:
        """The body for an account."""
        report = person.report
        return cls(
            id=report.id,
            username=report.username,
            display_name=report.display_name,
            email=report.email,
            created_at=report.created_at,
            changed_at=report.updated_at,
            last_seen_on=report.last_seen_at,
            has_password=report.has_password,
            password_link_until=person.link_until,
            passkeys=report.passkeys,
            sessions=report.sessions,
            open_disputes=report.open_disputes,
            face_state=person.face_state,
            face=None if report.face is None else StoredFaceResponse.of(report.face),
            is_operator=person.is_operator,
            events=[EventResponse.of(event) for event in person.events],
        )


class LoggedOutResponse(Body):
    """How many sessions ended. Access tokens that are already issued are valid for so many minutes more at most."""

    sessions: int
    access_minutes: int


class PasskeysRemovedResponse(Body):
    """How many passkeys were removed."""

    passkeys: int


class OperatorInvitationRequest(Request):
    """An operator invites a person to sign up, who may have to use this username or email address."""

    username: Username | None = None
    email: Email | None = None
    hours: Annotated[int, Field(ge=1, le=MAX_HOURS)] = DEFAULT_HOURS

    @property
    def lifetime(self) -> timedelta:
        """How long the invitation is valid."""
        return timedelta(hours=self.hours)


class ListedOperatorResponse(Body):
    """An operator, and since when the account is one."""

    id: Id
    username: str
    added_at: Time


class OperatorsResponse(Body):
    """The operators, by username."""

    operators: Sequence[ListedOperatorResponse]

    @classmethod
    def of_operators(cls, found: Sequence[ListedOperator]) -> Self:
        """The body for these operators."""
        shown = [ListedOperatorResponse(id=one.user_id, username=one.username, added_at=one.added_at) for one in found]
        return cls(operators=shown)


class PendingInvitationResponse(Body):
    """An invitation that can still be used. ``id`` is the hash of its token, from which the token does not follow."""

    id: str
    username: str | None
    email: str | None
    created_at: Time
    expires_at: Time


class InvitationsResponse(Body):
    """The invitations that can still be used, the newest first, 200 at most. ``required``: sign-up needs one."""

    invitations: Sequence[PendingInvitationResponse]
    required: bool
