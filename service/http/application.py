"""What the host application asks for in the name of its people; it is trusted, and delivers what it gets."""

from flask import Blueprint, Response, jsonify

from service.http import auth
from service.http.body import parse
from service.http.context import services
from service.http.schemas import InvitationRequest, PasswordLinkRequest

blueprint = Blueprint("application", __name__, url_prefix="/application")


@blueprint.post("/invitations")
@auth.application
def invite() -> Response:
    """Lets one person sign up."""
    body = parse(InvitationRequest)
    with services().database.unit_of_work() as work:
        made = services().invitations.invite(work, username=body.username, email=body.email, lifetime=body.lifetime)
    return _created(jsonify(invitation=made.token, url=made.url, expires_at=int(made.expires_at.timestamp())))


@blueprint.post("/password-links")
@auth.application
def password_link() -> Response:
    """Lets one person set a new password; says so where nobody has this username."""
    body = parse(PasswordLinkRequest)
    with services().database.unit_of_work() as work:
        made = services().password_links.make(work, body.username, body.lifetime)
    return _created(jsonify(token=made.token, url=made.url, expires_at=int(made.expires_at.timestamp())))


def _created(response: Response) -> Response:
    response.status_code = 201
    return response
