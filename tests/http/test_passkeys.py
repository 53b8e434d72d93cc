"""A user adds, lists, renames and removes passkeys."""

from datetime import timedelta
from typing import Any

import cbor2
import pytest
from flask import Flask
from sqlalchemy import text

from db.core.engine import Database
from service.domain.levels import Level
from service.http.schemas import SMALL_BODY
from service.passkeys.ceremonies import LIFETIME
from service.passkeys.passkeys import MAX_PASSKEYS
from tests.authenticator import EDDSA, ES256, RS256, Authenticator, decoded, encoded
from tests.clocks import set_clock
from tests.http.conftest import Api, bearer, claims, code_of, signed
from tests.http.passkeys import PATH, add, add_options, listed, log_in, send_new
from tests.http.test_audit import recorded


@pytest.fixture
def token(api: Api) -> str:
    """The token of a user who has just signed up."""
    return str(api.store(username="ada", display_name="Ada L").json["access_token"])


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def test_a_passkey_is_added_and_listed(api: Api, token: str, device: Authenticator, database: Database) -> None:
    added = add(api, token, device, name="Ada's phone")
    assert added.status_code == 201
    assert listed(api, token) == [added.json]
    assert added.json["id"] == encoded(device.credentials[0].credential_id)
    assert (added.json["name"], added.json["last_used_at"], added.json["backed_up"]) == ("Ada's phone", None, False)
    assert added.json["transports"] == ["hybrid", "internal"]
    assert recorded(database)[-1] == ("passkey_added", None, True)


def test_the_options_ask_for_a_discoverable_passkey_with_user_verification(api: Api, token: str) -> None:
    user_id = api.me(token).json["user"]["id"]
    options = add_options(api, token)
    assert options["rp"] == {"id": "localhost", "name": "localhost"}
    assert decoded(options["user"]["id"]).hex() == user_id.replace("-", "")
    assert (options["user"]["name"], options["user"]["displayName"]) == ("ada", "Ada L")
    selection = {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert options["authenticatorSelection"] == selection
    assert options["attestation"] == "none"
    assert len(decoded(options["challenge"])) == 64


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_every_algorithm_that_the_options_offer_works(api: Api, token: str, algorithm: int) -> None:
    assert algorithm in [one["alg"] for one in add_options(api, token)["pubKeyCredParams"]]
    device = Authenticator(algorithm=algorithm)
    assert add(api, token, device).status_code == 201
    assert log_in(api, device).status_code == 200


def test_the_same_device_is_not_added_twice(api: Api, token: str, device: Authenticator) -> None:
    credential = device.create(add_options(api, token))
    send_new(api, token, credential)
    assert [one["id"] for one in add_options(api, token)["excludeCredentials"]] == [credential["id"]]


def test_a_credential_id_that_is_known_is_refused(api: Api, token: str, device: Authenticator) -> None:
    add(api, token, device)
    other = api.store(person=2, username="bob").json["access_token"]
    known = device.credentials.pop()
    credential = device.create(add_options(api, other))
    mine = device.credentials[0].credential_id
    attestation = decoded(credential["response"]["attestationObject"]).replace(mine, known.credential_id)
    credential["response"]["attestationObject"] = encoded(attestation)
    refused = send_new(api, other, credential | {"id": encoded(known.credential_id)})
    assert (refused.status_code, code_of(refused)) == (409, "passkey_exists")
    assert listed(api, other) == []


def test_a_challenge_can_be_used_for_one_passkey(api: Api, token: str, device: Authenticator) -> None:
    options = add_options(api, token)
    assert send_new(api, token, device.create(options)).status_code == 201
    again = send_new(api, token, device.create(options))
    assert (again.status_code, code_of(again)) == (410, "ceremony_expired")


def test_a_failed_try_uses_the_challenge_up(api: Api, token: str, device: Authenticator) -> None:
    options = add_options(api, token)
    device.verifies = False
    assert code_of(send_new(api, token, device.create(options))) == "passkey_invalid"
    device.verifies = True
    assert code_of(send_new(api, token, device.create(options))) == "ceremony_expired"


def test_a_challenge_of_another_user_is_refused(api: Api, token: str, device: Authenticator) -> None:
    other = api.store(person=2, username="bob").json["access_token"]
    refused = send_new(api, token, device.create(add_options(api, other)))
    assert code_of(refused) == "ceremony_expired"


def test_a_challenge_expires(api: Api, device: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    token = api.store(username="ada").json["access_token"]
    options = add_options(api, token)
    set_clock(monkeypatch, LIFETIME)
    token = api.login("ada").json["access_token"]
    assert code_of(send_new(api, token, device.create(options))) == "ceremony_expired"


MISBEHAVIOUR = {
    "no user verification": {"verifies": False},
    "another origin": {"origin": "https://evil.example"},
    "another scheme": {"origin": "ftp://localhost:8000"},
    "a host that begins alike": {"origin": "http://localhost.evil.example"},
    "another domain": {"domain": "evil.example"},
    "in a frame of another site": {"client": {"crossOrigin": True}},
    "a login's client data": {"client": {"type": "webauthn.get"}},
    "an origin that is not text": {"client": {"origin": 5}},
}


@pytest.mark.parametrize("changes", MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)
def test_a_misbehaving_authenticator_adds_nothing(api: Api, token: str, changes: dict[str, Any]) -> None:
    refused = add(api, token, Authenticator(**changes))
    assert (refused.status_code, code_of(refused)) == (422, "passkey_invalid")
    assert listed(api, token) == []


def damaged(attestation: bytes) -> dict[str, bytes]:
    """Returns attestation objects that are wrong in one way each."""
    whole = cbor2.loads(attestation)
    data, head_bytes = whole["authData"], 37 + 16 + 2 + 32
    key = cbor2.loads(data[head_bytes:])

    def changed(**members: Any) -> bytes:
        return cbor2.dumps(whole | members)

    def keyed(other: dict[int, Any]) -> bytes:
        return changed(authData=data[:head_bytes] + cbor2.dumps(other))

    return {
        "nothing of CBOR": b"\xff\xff\xff",
        "cut off": attestation[:-9],
        "deep": b"\x81" * 4000,
        "huge length": b"\x5b" + b"\x7f" * 8,
        "a number": cbor2.dumps(5),
        "no data": cbor2.dumps({"fmt": "none", "attStmt": {}}),
        "short data": changed(authData=data[:20]),
        "more data": changed(authData=data + b"x"),
        "data of the wrong type": changed(authData=5),
        "no key": keyed({}),
        "a point that is not on the curve": keyed({**key, -3: bytes(32)}),
        "an unknown algorithm": keyed({**key, 3: -999}),
        "a huge key": keyed({1: 3, 3: RS256, -1: b"\xff" * 2000, -2: b"\1\0\1"}),
        "a key of the wrong type": keyed({**key, -2: "x"}),
        "an attestation that was not asked for": changed(fmt="tpm"),
        "an unknown attestation": changed(fmt=["none"]),
        "a statement beside none": changed(attStmt={"sig": b"x"}),
    }


EXAMPLE = Authenticator().create(
    {"excludeCredentials": [], "user": {"id": "AA"}, "rp": {"id": "localhost"}, "challenge": ""}
)


@pytest.mark.parametrize("what", damaged(decoded(EXAMPLE["response"]["attestationObject"])))
def test_damaged_cbor_is_refused(api: Api, token: str, device: Authenticator, what: str) -> None:
    credential = device.create(add_options(api, token))
    bad = damaged(decoded(credential["response"]["attestationObject"]))[what]
    credential["response"]["attestationObject"] = encoded(bad)
    assert code_of(send_new(api, token, credential)) == "passkey_invalid"
    assert listed(api, token) == []


@pytest.mark.parametrize(
    "client_data", [b"", b"null", b"{}", b"[" * 5000, b'{"challenge": 5}', b"\xff", b'{"type":"x"}']
)
def test_damaged_client_data_is_refused(api: Api, token: str, device: Authenticator, client_data: bytes) -> None:
    credential = device.create(add_options(api, token))
    credential["response"]["clientDataJSON"] = encoded(client_data)
    refused = send_new(api, token, credential)
    assert code_of(refused) in {"passkey_invalid", "invalid_request", "ceremony_expired"}


def test_bodies_are_bounded(api: Api, token: str, device: Authenticator) -> None:
    credential = device.create(add_options(api, token))
    credential["response"]["attestationObject"] = "A" * SMALL_BODY
    assert code_of(send_new(api, token, credential)) == "request_too_large"
    credential["response"]["attestationObject"] = "A" * 9000
    assert code_of(send_new(api, token, credential)) == "invalid_request"
    for wrong in ("A", "AAA=", "A+/A", "AA A", "ä"):
        credential["response"]["attestationObject"] = wrong
        assert code_of(send_new(api, token, credential)) == "invalid_request"


def test_an_account_has_a_number_of_passkeys_at_most(api: Api, token: str, database: Database) -> None:
    options = add_options(api, token)
    add_rows = text("""
        INSERT INTO passkeys (credential_id, user_id, public_key, sign_count, transports, name, aaguid, backed_up)
        SELECT decode(lpad(n::text, 8, '0'), 'hex'), users.id, '\\x00', 0, '{}', 'n', gen_random_uuid(), false
        FROM users, generate_series(1, :count) AS n
    """)
    with database.unit_of_work() as work:
        work.session.execute(add_rows, {"count": MAX_PASSKEYS})
    late = send_new(api, token, Authenticator().create(options))
    assert (late.status_code, code_of(late)) == (409, "too_many_passkeys")
    assert code_of(api.client.post(f"{PATH}/options", headers=bearer(token))) == "too_many_passkeys"
    assert api.client.get(PATH, headers=bearer(token)).json["max"] == MAX_PASSKEYS


def test_a_passkey_is_renamed(api: Api, token: str, device: Authenticator) -> None:
    passkey_id = add(api, token, device).json["id"]
    renamed = api.client.put(f"{PATH}/{passkey_id}", json={"name": "Key on the desk"}, headers=bearer(token))
    assert renamed.json["name"] == "Key on the desk"
    assert listed(api, token) == [renamed.json]


def test_a_removed_passkey_no_longer_logs_in(api: Api, token: str, device: Authenticator, database: Database) -> None:
    passkey_id = add(api, token, device).json["id"]
    assert api.client.delete(f"{PATH}/{passkey_id}", headers=bearer(token)).status_code == 204
    assert listed(api, token) == []
    assert recorded(database)[-1] == ("passkey_removed", None, True)
    assert code_of(log_in(api, device)) == "passkey_unknown"


@pytest.mark.parametrize("passkey_id", ["AAAA", "A", "not/base64", "%00", "A" * 2000])
def test_a_passkey_that_is_not_ones_own_is_not_found(
    api: Api, token: str, device: Authenticator, passkey_id: str
) -> None:
    other = api.store(person=2, username="bob").json["access_token"]
    theirs = add(api, other, device).json["id"]
    for unknown in {passkey_id, theirs}:
        address = f"{PATH}/{unknown}"
        removed = api.client.delete(address, headers=bearer(token))
        assert removed.status_code == 404
        assert api.client.put(address, json={"name": "mine"}, headers=bearer(token)).status_code == 404
    assert [one["name"] for one in listed(api, other)] == ["Passkey"]


WEAK = [level for level in Level if not level.is_strong]


@pytest.mark.parametrize("level", WEAK)
def test_a_face_alone_changes_no_passkeys(api: Api, app: Flask, token: str, level: Level) -> None:
    weak = signed(app, claims(sub=api.me(token).json["user"]["id"], acr=level, amr=level.methods))
    for method, path in (("POST", "/options"), ("POST", ""), ("PUT", "/AAAA"), ("DELETE", "/AAAA")):
        refused = api.client.open(PATH + path, method=method, json={}, headers=bearer(weak))
        assert (refused.status_code, code_of(refused)) == (403, "strong_login_required")


def test_a_login_that_is_not_recent_changes_no_passkeys(api: Api, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, timedelta(minutes=6))
    assert code_of(api.client.post(f"{PATH}/options", headers=bearer(token))) == "strong_login_required"


def test_an_ended_session_changes_no_passkeys(api: Api, token: str) -> None:
    api.logout()
    assert code_of(api.client.post(f"{PATH}/options", headers=bearer(token))) == "token_invalid"


def test_a_passkey_login_may_add_another_passkey(api: Api, token: str, device: Authenticator) -> None:
    add(api, token, device)
    by_passkey = log_in(api, device).json["access_token"]
    assert add(api, by_passkey, Authenticator()).status_code == 201


def test_passkeys_go_with_the_account(api: Api, token: str, device: Authenticator, database: Database) -> None:
    add(api, token, device)
    add_options(api, token)
    assert api.client.delete("/user/me", headers=bearer(token)).status_code == 204
    assert code_of(log_in(api, device)) == "passkey_unknown"
    with database.unit_of_work() as work:
        left = text("SELECT (SELECT count(*) FROM passkeys), (SELECT count(*) FROM passkey_ceremonies)")
        assert work.session.execute(left).one() == (0, 0)


def test_an_erased_account_has_no_list_of_passkeys(api: Api, token: str) -> None:
    api.client.delete("/user/me", headers=bearer(token))
    refused = api.client.get(PATH, headers=bearer(token))
    assert (refused.status_code, code_of(refused)) == (401, "token_invalid")
