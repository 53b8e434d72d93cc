"""Login by password, and what users may do with their session and account."""

from flask import Blueprint, Response

from db.core.engine import Database
from service.accounts.accounts import Accounts
from service.accounts.password_links import PasswordLinks
from service.accounts.sessions import Sessions
from service.accounts.tokens import AccessTokens
from service.domain.levels import Level
from service.domain.rates import Kind
from service.http import auth, cookies, limits
from service.http.body import has_body, parse
from service.http.description import DATABASE_ERRORS, SLOT_ERRORS, STORAGE_ERRORS, TOKEN_ERRORS, described
from service.http.errors import TokenMissingError
from service.http.response_body import respond
from service.http.responses import LoginResponse, MeResponse
from service.http.schemas import LoginRequest, LogoutRequest, PasswordRequest, ResetRequest
from service.limiting.admission import Admission
from service.privacy.erasure import Erasure

blueprint = Blueprint("accounts", __name__, url_prefix="/user")


@blueprint.post("/login")
@auth.public
@limits.declares_attempts(Kind.LOGIN)
@described({200: LoginResponse}, takes=[LoginRequest], errors=SLOT_ERRORS | DATABASE_ERRORS | {"wrong_credentials"})
def login(accounts: Accounts, admission: Admission, database: Database) -> Response:
    """Logs a user in by password."""
    body = parse(LoginRequest)
    attempt = limits.attempt(Kind.LOGIN, body.username)
    with admission.slot(), attempt, database.unit_of_work() as work:
        login = accounts.log_in(work, body.username, body.password)
        attempt.succeeded()
    return cookies.set_login_cookies(
        respond(LoginResponse.of(login)), login.account.username, Level.PASSWORD, login.session
    )


@blueprint.post("/refresh")
@auth.refresh_cookie
@limits.of(Kind.REFRESH)
@described({200: LoginResponse}, errors=TOKEN_ERRORS | DATABASE_ERRORS)
def refresh(accounts: Accounts, database: Database) -> Response:
    """Exchanges the refresh cookie for a new access token and the next cookie."""
    secret = cookies.refresh_secret()
    if secret is None:
        raise TokenMissingError
    with database.unit_of_work() as work:
        login = accounts.refresh(work, secret)
    return cookies.set_refresh_cookie(respond(LoginResponse.of(login)), login.session)


@blueprint.post("/logout")
@auth.refresh_cookie
@limits.of(Kind.REFRESH)
@described({204: None}, takes=[LogoutRequest], body_required=False, errors={*DATABASE_ERRORS, *TOKEN_ERRORS})
def logout(sessions: Sessions, database: Database) -> Response:
    """Ends the session of the refresh cookie, or all sessions of its user. Without a cookie there is nothing to end.

    Ending all sessions needs a cookie: without one the service does not know whose, and must not say that it was done.
    """
    everywhere = parse(LogoutRequest).everywhere if has_body() else False
    secret = cookies.refresh_secret()
    if everywhere and secret is None:
        raise TokenMissingError
    if secret is not None:
        with database.unit_of_work() as work:
            end = sessions.end_everywhere if everywhere else sessions.end
            end(work, secret)
    return cookies.clear_refresh_cookie(Response(status=204))


@blueprint.get("/me")
@auth.bearer
@described({200: MeResponse}, errors=DATABASE_ERRORS)
def me(accounts: Accounts, access_tokens: AccessTokens, database: Database) -> Response:
    """The user of the token, with the method and the end of their login.

    The email address is in the response only after a login by password or passkey: a false match must not give it away.
    """
    caller = auth.authentication()
    with database.unit_of_work() as work:
        account = accounts.profile(work, caller.user_id)
    return respond(MeResponse.of_caller(account, caller, access_tokens.missing(caller.level)))


@blueprint.delete("/me")
@auth.recent_password
@limits.of(Kind.OWN)
@described({204: None}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def erase(erasure: Erasure, database: Database) -> Response:
    """Erases the caller's account with everything that belongs to it."""
    with database.unit_of_work() as work:
        erasure.erase_account(work, auth.authentication().user_id)
    return cookies.clear_refresh_cookie(Response(status=204))


@blueprint.put("/password")
@auth.recent_password
@limits.of(Kind.OWN)
@described({200: LoginResponse}, takes=[PasswordRequest], errors=SLOT_ERRORS | DATABASE_ERRORS)
def password(accounts: Accounts, admission: Admission, database: Database) -> Response:
    """Sets a new password and ends all other sessions of the caller."""
    body = parse(PasswordRequest)
    with admission.slot(), database.unit_of_work() as work:
        login = accounts.change_password(work, auth.authentication(), body.password)
    return cookies.set_refresh_cookie(respond(LoginResponse.of(login)), login.session)


@blueprint.post("/password/reset")
@auth.public
@limits.of(Kind.RESET)
@described({204: None}, takes=[ResetRequest], errors={*SLOT_ERRORS, *DATABASE_ERRORS, "link_invalid"})
def reset_password(password_links: PasswordLinks, admission: Admission, database: Database) -> Response:
    """Sets a new password by a password link, and ends all sessions of its user."""
    body = parse(ResetRequest)
    with admission.slot(), database.unit_of_work() as work:
        password_links.reset(work, body.token, body.password)
    return Response(status=204)
