"""What the host application asks for in the name of its people; it is trusted, and delivers what it gets."""

from flask import Blueprint, Response, jsonify

from db.core.engine import Database
from service.accounts.invitations import Invitations
from service.accounts.password_links import PasswordLinks
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import parse
from service.http.description import DATABASE_ERRORS, described
from service.http.responses import InvitationResponse, PasswordLinkResponse
from service.http.schemas import InvitationRequest, PasswordLinkRequest

blueprint = Blueprint("application", __name__, url_prefix="/application")


@blueprint.post("/invitations")
@auth.application
@limits.of(Kind.APPLICATION)
@described({201: InvitationResponse}, takes=[InvitationRequest], errors=DATABASE_ERRORS)
def invite(database: Database, invitations: Invitations) -> Response:
    """Lets one person sign up."""
    body = parse(InvitationRequest)
    with database.unit_of_work() as work:
        made = invitations.invite(work, username=body.username, email=body.email, lifetime=body.lifetime)
    answer: InvitationResponse = {
        "invitation": made.token,
        "url": made.url,
        "expires_at": int(made.expires_at.timestamp()),
    }
    return _created(jsonify(answer))


@blueprint.post("/password-links")
@auth.application
@limits.of(Kind.APPLICATION)
@described({201: PasswordLinkResponse}, takes=[PasswordLinkRequest], errors={*DATABASE_ERRORS, "user_not_found"})
def password_link(database: Database, password_links: PasswordLinks) -> Response:
    """Lets one person set a new password; says so where nobody has this username."""
    body = parse(PasswordLinkRequest)
    with database.unit_of_work() as work:
        made = password_links.make(work, body.username, body.lifetime)
    answer: PasswordLinkResponse = {
        "token": made.token,
        "url": made.url,
        "expires_at": int(made.expires_at.timestamp()),
    }
    return _created(jsonify(answer))


def _created(response: Response) -> Response:
    response.status_code = 201
    return response
