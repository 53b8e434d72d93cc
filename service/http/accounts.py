"""The manual way in, and what a person may do with their login."""

from flask import Blueprint, Response, jsonify, request

from db.core.engine import Database
from service.accounts.accounts import Accounts, Profile
from service.accounts.password_links import PasswordLinks
from service.accounts.sessions import Session, Sessions
from service.accounts.tokens import Level
from service.domain.rates import Kind
from service.http import auth, cookies, limits
from service.http.body import parse
from service.http.description import DATABASE_ERRORS, SLOT_ERRORS, STORAGE_ERRORS, TOKEN_ERRORS, described
from service.http.errors import TokenMissingError
from service.http.responses import LoginResponse, MeResponse
from service.http.schemas import LoginRequest, LogoutRequest, PasswordRequest, ResetRequest
from service.http.serialise import login_response, me_response
from service.limiting.admission import Admission
from service.privacy.erasure import Erasure

blueprint = Blueprint("accounts", __name__, url_prefix="/user")


@blueprint.post("/login")
@auth.public
@limits.attempts(Kind.LOGIN)
@described({200: LoginResponse}, takes=[LoginRequest], errors=SLOT_ERRORS | DATABASE_ERRORS | {"wrong_credentials"})
def login(admission: Admission, database: Database, accounts: Accounts, sessions: Sessions) -> Response:
    """Logs a person in by password."""
    body = parse(LoginRequest)
    attempt = limits.attempt(Kind.LOGIN, body.username)
    with admission.slot(), attempt, database.unit_of_work() as work:
        account = accounts.log_in(work, body.username, body.password)
        session = sessions.start(work, account.identity.id, Level.PASSWORD)
        attempt.succeeded()
    return cookies.set_device_cookie(_logged_in(account, session), account.identity.username, Level.PASSWORD)


@blueprint.post("/refresh")
@auth.refresh_cookie
@limits.of(Kind.REFRESH)
@described({200: LoginResponse}, errors=TOKEN_ERRORS | DATABASE_ERRORS)
def refresh(database: Database, sessions: Sessions, accounts: Accounts) -> Response:
    """Exchanges the refresh cookie for a new access token and the next cookie."""
    secret = cookies.refresh_secret()
    if secret is None:
        raise TokenMissingError
    with database.unit_of_work() as work:
        session = sessions.refresh(work, secret)
        account = accounts.profile(work, session.user_id)
    return _logged_in(account, session)


@blueprint.post("/logout")
@auth.refresh_cookie
@limits.of(Kind.REFRESH)
@described({204: None}, takes=[LogoutRequest], body_required=False, errors={*DATABASE_ERRORS, *TOKEN_ERRORS})
def logout(database: Database, sessions: Sessions) -> Response:
    """Ends the session of the refresh cookie, or every session of its person; without a cookie there is none to end.

    Whoever wants every session ended must not be told that it was done where it was not.
    """
    has_body = request.content_length or "Transfer-Encoding" in request.headers
    everywhere = parse(LogoutRequest).everywhere if has_body else False
    secret = cookies.refresh_secret()
    if everywhere and secret is None:
        raise TokenMissingError
    if secret is not None:
        with database.unit_of_work() as work:
            if everywhere:
                sessions.end_everywhere(work, secret)
            else:
                sessions.end(work, secret)
    return cookies.clear_refresh_cookie(Response(status=204))


@blueprint.get("/me")
@auth.bearer
@described({200: MeResponse}, errors=DATABASE_ERRORS)
def me(database: Database, accounts: Accounts) -> Response:
    """Who the token speaks of, and how and until when they are logged in.

    The address is told after a password login alone: a falsely matched face must not give it away.
    """
    caller = auth.authentication()
    with database.unit_of_work() as work:
        account = accounts.profile(work, caller.user_id)
    return jsonify(me_response(account, caller))


@blueprint.delete("/me")
@auth.recent_password
@limits.of(Kind.OWN)
@described({204: None}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def erase(database: Database, erasure: Erasure) -> Response:
    """Erases one's account with everything that belongs to it."""
    with database.unit_of_work() as work:
        erasure.erase_account(work, auth.authentication().user_id)
    return cookies.clear_refresh_cookie(Response(status=204))


@blueprint.put("/password")
@auth.recent_password
@limits.of(Kind.OWN)
@described({200: LoginResponse}, takes=[PasswordRequest], errors=SLOT_ERRORS | DATABASE_ERRORS)
def password(admission: Admission, database: Database, accounts: Accounts, sessions: Sessions) -> Response:
    """Sets a new password and ends every other session of this person."""
    caller = auth.authentication()
    body = parse(PasswordRequest)
    with admission.slot(), database.unit_of_work() as work:
        account = accounts.change_password(work, caller.user_id, body.password)
        sessions.check(work, caller)  # again: nobody can end it any more
        sessions.end_all(work, caller.user_id)
        session = sessions.start(work, caller.user_id, Level.PASSWORD)
    return _logged_in(account, session)


@blueprint.post("/password/reset")
@auth.public
@limits.of(Kind.RESET)
@described({204: None}, takes=[ResetRequest], errors={*SLOT_ERRORS, *DATABASE_ERRORS, "link_invalid"})
def reset_password(admission: Admission, database: Database, password_links: PasswordLinks) -> Response:
    """Sets a new password by a password link, and ends every session of its person."""
    body = parse(ResetRequest)
    with admission.slot(), database.unit_of_work() as work:
        password_links.reset(work, body.token, body.password)
    return Response(status=204)


def _logged_in(account: Profile, session: Session) -> Response:
    return cookies.set_refresh_cookie(jsonify(login_response(account, session.access)), session)
