"""The session of an operator: logging in to the console, and leaving it."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from db.core.engine import Database
from service.accounts.tokens import AccessTokens
from service.console.operator_sessions import OperatorSessions
from service.console.operators import Operators
from service.domain.rates import Kind
from service.http import auth, cookies, limits
from service.http.body import parse
from service.http.console.bodies import OpenConsoleRequest, OperatorSessionResponse
from service.http.description import DATABASE_ERRORS, TOKEN_ERRORS, described
from service.http.response_body import respond

blueprint = Blueprint("console", __name__, url_prefix="/console")


@blueprint.post("/session")
@auth.own_page_bearer
@limits.of(Kind.CONSOLE)
@described(
    {201: OperatorSessionResponse},
    takes=[OpenConsoleRequest],
    errors={
        *DATABASE_ERRORS,
        *TOKEN_ERRORS,
        "not_found",
        "console_login_required",
        "console_proof_too_new",
        "not_an_operator",
    },
)
def begin(
    operators: Operators, operator_sessions: OperatorSessions, access_tokens: AccessTokens, database: Database
) -> Response:
    """Opens the console for an operator, after two logins of the last few minutes.

    The token in the header is of a login by password, that in the body of one by passkey or by challenged face. Both
    logins end. Without an operator this call does not exist.
    """
    first, second = auth.authentication(), access_tokens.verify(parse(OpenConsoleRequest).second_token)
    with database.unit_of_work() as work:
        if not operators.exist(work):
            raise NotFound
        secret = operator_sessions.begin(work, first, second)
        session = operator_sessions.find(work, secret)
    response = cookies.set_console(respond(OperatorSessionResponse.of_session(session), 201), secret)
    return cookies.clear_refresh_cookie(response)


@blueprint.get("/session")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: OperatorSessionResponse})
def show() -> Response:
    """The operator's session, with the token that changes require."""
    return respond(OperatorSessionResponse.of_session(auth.operator_session()))


@blueprint.delete("/session")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({204: None})
def end(operator_sessions: OperatorSessions, database: Database) -> Response:
    """Leaves the console."""
    with database.unit_of_work() as work:
        operator_sessions.end(work, cookies.console() or "")
    return cookies.set_console(Response(status=204), "")
