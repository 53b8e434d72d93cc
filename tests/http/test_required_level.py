"""A required level: tokens below it are for the user's own account alone."""

from collections.abc import Callable

import jwt
import pytest

from db.core.engine import Database
from service.app import create_app
from service.services import build_services
from service.settings.model import Settings
from tests.authenticator import Authenticator
from tests.fakes import FakeEngine
from tests.http.conftest import Api, bearer
from tests.http.passkeys import add, log_in

Requiring = Callable[[str], Api]


@pytest.fixture
def requiring(settings: Settings, database: Database, engine: FakeEngine) -> Requiring:
    """Starts a service that requires a level."""

    def start(level: str) -> Api:
        strict = settings.model_copy(update={"require": level})
        return Api(create_app(strict, build_services(strict, database, engine)).test_client())

    return start


def audience(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["aud"])


def test_without_a_requirement_every_login_is_for_applications(api: Api) -> None:
    reply = api.store().json
    assert (audience(reply["access_token"]), reply["requires"]) == ("visage", None)
    assert api.me(reply["access_token"]).json["requires"] is None


@pytest.mark.parametrize(
    ("level", "by_password", "by_face", "by_passkey", "by_both"),
    [
        ("any", True, True, True, True),
        ("pwd", True, False, False, False),
        ("face", False, True, False, True),
        ("face:passive", False, False, False, False),
        ("passkey", False, False, True, True),
        ("face+passkey", False, False, False, True),
        ("face:challenge+passkey", False, False, False, False),
    ],
)
def test_a_login_below_the_level_is_only_for_the_account(
    requiring: Requiring, level: str, by_password: bool, by_face: bool, by_passkey: bool, by_both: bool
) -> None:
    api, device = requiring(level), Authenticator()
    add(api, api.store().json["access_token"], device)
    replies = [api.login(), api.recognize(), log_in(api, device)]
    replies.append(log_in(api, device, api.recognize().json["access_token"]))
    for reply, enough in zip(replies, [by_password, by_face, by_passkey, by_both], strict=True):
        token, missing = reply.json["access_token"], None if enough else f"urn:visage:{level}"
        assert audience(token) == ("visage" if enough else "visage:account")
        assert reply.json["requires"] == missing
        assert api.me(token).json["requires"] == missing


def test_an_application_refuses_such_a_token(requiring: Requiring) -> None:
    api = requiring("face+passkey")
    api.store()
    token = api.recognize().json["access_token"]
    keys = jwt.PyJWKSet.from_dict(api.client.get("/.well-known/jwks.json").json)
    key = keys[jwt.get_unverified_header(token)["kid"]]
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, key, algorithms=["EdDSA"], audience="visage", issuer="visage")


def test_a_session_keeps_its_audience_when_it_continues(requiring: Requiring) -> None:
    api = requiring("passkey")
    api.store()
    api.login()
    reply = api.refresh().json
    assert (audience(reply["access_token"]), reply["requires"]) == ("visage:account", "urn:visage:passkey")


def test_such_a_token_is_enough_for_ones_own_account(requiring: Requiring) -> None:
    api = requiring("passkey")
    api.store()
    token = api.login().json["access_token"]
    assert api.re_enrol(token).json["requires"] == "urn:visage:passkey"
    assert api.client.get("/user/facial", headers=bearer(token)).status_code == 200
    assert api.client.delete("/user/me", headers=bearer(token)).status_code == 204
