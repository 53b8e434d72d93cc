"""People and invitations at the operators' console."""

from uuid import UUID

from flask import Blueprint, Response

from db.core.engine import Database
from service.accounts.invitations import Invitations
from service.console.operator_sessions import OperatorSessions
from service.console.operators import Operators
from service.console.people import People
from service.domain.operator_errors import AccountNotFoundError
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import parse
from service.http.console.people_bodies import (
    InvitationsResponse,
    LoggedOutResponse,
    OperatorInvitationRequest,
    OperatorsResponse,
    PasskeysRemovedResponse,
    PendingInvitationResponse,
    PeopleQuery,
    PeopleResponse,
    PersonResponse,
)
from service.http.description import STORAGE_ERRORS, described
from service.http.query import parse_query
from service.http.response_body import respond
from service.http.responses import InvitationResponse, PasswordLinkResponse
from service.settings.model import Settings

blueprint = Blueprint("console_people", __name__, url_prefix="/console")

SHOWN_INVITATIONS = 200
"""The maximum number of invitations in a response."""

ACT_ERRORS = {"user_not_found", "operator_protected"}


@blueprint.get("/people")
@auth.operator
@limits.of(Kind.CONSOLE)
@described(
    {200: PeopleResponse},
    query={
        "search": "a part of a username, email address or display name, or an id; without it, everybody",
        "after": "the `after` of the previous page",
    },
    errors={"invalid_request"},
)
def search(people: People, operator_sessions: OperatorSessions, database: Database) -> Response:
    """Finds accounts, 50 a page.

    With more than 100,000 accounts, a search takes the beginning of a username, or a whole username, email address or
    id.
    """
    query = parse_query(PeopleQuery)
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "people")
        found = people.search(work, query.search, query.after)
    return respond(PeopleResponse.of_people(found))


@blueprint.get("/people/<user_id>")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: PersonResponse}, errors={"user_not_found"})
def show(people: People, operator_sessions: OperatorSessions, database: Database, user_id: str) -> Response:
    """One account without its pictures, with its 50 newest events."""
    wanted = _account(user_id)
    operator = auth.operator_session()
    with database.unit_of_work() as work, operator_sessions.viewing(work, operator, "person", user_id=wanted):
        person = people.show(work, wanted)
    return respond(PersonResponse.of_person(person))


@blueprint.post("/people/<user_id>/log-out")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: LoggedOutResponse}, errors=ACT_ERRORS)
def log_out(people: People, settings: Settings, database: Database, user_id: str) -> Response:
    """Ends every session of a user."""
    with database.unit_of_work() as work:
        ended = people.log_out(work, auth.operator_session().user_id, _account(user_id))
    return respond(LoggedOutResponse(sessions=ended, access_minutes=settings.access_minutes))


@blueprint.post("/people/<user_id>/password-link")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({201: PasswordLinkResponse}, errors=ACT_ERRORS)
def make_link(people: People, database: Database, user_id: str) -> Response:
    """Makes a link with which a user sets a new password, valid for an hour. An earlier link becomes invalid."""
    with database.unit_of_work() as work:
        made = people.make_link(work, auth.operator_session().user_id, _account(user_id))
    return respond(PasswordLinkResponse.of(made), 201)


@blueprint.delete("/people/<user_id>/password-link")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({204: None}, errors=ACT_ERRORS)
def withdraw_link(people: People, database: Database, user_id: str) -> Response:
    """Makes a user's password link invalid; without a link, nothing changes."""
    with database.unit_of_work() as work:
        people.withdraw_link(work, auth.operator_session().user_id, _account(user_id))
    return Response(status=204)


@blueprint.post("/people/<user_id>/remove-passkeys")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: PasskeysRemovedResponse}, errors=ACT_ERRORS)
def remove_passkeys(people: People, database: Database, user_id: str) -> Response:
    """Removes every passkey of a user. Sessions stay."""
    with database.unit_of_work() as work:
        removed = people.remove_passkeys(work, auth.operator_session().user_id, _account(user_id))
    return respond(PasskeysRemovedResponse(passkeys=removed))


@blueprint.delete("/people/<user_id>")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({204: None}, errors=ACT_ERRORS | STORAGE_ERRORS)
def erase(people: People, database: Database, user_id: str) -> Response:
    """Erases an account with all its data: face, images, sessions."""
    with database.unit_of_work() as work:
        people.erase(work, auth.operator_session().user_id, _account(user_id))
    return Response(status=204)


@blueprint.get("/operators")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: OperatorsResponse})
def list_operators(operators: Operators, operator_sessions: OperatorSessions, database: Database) -> Response:
    """The operators, by username."""
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "operators")
        found = operators.everyone(work)
    return respond(OperatorsResponse.of_operators(found))


@blueprint.get("/invitations")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: InvitationsResponse})
def list_invitations(
    invitations: Invitations, operator_sessions: OperatorSessions, settings: Settings, database: Database
) -> Response:
    """The invitations that can still be used, without their links."""
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "invitations")
        pending = invitations.pending(work, SHOWN_INVITATIONS)
    shown = [PendingInvitationResponse.of(one) for one in pending]
    return respond(InvitationsResponse(invitations=shown, required=settings.signup == "invite"))


@blueprint.post("/invitations")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({201: InvitationResponse}, takes=[OperatorInvitationRequest])
def invite(invitations: Invitations, database: Database) -> Response:
    """Makes an invitation for one sign-up."""
    body = parse(OperatorInvitationRequest)
    inviting = invitations.by(auth.operator_session().user_id)
    with database.unit_of_work() as work:
        made = inviting.invite(work, username=body.username, email=body.email, lifetime=body.lifetime)
    return respond(InvitationResponse.of(made), 201)


@blueprint.delete("/invitations/<invitation_id>")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({204: None}, errors={"invitation_not_found"})
def withdraw(invitations: Invitations, database: Database, invitation_id: str) -> Response:
    """Makes an invitation invalid."""
    with database.unit_of_work() as work:
        invitations.by(auth.operator_session().user_id).withdraw(work, invitation_id)
    return Response(status=204)


def _account(user_id: str) -> UUID:
    """The id in the path. Raises AccountNotFoundError if it is none."""
    try:
        return UUID(user_id)
    except ValueError:
        raise AccountNotFoundError(user_id) from None
