"""Logout that an application begins (OpenID Connect RP-Initiated Logout 1.0).

An ID token of the user who is logged in shows that their application asks. Without one the page asks the user first:
otherwise any page could log people out.
"""

from dataclasses import dataclass
from http import HTTPStatus

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from service.domain.rates import Kind
from service.http import auth, cookies, limits, pages
from service.http.body import parse
from service.http.description import DATABASE_ERRORS, described
from service.http.openid import schemas
from service.http.openid.authorization import page_blueprint, parsed, signed_on
from service.http.openid.forms import form_as_query, repeated
from service.http.openid.server import Server
from service.http.response_body import respond
from service.openid.id_token_hints import Hint, read_hint
from service.openid.provider import OpenidProvider

blueprint = Blueprint("openid_logout", __name__)

DONE = "logout?done="
"""The address of the page after a logout, relative to the page."""


@dataclass(frozen=True)
class Asked:
    """A valid request to log out: by whose application, and where the browser goes afterwards."""

    hint: Hint | None
    redirect_uri: str | None


@page_blueprint.route("/logout", methods=["GET", "POST"])
@auth.public
@limits.of(Kind.AUTHORIZE)
def log_out(openid: OpenidProvider, database: Database) -> AnyResponse:
    """Logs the user out and sends the browser back, or shows the page that asks first."""
    if request.method == "POST":
        return form_as_query()
    if "done" in request.args:
        return pages.shown("logout")
    with database.unit_of_work() as work:
        try:
            asked = _asked(openid, work, request.args)
        except OAuth2Error:
            return pages.shown("logout", HTTPStatus.BAD_REQUEST)
        login = signed_on(openid, work)
        if login is not None and (asked.hint is None or asked.hint.subject != login.user_id):
            return cookies.renew_single_sign_on(pages.shown("logout"), login)
        if login is not None:
            openid.single_sign_on.log_out(work, login)
    response = redirect(asked.redirect_uri or f"{request.script_root}/{DONE}", 303)
    return cookies.clear_single_sign_on(response)


@blueprint.post("/openid/logout")
@auth.own_page
@limits.of(Kind.AUTHORIZE)
@described({200: schemas.LocationResponse}, takes=[schemas.LogoutRequest], errors=DATABASE_ERRORS)
def confirm(openid: OpenidProvider, database: Database) -> Response:
    """Logs the user out, who has confirmed it; says where the browser goes next."""
    body = parse(schemas.LogoutRequest)
    with database.unit_of_work() as work:
        try:
            redirect_uri = _asked(openid, work, parsed(body.query)).redirect_uri
        except OAuth2Error:
            redirect_uri = None
        login = signed_on(openid, work)
        if login is not None:
            openid.single_sign_on.log_out(work, login)
    return cookies.clear_single_sign_on(respond(schemas.LocationResponse(location=redirect_uri or DONE)))


def _asked(openid: OpenidProvider, work: UnitOfWork, values: MultiDict[str, str]) -> Asked:
    """Checks a request to log out. Raises OAuth2Error."""
    if repeated(values) is not None:
        raise InvalidRequestError("a parameter is sent more than once")
    hint = None
    if text := values.get("id_token_hint"):
        hint = read_hint(text, openid.keys.values(), openid.issuer)
        if hint is None:
            raise InvalidRequestError("id_token_hint is not an ID token of this provider")
    found = Server(openid, work, MultiDict(values)).validate_endpoint_request("end_session")
    return Asked(hint, found.redirect_uri)
