"""The calls that clients make themselves: tokens, pushed requests, and what a token says."""

from http import HTTPStatus

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response
from werkzeug.datastructures import MultiDict

from db.core.engine import Database
from service.domain.errors import TokenExpiredError, TokenInvalidError
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import has_body
from service.http.description import DATABASE_ERRORS, described
from service.http.errors import TokenMissingError
from service.http.openid import schemas
from service.http.openid.authorization import validated
from service.http.openid.client import CLIENT_METHODS, GRANT_TYPES
from service.http.openid.errors import OAuthErrorResponse, compact, oauth
from service.http.openid.forms import form, repeated
from service.http.openid.server import Server
from service.http.response_body import respond
from service.openid.provider import OpenidProvider
from service.openid.pushed_requests import LIFETIME

blueprint = Blueprint("openid", __name__, url_prefix="/openid")

MAX_PUSHED = 16 << 10
"""Characters of a pushed request. Anybody can push one in the name of a public client."""

REFUSED = {400: OAuthErrorResponse, 401: OAuthErrorResponse}


@blueprint.post("/token")
@auth.client
@oauth
@limits.of(Kind.CLIENT)
@described({200: schemas.TokenResponse, **REFUSED}, form=schemas.TokenForm, errors=DATABASE_ERRORS)
def token(openid: OpenidProvider, database: Database) -> Response:
    """Exchanges a code, or a refresh token, for tokens."""
    values = _values()
    if values.get("grant_type") not in GRANT_TYPES:
        raise OAuth2Error(f"grant_type must be {' or '.join(GRANT_TYPES)}", error="unsupported_grant_type")
    with database.unit_of_work() as work:
        response: Response = Server(openid, work, values).create_token_response()
    return response


@blueprint.post("/par")
@auth.client
@oauth
@limits.of(Kind.CLIENT)
@described({201: schemas.PushedResponse, **REFUSED}, form=schemas.AuthorizationForm, errors=DATABASE_ERRORS)
def push(openid: OpenidProvider, database: Database) -> Response:
    """Takes an authorization request, so that the user's browser carries only a reference to it (RFC 9126)."""
    values = _values()
    if "request_uri" in values:
        raise InvalidRequestError("request_uri cannot be pushed")
    with database.unit_of_work() as work:
        server = Server(openid, work, values)
        asking = server.create_oauth2_request(None)
        client = server.authenticate_client(asking, CLIENT_METHODS, "token")
        if values.setdefault("client_id", client.client_id) != client.client_id:
            raise InvalidRequestError("client_id is that of another client")
        validated(server)
        kept = {name: value for name, value in values.items() if name in schemas.AUTHORIZATION_PARAMETERS}
        if sum(map(len, kept.values())) > MAX_PUSHED:
            raise InvalidRequestError("the request is too long")
        request_uri = openid.pushed_requests.push(work, client.client_id, kept)
    return respond(schemas.PushedResponse(request_uri=request_uri, expires_in=LIFETIME), HTTPStatus.CREATED)


@blueprint.post("/revoke")
@auth.client
@oauth
@limits.of(Kind.CLIENT)
@described({200: schemas.RevokedResponse, **REFUSED}, form=schemas.TokenReferenceForm, errors=DATABASE_ERRORS)
def revoke(openid: OpenidProvider, database: Database) -> Response:
    """Revokes a token of the client, with all that came of the same login (RFC 7009)."""
    return _endpoint("revocation", openid, database)


@blueprint.post("/introspect")
@auth.client
@oauth
@limits.of(Kind.CLIENT)
@described({200: schemas.IntrospectionResponse, **REFUSED}, form=schemas.TokenReferenceForm, errors=DATABASE_ERRORS)
def introspect(openid: OpenidProvider, database: Database) -> Response:
    """Says whether a token of the client is still valid (RFC 7662)."""
    return _endpoint("introspection", openid, database)


@blueprint.get("/userinfo")
@auth.client_token
@oauth
@limits.of(Kind.CLIENT)
@described({200: schemas.UserInfoResponse}, errors=DATABASE_ERRORS)
def userinfo(openid: OpenidProvider, database: Database) -> Response:
    """What the scopes of the access token allow to know about its user."""
    return _userinfo(openid, database, auth.shown_token())


@blueprint.post("/userinfo")
@auth.client_token
@oauth
@limits.of(Kind.CLIENT)
@described({200: schemas.UserInfoResponse}, form=schemas.UserInfoForm, body_required=False, errors=DATABASE_ERRORS)
def userinfo_by_form(openid: OpenidProvider, database: Database) -> Response:
    """The same, with the token in the header or in a form."""
    token = auth.shown_token() or (form().get("access_token") if has_body() else None)
    return _userinfo(openid, database, token)


def _userinfo(openid: OpenidProvider, database: Database, text: str | None) -> Response:
    if not text:
        raise TokenMissingError
    try:
        token = openid.client_tokens.verify(text)
    except (TokenInvalidError, TokenExpiredError):
        raise TokenInvalidError from None
    with database.unit_of_work() as work:
        claims = openid.claims.of(work, token.user_id, token.scopes)
        held = openid.grants.living(work, token.grant_id)
        if claims is None or held is None:
            raise TokenInvalidError
    login = {"acr": held.acr, "amr": held.amr.split(), "auth_time": int(held.auth_time.timestamp())}
    return compact(schemas.UserInfoResponse(**claims, **login))


def _values() -> MultiDict[str, str]:
    """Returns the parameters. Raises InvalidRequestError for one that is sent twice or that cannot be stored."""
    values = form()
    if repeated(values) is not None:
        raise InvalidRequestError("a parameter is sent more than once")
    if any("\0" in text for pair in values.items() for text in pair):
        raise InvalidRequestError("a parameter contains the character NUL")
    return values


def _endpoint(name: str, openid: OpenidProvider, database: Database) -> Response:
    values = _values()
    values.pop("token_type_hint", None)  # the tokens look different; an unknown hint is no error (RFC 7009, 2.1)
    with database.unit_of_work() as work:
        response: Response = Server(openid, work, values).create_endpoint_response(name)
    return response
