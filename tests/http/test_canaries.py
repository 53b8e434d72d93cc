"""Sensitive data never reaches a log or the audit, whatever the result of a call."""

import base64
import itertools
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from db.core.engine import Database
from db.queries import users
from db.search import templates
from service.runtime.logs import configure_logging
from tests.fakes import data_url, picture, pictures
from tests.http.conftest import ORIGIN, Api, bearer
from tests.postgres import server_log

SILENT_METHODS = {"HEAD", "OPTIONS"}
PASSWORD, WRONG, TOKEN, HEADER, QUERY, PATH, BODY, NONCE, CONTACT = (f"canary-{uuid4()}" for _ in range(9))
PLANTED = (PASSWORD, WRONG, TOKEN, HEADER, QUERY, PATH, BODY, NONCE, CONTACT)


@pytest.fixture(autouse=True)
def everything_logged(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Sends all loggers at DEBUG, as with ``VISAGE_LOG_LEVEL=DEBUG``, to the standard error stream."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    configure_logging("DEBUG", "text")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def biometric(api: Api, database: Database) -> list[str]:
    """Signs a user up; returns the biometric data in the images, the document and the template, as text."""
    api.store(person=1, username="ada", password=PASSWORD)
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, "ada")
        assert user is not None
        kept = users.get_with_facial_data(work.session, user.id)
        assert kept is not None
        assert kept.facial_data is not None
        vector = work.session.execute(text("SELECT embedding::text FROM face_templates")).scalar_one()
    embeddings = [next(iter(one["embeddings"].values()))[:40] for one in kept.facial_data["captures"]]
    images = [base64.b64encode(picture(1, take=take))[60:120].decode() for take in range(3)]
    return [*embeddings, *images, vector[1:40], kept.password_hash[-30:]]


def said(capsys: pytest.CaptureFixture[str], database: Database) -> str:
    """Returns everything in the service's log, in PostgreSQL's and in the audit."""
    streams = capsys.readouterr()
    with database.unit_of_work() as work:
        audit = work.session.execute(text("SELECT string_agg(audit_events::text, ' ') FROM audit_events")).scalar_one()
    return f"{streams.out} {streams.err} {server_log(database.engine.url)} {audit}"


def check(told: str, secrets: list[str]) -> None:
    assert "service.access" in told  # both logs are included
    assert "database system is ready" in told
    assert [secret for secret in (*PLANTED, *secrets) if secret in told] == []


def test_successful_calls_log_no_secret(
    api: Api, database: Database, biometric: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    token = api.login("ada", PASSWORD).json["access_token"]
    face = api.recognize(person=1).json["access_token"]
    cookie = api.client.get_cookie("visage_refresh", path="/user/refresh")
    assert cookie is not None
    api.client.get("/user/facial", headers=bearer(token))
    api.re_enrol(token)
    api.refresh()
    changed = api.client.put("/user/password", json={"password": WRONG}, headers=bearer(token)).json["access_token"]
    api.client.delete("/user/me", headers=bearer(changed))
    check(said(capsys, database), [*biometric, token[-40:], face[-40:], changed[-40:], cookie.value])


def test_failed_calls_log_no_secret(
    api: Api, app: Flask, database: Database, biometric: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {
        **ORIGIN,
        "Authorization": f"Bearer {TOKEN}",
        "Cookie": f"visage_refresh={TOKEN}; visage_device={TOKEN}",
        "User-Agent": HEADER,
        "X-Forwarded-For": HEADER,
        "X-Request-ID": HEADER,
        "Accept-Language": HEADER,
    }
    cookie = {**ORIGIN, "Cookie": headers["Cookie"]}
    bodies = [
        b'{"password": "' + BODY.encode(),
        json.dumps({"username": "ada", "password": WRONG}).encode(),
        json.dumps({"username": BODY, "password": WRONG, BODY: BODY, "images": [BODY] * 3, "consent": True}).encode(),
        json.dumps({"image": data_url(picture(1, faces=0)), "nonce": NONCE, "token": TOKEN}).encode(),
        json.dumps({"image": BODY, "username": BODY, "contact": CONTACT, "message": CONTACT}).encode(),
        b"\xff\xfe" + BODY.encode(),
    ]
    routes = [(rule.rule.replace("<", PATH).replace(">", ""), rule.methods or ()) for rule in app.url_map.iter_rules()]
    client = app.test_client(use_cookies=False)
    for path, methods in [*routes, (f"/{PATH}", {"GET", "POST"})]:
        for method, body, given in itertools.product({*methods, "PATCH"} - SILENT_METHODS, bodies, (headers, cookie)):
            client.open(
                f"{path}?{QUERY}={QUERY}",
                method=method,
                data=None if method == "GET" else body,
                headers={**given, "Content-Type": "application/json"},
            )
    check(said(capsys, database), biometric)


def test_unexpected_failures_log_no_secret(
    api: Api,
    database: Database,
    biometric: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PostgreSQL quotes a row that a constraint refuses, with all its values."""
    grow = templates.put

    def wrong(*arguments: Any) -> None:
        session, user_id, model_id, vector, consent = arguments
        grow(session, user_id, model_id, vector[:5], consent)

    monkeypatch.setattr(templates, "put", wrong)
    refused = api.store(person=2, username="grace", password=PASSWORD)
    assert refused.status_code == 500
    seen = pictures(2)[0][200:260]
    with database.unit_of_work() as work:
        hashes = work.session.execute(text("SELECT password_hash FROM users")).scalars().all()
    told = said(capsys, database)
    assert "CheckViolation" in told or "dimensions" in told
    check(told, [*biometric, seen, *(one[-30:] for one in hashes)])
    assert "0.0" not in told.partition("expected")[2].partition("\n")[0]
