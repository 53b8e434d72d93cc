"""The manual way in, and what a person may do with their login."""

from flask import Blueprint, Response, jsonify

from service.accounts import Profile
from service.http import auth, cookies
from service.http.answers import LoginAnswer, MeAnswer
from service.http.body import parse
from service.http.context import services
from service.http.description import DATABASE_ERRORS, TOKEN_ERRORS, TURN_ERRORS, described
from service.http.errors import TokenMissingError
from service.http.schemas import LoginRequest, PasswordRequest
from service.http.serialise import login_answer, me_answer
from service.sessions import Session
from service.tokens import Level

blueprint = Blueprint("accounts", __name__, url_prefix="/user")


@blueprint.post("/login")
@auth.public
@described({200: LoginAnswer}, takes=[LoginRequest], errors=TURN_ERRORS | DATABASE_ERRORS | {"wrong_credentials"})
def login() -> Response:
    """Logs a person in by password."""
    body = parse(LoginRequest)
    with services().admission.turn(), services().database.unit_of_work() as work:
        account = services().accounts.log_in(work, body.username, body.password)
        session = services().sessions.start(work, account.identity.id, Level.PASSWORD)
    return _logged_in(account, session)


@blueprint.post("/refresh")
@auth.refresh_cookie
@described({200: LoginAnswer}, errors=TOKEN_ERRORS | DATABASE_ERRORS)
def refresh() -> Response:
    """Exchanges the refresh cookie for a new access token and the next cookie."""
    secret = cookies.refresh_secret()
    if secret is None:
        raise TokenMissingError
    with services().database.unit_of_work() as work:
        session = services().sessions.refresh(work, secret)
        account = services().accounts.profile(work, session.user_id)
    return _logged_in(account, session)


@blueprint.post("/logout")
@auth.refresh_cookie
@described({204: None}, errors=DATABASE_ERRORS)
def logout() -> Response:
    """Ends the session of the refresh cookie; without one there is nothing to end."""
    secret = cookies.refresh_secret()
    if secret is not None:
        with services().database.unit_of_work() as work:
            services().sessions.end(work, secret)
    return cookies.clear_refresh_cookie(Response(status=204))


@blueprint.get("/me")
@auth.bearer
@described({200: MeAnswer}, errors=DATABASE_ERRORS)
def me() -> Response:
    """Who the token speaks of, and how and until when they are logged in.

    The address is told after a password login alone: a falsely matched face must not give it away.
    """
    caller = auth.authentication()
    with services().database.unit_of_work() as work:
        account = services().accounts.profile(work, caller.user_id)
    return jsonify(me_answer(account, caller))


@blueprint.delete("/me")
@auth.recent_password
@described({204: None}, errors=DATABASE_ERRORS | {"storage_unavailable"})
def erase() -> Response:
    """Erases one's account with everything that belongs to it."""
    with services().database.unit_of_work() as work:
        services().erasure.erase_account(work, auth.authentication().user_id)
    return cookies.clear_refresh_cookie(Response(status=204))


@blueprint.put("/password")
@auth.recent_password
@described({200: LoginAnswer}, takes=[PasswordRequest], errors=TURN_ERRORS | DATABASE_ERRORS)
def password() -> Response:
    """Sets a new password and ends every other session of this person."""
    caller = auth.authentication()
    body = parse(PasswordRequest)
    with services().admission.turn(), services().database.unit_of_work() as work:
        account = services().accounts.change_password(work, caller.user_id, body.password)
        services().sessions.end_all(work, caller.user_id)
        session = services().sessions.start(work, caller.user_id, Level.PASSWORD)
    return _logged_in(account, session)


def _logged_in(account: Profile, session: Session) -> Response:
    return cookies.set_refresh_cookie(jsonify(login_answer(account, session.access)), session)
