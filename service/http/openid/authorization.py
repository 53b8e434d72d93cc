"""The authorization endpoint and the calls of its login page."""

from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidClientError, InvalidRequestError
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
from service.http.openid.client import RESPONSE_TYPES
from service.http.openid.errors import compact
from service.http.openid.forms import form_as_query, repeated
from service.http.openid.server import Server
from service.http.response_body import respond
from service.openid.asking import PARAMETER as ASKED
from service.openid.authorization import Decision, RequestRefusedError, Step, Wish
from service.openid.id_token_hints import read_hint
from service.openid.provider import OpenidProvider
from service.openid.pushed_requests import PREFIX
from service.openid.single_sign_on import SignedOn

blueprint = Blueprint("openid_login", __name__)
page_blueprint = Blueprint("openid_pages", __name__)

MAX_PARAMETERS = 100
"""The maximum number of parameters of a request; all that OpenID Connect defines are fewer."""

UNKNOWN_REQUEST = "this request_uri is unknown, has expired or was answered before"

PARAMETERS = {
    "client_id": "Who asks.",
    "redirect_uri": "Where the answer goes.",
    "response_type": "`code`.",
    "scope": "What is asked for, separated by spaces; `openid` is among it.",
    "request_uri": "A pushed request, which holds the other parameters.",
    "asked": "Proof that the user was asked to log in for this request; from `resume`.",
}
"""The parameters of an authorization request that decide most; all those of OpenID Connect are understood."""


@page_blueprint.route("/authorize", methods=["GET", "POST"])
@auth.public
@limits.of(Kind.AUTHORIZE)
def authorize(openid: OpenidProvider, database: Database) -> AnyResponse:
    """Sends the browser back to the client with a code, or shows the page on which the user logs in or consents."""
    response: AnyResponse
    if request.method == "POST":
        return form_as_query()
    with database.unit_of_work() as work:
        server = Server(openid, work, _received(openid, work, request.args))
        login = signed_on(openid, work)
        try:
            wish = validated(server)
            response = _answered(server, wish, openid.authorization.decide(work, wish, login))
        except (OAuth2Error, RequestRefusedError) as error:
            address = _refusal(server, error)
            response = pages.shown("authorize", HTTPStatus.BAD_REQUEST) if address is None else redirect(address, 303)
    return cookies.renew_single_sign_on(response, login)


@blueprint.get("/openid/interaction")
@auth.public
@limits.of(Kind.AUTHORIZE)
@described(
    {200: schemas.InteractionResponse | schemas.RefusedInteractionResponse}, query=PARAMETERS, errors=DATABASE_ERRORS
)
def interaction(openid: OpenidProvider, database: Database) -> Response:
    """What the page of an authorization request has to show."""
    with database.unit_of_work() as work:
        server = Server(openid, work, _received(openid, work, request.args))
        login = signed_on(openid, work)
        try:
            wish = validated(server)
            decision = openid.authorization.decide(work, wish, login)
        except (OAuth2Error, RequestRefusedError) as error:
            response = compact(_refused(server, error))
        else:
            response = respond(_shown(server, wish, decision))
    return cookies.renew_single_sign_on(response, login)


@blueprint.post("/openid/session")
@auth.own_page_bearer
@limits.of(Kind.AUTHORIZE)
@described({200: schemas.SignedOnResponse}, errors=DATABASE_ERRORS)
def sign_on(openid: OpenidProvider, database: Database) -> Response:
    """Lets the browser continue the login of the access token at every application."""
    with database.unit_of_work() as work:
        secret = openid.single_sign_on.start(work, auth.authentication(), cookies.single_sign_on())
    return cookies.set_single_sign_on(respond(schemas.SignedOnResponse(status="signed_on")), secret)


@blueprint.post("/openid/decision")
@auth.own_page
@limits.of(Kind.AUTHORIZE)
@described({200: schemas.LocationResponse}, takes=[schemas.DecisionRequest], errors=DATABASE_ERRORS)
def decide(openid: OpenidProvider, database: Database) -> Response:
    """Takes the user's decision about an application; says where the browser goes next."""
    body = parse(schemas.DecisionRequest)
    with database.unit_of_work() as work:
        server = Server(openid, work, _received(openid, work, parsed(body.query)))
        login = signed_on(openid, work)
        location: str | None
        try:
            wish = validated(server)
            if body.decision == "deny":
                raise AccessDeniedError(redirect_uri=wish.parameters["redirect_uri"])
            decision = openid.authorization.decide(work, wish, login)
            location = _consented(server, wish, decision)
        except (OAuth2Error, RequestRefusedError) as error:
            location = _refusal(server, error)
    return cookies.renew_single_sign_on(respond(schemas.LocationResponse(location=location)), login)


def parsed(query: str) -> MultiDict[str, str]:
    """Returns the parameters of a query; none if it has more than ``MAX_PARAMETERS``, so that it is refused."""
    try:
        return MultiDict(parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_PARAMETERS))
    except ValueError:
        return MultiDict()


def signed_on(openid: OpenidProvider, work: UnitOfWork) -> SignedOn | None:
    """Returns the login that the browser continues, if any."""
    secret = cookies.single_sign_on()
    return None if secret is None else openid.single_sign_on.find(work, secret)


def validated(server: Server) -> Wish:
    """Checks an authorization request. Raises OAuth2Error, with ``redirect_uri`` if the client may be told.

    What a client sent must not be in a description: Authlib refuses characters that OAuth does not allow there.
    """
    values: MultiDict[str, str] = server.parameters
    client = server.query_client(values.get("client_id", ""))
    if client is None:
        raise InvalidClientError(description="this client is not known")
    redirect_uri = values.get("redirect_uri", "")
    if "request_uri" in values and not redirect_uri:
        raise InvalidRequestError(UNKNOWN_REQUEST)
    if not client.check_redirect_uri(redirect_uri):
        raise InvalidRequestError("this redirect_uri is not registered for this client")
    if repeated(values) is not None:
        raise InvalidRequestError("a parameter is sent more than once", redirect_uri=redirect_uri)
    if not all(text.isascii() and text.isprintable() for text in (values.get("state", ""), values.get("nonce", ""))):
        raise InvalidRequestError("state and nonce are printable ASCII", redirect_uri=redirect_uri)
    if values.get("response_type") not in RESPONSE_TYPES:
        text = "response_type must be code"
        raise OAuth2Error(text, redirect_uri=redirect_uri, error="unsupported_response_type")
    if "request" in values:
        raise OAuth2Error("request objects are not supported", redirect_uri=redirect_uri, error="request_not_supported")
    if _is_elsewhere(values):
        text = "request_uri must be that of a pushed request"
        raise OAuth2Error(text, redirect_uri=redirect_uri, error="request_uri_not_supported")
    if values.get("response_mode", "query") != "query":
        raise InvalidRequestError("response_mode must be query", redirect_uri=redirect_uri)
    grant = server.get_consent_grant()
    subject = None
    if hint_text := values.get("id_token_hint"):
        hint = read_hint(hint_text, server.provider.keys.values(), server.provider.issuer)
        if hint is None or hint.client_id != client.client_id:
            raise InvalidRequestError("id_token_hint is not an ID token of this client", redirect_uri=redirect_uri)
        subject = hint.subject
    return Wish(client.client, grant.request.scope.split(), dict(values), subject)


def _received(openid: OpenidProvider, work: UnitOfWork, query: MultiDict[str, str]) -> MultiDict[str, str]:
    """Returns the parameters of a request; if it was pushed, those that were pushed (RFC 9126, section 4)."""
    if "request_uri" not in query or _is_elsewhere(query):
        return MultiDict(query)
    pushed = openid.pushed_requests.find(work, query.get("client_id", ""), query["request_uri"])
    if pushed is None:
        return MultiDict({"client_id": query.get("client_id", ""), "request_uri": query["request_uri"]})
    kept = {name: query[name] for name in (ASKED, "request_uri") if name in query}
    return MultiDict({**pushed, **kept})


def _answered(server: Server, wish: Wish, decision: Decision) -> AnyResponse:
    if decision.step is not Step.DONE:
        return pages.shown("authorize")
    response = redirect(_grant(server, wish, decision), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_elsewhere(values: MultiDict[str, str]) -> bool:
    """Whether a request names an address from which the service would have to fetch it."""
    return not values.get("request_uri", PREFIX).startswith(PREFIX)


def _grant(server: Server, wish: Wish, decision: Decision) -> str:
    """Issues a code and returns the address that takes it to the client."""
    parameters, login = wish.parameters, decision.login
    if login is None:
        raise RuntimeError("a code needs a login")
    pushed = parameters.get("request_uri")
    if pushed is not None and not server.provider.pushed_requests.answer(server.work, pushed):
        raise InvalidRequestError(UNKNOWN_REQUEST)
    code = server.provider.grants.issue_code(
        server.work,
        wish.client,
        login,
        redirect_uri=parameters["redirect_uri"],
        scopes=wish.scopes,
        nonce=parameters.get("nonce") or None,
        code_challenge=parameters["code_challenge"],
        acr=decision.demand.reached(login.level),
    )
    return server.redirection(parameters["redirect_uri"], {"code": code, "state": parameters.get("state")})


def _consented(server: Server, wish: Wish, decision: Decision) -> str:
    """Returns where the browser goes after the user has allowed what the client asks for."""
    if decision.step is Step.LOGIN or decision.login is None:
        return _resume(server, proof=None)
    if wish.client.third_party:
        server.provider.consents.give(server.work, decision.login.user_id, wish.client, wish.scopes)
    return _grant(server, wish, decision)


def _refusal(server: Server, error: OAuth2Error | RequestRefusedError) -> str | None:
    """Returns the address that tells the client of an error; None if no address of the client is known."""
    state = server.parameters.get("state", "")
    valid_state = state if state.isascii() and state.isprintable() else None
    redirect_uri = server.parameters["redirect_uri"] if isinstance(error, RequestRefusedError) else error.redirect_uri
    if not redirect_uri:
        return None
    code, text = _described(error)
    if "request_uri" in server.parameters:
        server.provider.pushed_requests.answer(server.work, server.parameters["request_uri"])
    return server.redirection(redirect_uri, {"error": code, "error_description": text, "state": valid_state or None})


def _refused(server: Server, error: OAuth2Error | RequestRefusedError) -> schemas.RefusedInteractionResponse:
    code, text = _described(error)
    return schemas.RefusedInteractionResponse(error=code, error_description=text, back=_refusal(server, error))


def _described(error: OAuth2Error | RequestRefusedError) -> tuple[str, str | None]:
    """Returns the code and the description of an error, which may be missing."""
    if isinstance(error, RequestRefusedError):
        return error.refusal, error.description
    return error.error, error.get_error_description() or None


def _shown(server: Server, wish: Wish, decision: Decision) -> schemas.InteractionResponse:
    demand, client = decision.demand, wish.client
    user = None
    if decision.step is Step.CONSENT and decision.login is not None:
        claims = server.provider.claims.of(server.work, decision.login.user_id, {"profile"})
        user = None if claims is None else claims["name"]
    return schemas.InteractionResponse(
        step=decision.step,
        application=schemas.ApplicationResponse(name=client.name, logo=client.logo, third_party=client.third_party),
        resume=_resume(server, server.provider.asking.prove(wish.parameters)),
        ways=demand.ways(),
        acr=demand.target(),
        hint=demand.asked.login_hint,
        user=user,
        scopes=list(wish.scopes) if decision.step is Step.CONSENT else [],
    )


def _resume(server: Server, proof: str | None) -> str:
    """Returns the address of this request, relative to the page, with the proof that the user was asked."""
    names = ("client_id", "request_uri") if "request_uri" in server.parameters else tuple(server.parameters)
    named = [(name, server.parameters[name]) for name in names if name != ASKED]
    return "authorize?" + urlencode([*named, *([(ASKED, proof)] if proof else [])])
