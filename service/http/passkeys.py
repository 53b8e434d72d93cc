"""Passkeys: a user's own, and login with one."""

import re

from flask import Blueprint, Response

from db.core.engine import Database
from service.domain.errors import PasskeyNotFoundError
from service.domain.rates import Kind
from service.http import auth, cookies, limits
from service.http.body import parse
from service.http.description import DATABASE_ERRORS, PASSKEY_ERRORS, described
from service.http.passkey_schemas import (
    BASE64URL,
    MAX_ID,
    AddPasskeyRequest,
    PasskeyLoginRequest,
    PasskeyNameRequest,
    decoded,
)
from service.http.response_body import respond
from service.http.responses import LoginResponse, PasskeyOptionsResponse, PasskeyResponse, PasskeysResponse
from service.passkeys.passkey_login import PasskeyLogins
from service.passkeys.passkeys import Passkeys

blueprint = Blueprint("passkeys", __name__, url_prefix="/user/passkeys")


@blueprint.get("")
@auth.bearer
@described({200: PasskeysResponse}, errors=DATABASE_ERRORS)
def list_own(passkeys: Passkeys, database: Database) -> Response:
    """The caller's passkeys."""
    with database.unit_of_work() as work:
        own = passkeys.of_user(work, auth.authentication().user_id)
    return respond(PasskeysResponse(passkeys=[PasskeyResponse.of(one) for one in own]))


@blueprint.post("/options")
@auth.recent_strong_login
@limits.of(Kind.OWN)
@described({200: PasskeyOptionsResponse}, errors={*DATABASE_ERRORS, "passkeys_off", "too_many_passkeys"})
def options(passkeys: Passkeys, database: Database) -> Response:
    """What the caller's browser needs to make a passkey."""
    with database.unit_of_work() as work:
        made = passkeys.begin(work, auth.authentication().user_id)
    return respond(PasskeyOptionsResponse(public_key=made))


@blueprint.post("")
@auth.recent_strong_login
@limits.of(Kind.OWN)
@described(
    {201: PasskeyResponse},
    takes=[AddPasskeyRequest],
    errors={*DATABASE_ERRORS, *PASSKEY_ERRORS, "passkey_exists", "too_many_passkeys"},
)
def add(passkeys: Passkeys, database: Database) -> Response:
    """Adds a passkey to the caller's account."""
    body, caller = parse(AddPasskeyRequest), auth.authentication()
    attestation = body.attestation
    with database.unit_of_work() as work:
        ceremony = passkeys.spend(work, caller.user_id, attestation)
    with database.unit_of_work() as work:
        added = passkeys.add(work, caller, ceremony, attestation, body.name)
    return respond(PasskeyResponse.of(added), 201)


@blueprint.put("/<passkey_id>")
@auth.recent_strong_login
@limits.of(Kind.OWN)
@described({200: PasskeyResponse}, takes=[PasskeyNameRequest], errors={*DATABASE_ERRORS, "passkey_not_found"})
def rename(passkey_id: str, passkeys: Passkeys, database: Database) -> Response:
    """Renames a passkey of the caller."""
    body = parse(PasskeyNameRequest)
    with database.unit_of_work() as work:
        renamed = passkeys.rename(work, auth.authentication().user_id, _credential_id(passkey_id), body.name)
    return respond(PasskeyResponse.of(renamed))


@blueprint.delete("/<passkey_id>")
@auth.recent_strong_login
@limits.of(Kind.OWN)
@described({204: None}, errors={*DATABASE_ERRORS, "passkey_not_found"})
def remove(passkey_id: str, passkeys: Passkeys, database: Database) -> Response:
    """Removes a passkey of the caller. Its sessions stay."""
    with database.unit_of_work() as work:
        passkeys.remove(work, auth.authentication().user_id, _credential_id(passkey_id))
    return Response(status=204)


@blueprint.post("/login/options")
@auth.public
@limits.of(Kind.CHALLENGE)
@described({200: PasskeyOptionsResponse}, errors={*DATABASE_ERRORS, "passkeys_off"})
def login_options(passkey_logins: PasskeyLogins, database: Database) -> Response:
    """What a browser needs to log in with any passkey of this service."""
    with database.unit_of_work() as work:
        made = passkey_logins.begin(work)
    return respond(PasskeyOptionsResponse(public_key=made))


@blueprint.post("/login")
@auth.public_or_bearer
@limits.declares_attempts(Kind.PASSKEY)
@described(
    {200: LoginResponse},
    takes=[PasskeyLoginRequest],
    errors={*DATABASE_ERRORS, *PASSKEY_ERRORS, "passkey_unknown", "passkey_of_another", "passkey_copied"},
)
def login(passkey_logins: PasskeyLogins, database: Database) -> Response:
    """Logs a user in by passkey.

    With the token of a face login a few minutes ago, the passkey completes that login: its session ends, and the level
    of the new one includes the face.
    """
    body = parse(PasskeyLoginRequest)
    assertion = body.assertion
    attempt = limits.attempt(Kind.PASSKEY)
    with attempt:
        with database.unit_of_work() as work:
            ceremony = passkey_logins.spend(work, assertion)
        with database.unit_of_work() as work:
            login = passkey_logins.log_in(work, ceremony, assertion, auth.optional_authentication())
        attempt.succeeded()
    return cookies.set_login_cookies(
        respond(LoginResponse.of(login)), login.account.username, login.level, login.session
    )


def _credential_id(text: str) -> bytes:
    """The credential id in an address; raises PasskeyNotFoundError if it cannot be one."""
    if len(text) > MAX_ID or not re.fullmatch(BASE64URL, text):
        raise PasskeyNotFoundError
    return decoded(text)
