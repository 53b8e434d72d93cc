"""A user with unique values gets all of them in an export, and none is left after an erasure."""

import base64
import gc
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from db.core.engine import Database
from db.core.vector_text import parse_vector
from db.queries import disputes, invitations, password_links
from db.queries.disputes import Claim
from db.queries.invitations import Bounds
from service.accounts.accounts import Accounts
from service.app import EXTENSION
from service.services import Services
from service.settings.model import Settings
from tests.authenticator import Authenticator
from tests.fakes import MODEL_ID, picture
from tests.http.conftest import Api, bearer
from tests.http.openid.client import answer_in, register
from tests.http.passkeys import add, add_options

NAME = f"canary{uuid4().hex}"
APPLICATION = f"app{uuid4().hex}"
EMAIL = f"mail{uuid4().hex}@example.org"
SIMILARITY = 0.8123456789
DISPLAY_NAME = f"Ada {uuid4().hex}"
UNSEARCHED = (ModuleType, type, FunctionType, BuiltinFunctionType, FrameType, Engine)


@dataclass
class Planted:
    """A user, and their unique values.

    Attributes:
        told: values that the copy must contain.
        hidden: stored values that the copy omits: hashes, and what others have asked for or claimed.
        vector: the user's template.
    """

    user_id: UUID
    token: str
    told: set[str]
    hidden: set[str]
    vector: np.ndarray


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions[EXTENSION]
    return found


@pytest.fixture
def planted(app: Flask, api: Api, database: Database) -> Planted:
    api.store(person=2, username="grace")
    stored = api.store(person=1, username=NAME, email=EMAIL, display_name=DISPLAY_NAME).json
    api.recognize(person=1)
    token = api.login(NAME).json["access_token"]
    third = register(app, database, APPLICATION, third_party=True)
    third.browser = api.client
    third.sign_on(token)
    third.exchange(answer_in(third.decide(scope="openid email offline_access").json["location"])["code"])
    user_id = UUID(stored["user"]["id"])
    with database.unit_of_work() as work:
        hour = {"created_at": datetime.now(UTC), "expires_at": datetime.now(UTC) + timedelta(hours=1)}
        invitations.add(work.session, b"1" * 32, Bounds(NAME.upper(), None), **hour)
        invitations.add(work.session, b"2" * 32, Bounds(None, EMAIL.upper()), **hour)
        password_links.put(work.session, user_id, b"3" * 32, **hour)
        disputes.add(work.session, user_id, Claim(MODEL_ID, SIMILARITY, 0.5, False, None, None))
    add(api, token, Authenticator(), name=f"key of {NAME}")
    add_options(api, token)
    row = one(database, f"SELECT * FROM users WHERE id = '{user_id}'")  # noqa: S608
    vector = one(database, f"SELECT embedding::text FROM face_templates WHERE user_id = '{user_id}'").embedding  # noqa: S608
    document = row.facial_data
    embeddings = {value for capture in document["captures"] for value in capture["embeddings"].values()}
    images = {base64.b64encode(picture(1, take=take)).decode() for take in range(3)}
    cookie = api.client.get_cookie("visage_refresh", path="/user/refresh")
    assert cookie is not None
    token_hash = hashlib.sha256(cookie.value.encode()).hexdigest()
    told = {str(user_id), NAME, EMAIL, DISPLAY_NAME, document["enrolment"], *embeddings, *images}
    return Planted(
        user_id,
        token,
        told,
        {row.password_hash, token_hash, vector, str(SIMILARITY), EMAIL.upper()},
        parse_vector(vector),
    )


def one(database: Database, statement: str) -> Any:
    with database.unit_of_work() as work:
        return work.session.execute(text(statement)).one()


def kept_in_tables(database: Database, secrets: set[str]) -> dict[str, set[str]]:
    """Returns the tables with a row that contains one of these values anywhere, and the values."""
    found: dict[str, set[str]] = {}
    with database.unit_of_work() as work:
        everything = (
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND relnamespace = 'public'::regnamespace"
        )
        for table in work.session.scalars(text(everything)).all():
            rows = " ".join(work.session.scalars(text(f'SELECT "{table}"::text FROM "{table}"')))  # noqa: S608
            rows = rows.replace('""', '"')
            if here := {secret for secret in secrets if secret in rows}:
                found[table] = here
    return found


def kept_in_files(settings: Settings, secrets: set[str]) -> set[str]:
    """Returns the files with one of these values in the path or the content."""
    images = {picture(1, take=take) for take in range(3)}
    wanted = {secret.encode() for secret in secrets} | images
    return {
        str(path)
        for path in settings.home.rglob("*")
        if any(secret in (path.read_bytes() if path.is_file() else b"") + str(path).encode() for secret in wanted)
    }


def kept_in_memory(services: Services, planted: Planted) -> list[object]:
    """Returns objects of the process that contain the values, starting from the services."""
    secrets = planted.told | planted.hidden
    return [
        thing
        for thing in reachable(services)
        if (isinstance(thing, UUID) and thing == planted.user_id)
        or (isinstance(thing, str) and any(secret in thing for secret in secrets))
        or (
            isinstance(thing, np.ndarray) and thing.shape == planted.vector.shape and np.allclose(thing, planted.vector)
        )
    ]


def reachable(root: object) -> Iterator[object]:
    seen, left = {id(root)}, [root]
    while left:
        thing = left.pop()
        yield thing
        for other in gc.get_referents(thing):
            if id(other) not in seen and not isinstance(other, UNSEARCHED):
                seen.add(id(other))
                left.append(other)


def test_the_copy_says_all_that_is_kept(api: Api, planted: Planted) -> None:
    copy = api.client.get("/user/facial", headers=bearer(planted.token)).json
    as_text = json.dumps(copy, ensure_ascii=False)
    assert [secret for secret in planted.told if secret not in as_text] == []
    assert [secret for secret in planted.hidden if secret in as_text] == []
    assert [event["event"] for event in copy["events"]] == [
        "sign_up",
        "face_login",
        "password_login",
        "openid_consent",
        "openid_login",
        "passkey_added",
        "export",
    ]
    sessions = [(session["client"], session["acr"].removeprefix("urn:visage:")) for session in copy["sessions"]]
    assert sorted(sessions, key=str) == [(APPLICATION, "pwd"), (None, "face"), (None, "pwd"), (None, "pwd")]
    assert [consent["client"] for consent in copy["consents"]] == [APPLICATION]
    assert copy["account"]["password"] is True
    assert copy["password_link"]["expires_at"] > copy["password_link"]["created_at"]
    assert [one["decision"] for one in copy["disputes"]] == [None]
    assert copy["left_out"]
    assert [one["name"] for one in copy["passkeys"]] == [f"key of {NAME}"]
    assert [one["consent_version"] for one in copy["templates"]] == [copy["facial_data"]["consent"]["version"]]


def test_every_column_of_a_person_is_in_their_copy(api: Api, planted: Planted, database: Database) -> None:
    """A new column must be added to the copy, or listed here with the reason why not."""
    copy = api.client.get("/user/facial", headers=bearer(planted.token)).json
    renamed = {"updated_at": "changed_at", "password_hash": "password"}
    columns = {renamed.get(name, name) for name in one(database, "SELECT * FROM users LIMIT 1")._fields}
    assert columns == set(copy["account"]) | {"facial_data", "username_key"}
    assert "the username with its case folded, which follows from the username" in copy["left_out"]


def test_every_column_of_a_passkey_is_in_the_copy(api: Api, planted: Planted, database: Database) -> None:
    copy = api.client.get("/user/facial", headers=bearer(planted.token)).json
    columns = set(one(database, "SELECT * FROM passkeys LIMIT 1")._fields)
    assert columns - {"user_id", "credential_id"} | {"id"} == set(copy["passkeys"][0])


def test_an_erased_person_leaves_the_id_in_the_audit_alone(
    api: Api, planted: Planted, database: Database, settings: Settings, services: Services
) -> None:
    secrets = planted.told | planted.hidden
    before = kept_in_tables(database, secrets)
    assert set(before) == {
        *("users", "face_templates", "refresh_tokens", "audit_events"),
        *("invitations", "password_links", "disputes", "passkeys", "passkey_ceremonies"),
        *("browser_sessions", "openid_codes", "openid_consents"),
    }
    assert set.union(*before.values()) == secrets - {
        secret for secret in secrets if len(secret) > 500 and secret.startswith("iVBOR")
    }
    assert kept_in_files(settings, secrets)
    assert api.client.delete("/user/me", headers=bearer(planted.token)).status_code == 204
    assert kept_in_tables(database, secrets) == {"audit_events": {str(planted.user_id)}}
    assert kept_in_files(settings, secrets) == set()
    assert api.recognize(person=1).json["status"] == "unknown"
    assert api.recognize(person=2).json["status"] == "matched"
    gc.collect()
    assert kept_in_memory(services, planted) == []


def test_an_erased_face_leaves_the_account_alone(
    api: Api, planted: Planted, database: Database, settings: Settings, services: Services
) -> None:
    face = {secret for secret in planted.told | planted.hidden if len(secret) > 300} | {str(SIMILARITY)}
    assert kept_in_tables(database, face)
    assert api.client.delete("/user/facial", headers=bearer(planted.token)).status_code == 204
    assert kept_in_tables(database, face) == {}
    assert kept_in_files(settings, face | {str(planted.user_id)}) == set()


def test_the_search_of_the_memory_finds_planted_values(planted: Planted, services: Services) -> None:
    assert any(isinstance(thing, Accounts) for thing in reachable(services))
    for secret in (planted.user_id, planted.vector, f"about {NAME}"):
        object.__setattr__(services.settings, "__dict__", {**services.settings.__dict__, "planted": secret})
        assert kept_in_memory(services, planted)
