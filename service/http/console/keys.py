"""Keys and OpenID clients at the operators' console."""

from flask import Blueprint, Response

from db.core.engine import Database
from service.console.key_desk import KeyDesk
from service.console.operator_sessions import OperatorSessions
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.console.keys_bodies import (
    ClientResponse,
    ClientsResponse,
    KeysRetiredResponse,
    SecretResponse,
    ShownKeyResponse,
    ShownKeysResponse,
)
from service.http.description import described
from service.http.response_body import respond
from service.openid.clients import Clients

blueprint = Blueprint("console_keys", __name__, url_prefix="/console")


@blueprint.get("/keys")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: ShownKeysResponse})
def list_keys(key_desk: KeyDesk, operator_sessions: OperatorSessions, database: Database) -> Response:
    """The keys that sign tokens: their states, and until when each is needed."""
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "keys")
    return _shown(key_desk)


@blueprint.post("/keys/rotate")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({201: ShownKeysResponse}, errors={"rotation_under_way"})
def rotate(key_desk: KeyDesk) -> Response:
    """Makes new keys. They are published now, and sign once every application knows them."""
    key_desk.rotate(auth.operator_session().user_id)
    return _shown(key_desk, 201)


@blueprint.post("/keys/retire-expired")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: KeysRetiredResponse})
def retire_expired(key_desk: KeyDesk) -> Response:
    """Removes the keys that no valid token needs."""
    return respond(KeysRetiredResponse(keys=key_desk.retire_expired(auth.operator_session().user_id)))


@blueprint.get("/clients")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: ClientsResponse})
def list_clients(clients: Clients, operator_sessions: OperatorSessions, database: Database) -> Response:
    """The applications that may log people in by OpenID Connect."""
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "clients")
        found = clients.listed(work)
    return respond(ClientsResponse(clients=[ClientResponse.of_client(one) for one in found]))


@blueprint.post("/clients/<client_id>/rotate-secret")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({201: SecretResponse}, errors={"client_not_found"})
def rotate_secret(clients: Clients, database: Database, client_id: str) -> Response:
    """Gives an application a new secret. The one before is refused at once."""
    with database.unit_of_work() as work:
        secret = clients.by(auth.operator_session().user_id).rotate_secret(work, client_id)
    return respond(SecretResponse(secret=secret), 201)


def _shown(key_desk: KeyDesk, status: int = 200) -> Response:
    return respond(ShownKeysResponse(keys=[ShownKeyResponse.of_shown(one) for one in key_desk.all_keys()]), status)
