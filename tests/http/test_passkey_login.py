"""Login by passkey, alone and as the second factor of a face."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from db.core.engine import Database
from service.app import create_app
from service.domain.rates import parse_policy
from service.passkeys.ceremonies import LIFETIME
from service.services import build_services
from service.settings.model import Settings
from tests.authenticator import Authenticator, decoded, encoded
from tests.clocks import set_clock
from tests.fakes import FakeEngine
from tests.http.challenging import challenging
from tests.http.conftest import Api, bearer, code_of
from tests.http.passkeys import PATH, add, listed, log_in, login_options, send_login
from tests.http.test_audit import recorded
from tests.http.test_passkeys import MISBEHAVIOUR


@pytest.fixture
def token(api: Api) -> str:
    """The token of a user who has just signed up."""
    return str(api.store(person=1, username="ada", email="ada@example.org").json["access_token"])


@pytest.fixture
def device(api: Api, token: str) -> Authenticator:
    """A device with a passkey of this user."""
    device = Authenticator()
    add(api, token, device)
    return device


def audited(database: Database) -> tuple[str, str | None, bool]:
    """Returns the last event."""
    return recorded(database)[-1]


def test_a_passkey_logs_in_without_a_username(api: Api, device: Authenticator, database: Database) -> None:
    login = log_in(api, device)
    assert login.status_code == 200
    assert login.json["user"]["username"] == "ada"
    me = api.me(login.json["access_token"]).json
    assert (me["amr"], me["acr"], me["user"]["email"]) == (["hwk"], "urn:visage:passkey", "ada@example.org")
    assert audited(database) == ("passkey_login", "matched", True)


def test_the_options_name_no_credentials(api: Api, device: Authenticator) -> None:
    options = login_options(api)
    assert (options["allowCredentials"], options["rpId"]) == ([], "localhost")
    assert options["userVerification"] == "required"


def test_the_session_goes_on_with_the_same_level(api: Api, device: Authenticator) -> None:
    log_in(api, device)
    assert api.me(api.refresh().json["access_token"]).json["acr"] == "urn:visage:passkey"


def test_a_login_is_noted(api: Api, token: str, device: Authenticator) -> None:
    device.backs_up = True
    log_in(api, device)
    (noted,) = listed(api, token)
    assert noted["last_used_at"] is not None
    assert noted["backed_up"] is True


def test_a_replayed_login_is_refused(api: Api, device: Authenticator) -> None:
    credential = device.get(login_options(api))
    assert send_login(api, credential).status_code == 200
    replayed = send_login(api, credential)
    assert (replayed.status_code, code_of(replayed)) == (410, "ceremony_expired")


def test_a_failed_login_uses_the_challenge_up(api: Api, device: Authenticator) -> None:
    options = login_options(api)
    device.verifies = False
    assert code_of(send_login(api, device.get(options))) == "passkey_invalid"
    device.verifies = True
    assert code_of(send_login(api, device.get(options))) == "ceremony_expired"


def test_a_challenge_expires(api: Api, device: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    options = login_options(api)
    set_clock(monkeypatch, LIFETIME)
    assert code_of(send_login(api, device.get(options))) == "ceremony_expired"


def test_a_challenge_for_adding_does_not_log_in(api: Api, token: str, device: Authenticator) -> None:
    options = api.client.post(f"{PATH}/options", headers=bearer(token)).json["public_key"]
    credential = device.get({"rpId": "localhost", "challenge": options["challenge"]})
    assert code_of(send_login(api, credential)) == "ceremony_expired"


def test_an_invented_challenge_is_refused(api: Api, device: Authenticator) -> None:
    credential = device.get({"rpId": "localhost", "challenge": encoded(bytes(64))})
    assert code_of(send_login(api, credential)) == "ceremony_expired"


@pytest.mark.parametrize("changes", MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)
def test_a_misbehaving_authenticator_does_not_log_in(
    api: Api, device: Authenticator, changes: dict[str, Any], database: Database
) -> None:
    if changes.get("client", {}).get("type"):
        changes = {"client": {"type": "webauthn.create"}}
    for name, value in changes.items():
        setattr(device, name, value)
    refused = log_in(api, device)
    assert (refused.status_code, code_of(refused)) == (422, "passkey_invalid")
    assert "Set-Cookie" not in refused.headers


def changed(credential: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Returns the credential with another member in its response."""
    return credential | {"response": {**credential["response"], name: value}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature", encoded(b"x" * 70)),
        ("authenticatorData", encoded(b"short")),
        ("authenticatorData", encoded(bytes(36) + b"\xff" + bytes(4))),
        ("userHandle", encoded(bytes(16))),
        ("userHandle", None),
        ("userHandle", ""),
    ],
)
def test_a_damaged_response_does_not_log_in(
    api: Api, device: Authenticator, name: str, value: str | None, database: Database
) -> None:
    refused = send_login(api, changed(device.get(login_options(api)), name, value))
    assert (refused.status_code, code_of(refused)) == (422, "passkey_invalid")
    assert audited(database) == ("passkey_login", "invalid", True)


@pytest.mark.parametrize(
    "credential", [None, 5, {}, {"id": "AAAA"}, {"id": "AAAA", "type": "password", "response": {}}]
)
def test_a_malformed_credential_is_refused(api: Api, credential: Any) -> None:
    assert code_of(send_login(api, credential)) == "invalid_request"


def test_an_unknown_passkey_is_refused(api: Api, token: str, device: Authenticator, database: Database) -> None:
    api.client.delete(f"{PATH}/{listed(api, token)[0]['id']}", headers=bearer(token))
    refused = log_in(api, device)
    assert (refused.status_code, code_of(refused)) == (401, "passkey_unknown")
    assert audited(database) == ("passkey_login", "unknown_passkey", False)


def test_a_counter_that_falls_back_is_refused_and_audited(
    api: Api, token: str, device: Authenticator, database: Database
) -> None:
    device.count = 9
    assert log_in(api, device).status_code == 200
    for count in (9, 4, -1):
        device.count = count
        refused = log_in(api, device)
        assert (refused.status_code, code_of(refused)) == (403, "passkey_copied")
        assert audited(database) == ("passkey_copied", None, True)
    device.count = 10
    assert log_in(api, device).status_code == 200


def test_only_who_has_the_key_can_make_a_passkey_look_copied(
    api: Api, device: Authenticator, database: Database
) -> None:
    device.count = 9
    log_in(api, device)
    device.count = 1
    forged = changed(device.get(login_options(api)), "signature", encoded(b"x" * 70))
    assert code_of(send_login(api, forged)) == "passkey_invalid"
    assert "passkey_copied" not in [event for event, *_ in recorded(database)]


def test_passkeys_that_do_not_count_log_in_again_and_again(api: Api, token: str) -> None:
    device = Authenticator(count=None)
    add(api, token, device)
    assert [log_in(api, device).status_code for _ in range(2)] == [200, 200]


def test_each_of_two_accounts_on_a_device_has_its_own_passkey(api: Api, device: Authenticator) -> None:
    add(api, api.store(person=2, username="bob").json["access_token"], device)
    names = [log_in(api, device, number=number).json["user"]["username"] for number in (0, 1, 0)]
    assert names == ["ada", "bob", "ada"]


def test_a_user_handle_of_another_account_is_refused(api: Api, device: Authenticator) -> None:
    add(api, api.store(person=2, username="bob").json["access_token"], device)
    device.credentials[0].user_handle = device.credentials[1].user_handle
    assert code_of(log_in(api, device, number=0)) == "passkey_invalid"


def test_a_passkey_completes_a_face_login(api: Api, device: Authenticator) -> None:
    by_face = api.recognize(person=1).json["access_token"]
    both = log_in(api, device, by_face)
    me = api.me(both.json["access_token"]).json
    assert (me["amr"], me["acr"]) == (["face", "hwk"], "urn:visage:face+passkey")


def test_a_passkey_completes_a_challenged_face_login(
    settings: Settings, database: Database, engine: FakeEngine
) -> None:
    api = challenging(settings, database, engine)
    device = Authenticator()
    add(api, api.enrol().json["access_token"], device)
    both = log_in(api, device, api.enter().json["access_token"])
    assert api.me(both.json["access_token"]).json["acr"] == "urn:visage:face:challenge+passkey"


def test_the_session_of_the_face_login_ends(api: Api, app: Flask, device: Authenticator, database: Database) -> None:
    elsewhere = Api(app.test_client())
    by_face = elsewhere.recognize(person=1).json["access_token"]
    log_in(api, device, by_face)
    assert code_of(elsewhere.refresh()) == "token_invalid"
    again = log_in(api, device, by_face)
    assert (again.status_code, code_of(again)) == (401, "token_invalid")


def test_a_face_login_that_is_not_recent_does_not_count(
    api: Api, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_face = api.recognize(person=1).json["access_token"]
    set_clock(monkeypatch, timedelta(minutes=6))
    late = log_in(api, device, by_face)
    assert api.me(late.json["access_token"]).json["acr"] == "urn:visage:passkey"


def test_a_passkey_of_another_account_completes_nothing(
    api: Api, app: Flask, token: str, device: Authenticator, database: Database
) -> None:
    elsewhere = Api(app.test_client())
    theirs = elsewhere.store(person=2, username="bob").json["access_token"]
    by_face = elsewhere.recognize(person=2).json["access_token"]
    used = listed(api, token)
    for foreign in (theirs, by_face):
        refused = log_in(api, device, foreign)
        assert (refused.status_code, code_of(refused)) == (403, "passkey_of_another")
        assert audited(database) == ("passkey_login", "other_account", True)
    assert "Set-Cookie" not in refused.headers
    assert listed(api, token) == used
    assert elsewhere.refresh().status_code == 200


def test_an_invalid_token_is_not_ignored(api: Api, device: Authenticator) -> None:
    assert code_of(log_in(api, device, "invented")) == "token_invalid"


def test_an_erased_account_has_no_passkeys(api: Api, token: str, device: Authenticator) -> None:
    options = login_options(api)
    api.client.delete("/user/me", headers=bearer(token))
    assert code_of(send_login(api, device.get(options))) == "passkey_unknown"


def test_a_new_password_ends_the_sessions_of_passkeys(api: Api, app: Flask, device: Authenticator) -> None:
    elsewhere = Api(app.test_client())
    log_in(elsewhere, device)
    token = api.login("ada").json["access_token"]
    api.client.put("/user/password", json={"password": "chosen by ada"}, headers=bearer(token))
    assert code_of(elsewhere.refresh()) == "token_invalid"
    assert log_in(elsewhere, device).status_code == 200


def test_failed_logins_are_limited_and_good_ones_hardly(
    settings: Settings, database: Database, engine: FakeEngine, token: str, device: Authenticator
) -> None:
    tight = settings.model_copy(update={"limit_passkey": parse_policy("address=3/hour")})
    api = Api(create_app(tight, build_services(tight, database, engine)).test_client())
    assert [log_in(api, device).status_code for _ in range(5)] == [200] * 5
    device.verifies = False
    assert [log_in(api, device).status_code for _ in range(4)] == [422, 422, 429, 429]


def test_expired_challenges_are_swept(
    api: Api, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    login_options(api)
    passkeys = app.extensions["visage"].passkeys
    count = text("SELECT count(*) FROM passkey_ceremonies")
    with database.unit_of_work() as work:
        passkeys.forget_expired(work)
        assert work.session.execute(count).scalar_one() == 1
        set_clock(monkeypatch, LIFETIME + timedelta(seconds=1))
        passkeys.forget_expired(work)
        assert work.session.execute(count).scalar_one() == 0


HOSTED = {"public_url": "https://login.example.org", "cors_origins": ("https://app.example.org", "https://other.test")}


def hosted(settings: Settings, database: Database, engine: FakeEngine, **changes: Any) -> Api:
    """Returns a service at a public address."""
    hosted = Settings(home=settings.home, **{**HOSTED, **changes})
    return Api(create_app(hosted, build_services(hosted, database, engine)).test_client())


@pytest.mark.parametrize(
    ("domain", "origin", "works"),
    [
        (None, "https://login.example.org", True),
        (None, "https://app.example.org", False),
        (None, "http://login.example.org", False),
        (None, "https://login.example.org:8443", False),
        (None, "http://localhost:8000", False),
        ("example.org", "https://login.example.org", True),
        ("example.org", "https://app.example.org", True),
        ("example.org", "https://evil.example.org", False),
        ("example.org", "https://other.test", False),
    ],
)
def test_only_the_origins_of_the_service_below_its_domain_are_accepted(
    settings: Settings, database: Database, engine: FakeEngine, domain: str | None, origin: str, works: bool
) -> None:
    api = hosted(settings, database, engine, passkey_domain=domain)
    token = api.store().json["access_token"]
    device = Authenticator(origin="https://login.example.org")
    assert add(api, token, device).status_code == 201
    assert device.credentials[0].domain == (domain or "login.example.org")
    device.origin = origin
    assert (log_in(api, device).status_code == 200) is works


def test_a_service_with_only_an_address_has_no_passkeys(
    settings: Settings, database: Database, engine: FakeEngine
) -> None:
    api = hosted(settings, database, engine, public_url="https://192.0.2.1")
    token = api.store().json["access_token"]
    for refused in (
        api.client.post(f"{PATH}/options", headers=bearer(token)),
        api.client.post(f"{PATH}/login/options"),
    ):
        assert (refused.status_code, code_of(refused)) == (409, "passkeys_off")
    assert api.client.get("/user/facial/options").json["passkey_domain"] is None


def test_the_options_contain_the_domain(api: Api) -> None:
    assert api.client.get("/user/facial/options").json["passkey_domain"] == "localhost"


def test_the_user_handle_is_the_id_of_the_account(api: Api, token: str, device: Authenticator) -> None:
    user_id = api.me(token).json["user"]["id"]
    credential = device.get(login_options(api))
    assert decoded(credential["response"]["userHandle"]).hex() == user_id.replace("-", "")
