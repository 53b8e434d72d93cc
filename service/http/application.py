"""Calls of the host application: invitations and password links, which it delivers to its users."""

from flask import Blueprint, Response

from db.core.engine import Database
from service.accounts.invitations import Invitations
from service.accounts.password_links import PasswordLinks
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import parse
from service.http.description import DATABASE_ERRORS, described
from service.http.response_body import respond
from service.http.responses import InvitationResponse, PasswordLinkResponse
from service.http.schemas import InvitationRequest, PasswordLinkRequest

blueprint = Blueprint("application", __name__, url_prefix="/application")


@blueprint.post("/invitations")
@auth.application
@limits.of(Kind.APPLICATION)
@described({201: InvitationResponse}, takes=[InvitationRequest], errors=DATABASE_ERRORS)
def invite(database: Database, invitations: Invitations) -> Response:
    """Makes an invitation for one sign-up."""
    body = parse(InvitationRequest)
    with database.unit_of_work() as work:
        made = invitations.invite(work, username=body.username, email=body.email, lifetime=body.lifetime)
    return respond(InvitationResponse.of(made), 201)


@blueprint.post("/password-links")
@auth.application
@limits.of(Kind.APPLICATION)
@described({201: PasswordLinkResponse}, takes=[PasswordLinkRequest], errors={*DATABASE_ERRORS, "user_not_found"})
def password_link(database: Database, password_links: PasswordLinks) -> Response:
    """Makes a link to set a new password, or reports that no account has this username."""
    body = parse(PasswordLinkRequest)
    with database.unit_of_work() as work:
        made = password_links.make(work, body.username, body.lifetime)
    return respond(PasswordLinkResponse.of(made), 201)
