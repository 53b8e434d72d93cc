"""A person whose face another account has enrolled can report it. The answer tells nothing; nothing else happens."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from db.core.engine import Database
from db.core.models import AuditEvent, Dispute
from db.queries import disputes
from db.queries.disputes import Claim, Decision, decide
from service.app import EXTENSION
from service.privacy.disputes import KEPT, MAX_OPEN
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.http.challenging import challenging
from tests.http.conftest import Api, bearer, code_of
from tests.query_log import query_log


def dispute(api: Api, person: int = 1, **fields: Any) -> TestResponse:
    body = {"images": [data_url(picture(person, take=50))], **fields}
    return api.client.post("/user/facial/dispute", json=body)


def kept(database: Database) -> list[Dispute]:
    with database.unit_of_work() as work:
        return list(work.session.scalars(select(Dispute)))


def test_the_account_with_that_face_is_disputed(api: Api, database: Database) -> None:
    user = api.store(person=1, username="impostor").json["user"]
    api.store(person=2, username="bob")
    assert dispute(api, 1, contact="ada@example.org", message="That is me.\r\nAda").status_code == 202
    (one,) = kept(database)
    assert str(one.user_id) == user["id"]
    assert one.similarity >= one.cutoff
    assert (one.contact, one.message, one.challenged) == ("ada@example.org", "That is me.\nAda", False)


def test_the_answer_is_the_same_whether_anybody_has_that_face(api: Api, database: Database) -> None:
    api.store(person=1)
    enrolled, stranger = dispute(api, 1), dispute(api, 9)
    assert (enrolled.status_code, enrolled.json) == (stranger.status_code, stranger.json)
    assert enrolled.json == {"status": "received"}
    assert len(kept(database)) == 1


def test_the_face_can_log_in_while_a_dispute_is_open(api: Api) -> None:
    api.store(person=1)
    dispute(api, 1)
    assert api.recognize(person=1).json["status"] == "matched"


def test_disputes_do_not_pile_up_over_one_account_and_the_newest_are_kept(api: Api, database: Database) -> None:
    api.store(person=1)
    contacts = [f"{number}@example.org" for number in range(MAX_OPEN + 2)]
    assert {dispute(api, 1, contact=contact).status_code for contact in contacts} == {202}
    assert {one.contact for one in kept(database)} == set(contacts[2:])


@pytest.mark.parametrize("contacts", [("ada@example.org", "Ada@example.org"), (None, None)])
def test_only_the_latest_dispute_of_one_contact_is_kept(
    api: Api, database: Database, contacts: tuple[str | None, ...]
) -> None:
    api.store(person=1)
    for number, contact in enumerate(contacts):
        dispute(api, 1, contact=contact, message=str(number))
    assert [one.message for one in kept(database)] == ["1"]


def test_disputes_with_a_challenge_are_kept_before_others(database: Database, api: Api) -> None:
    user_id = UUID(api.store(person=1).json["user"]["id"])
    with database.unit_of_work() as work:
        for challenged, contact in [(True, "owner"), *((False, str(number)) for number in range(MAX_OPEN))]:
            disputes.add(work.session, user_id, Claim("m", 0.9, 0.8, challenged, contact, None))
            disputes.keep_best(work.session, user_id, MAX_OPEN)
    contacts = {one.contact for one in kept(database)}
    assert len(contacts) == MAX_OPEN
    assert {"owner", str(MAX_OPEN - 1)} <= contacts
    assert "0" not in contacts


def test_the_work_is_the_same_whether_anybody_has_that_face(api: Api, database: Database) -> None:
    api.store(person=1)
    works = []
    for person in (1, 9):
        with query_log(database) as log:
            assert dispute(api, person, contact="ada@example.org").status_code == 202
        works.append([statement for statement in log if "SAVEPOINT" not in statement])
    assert works[0] == works[1]
    with database.unit_of_work() as work:
        raised = select(AuditEvent).where(AuditEvent.event == "dispute_raised").order_by(AuditEvent.id)
        events = work.session.scalars(raised)
        assert [event.user_id is not None for event in events] == [True, False]


def test_a_picture_without_a_face_is_refused(api: Api) -> None:
    response = api.client.post("/user/facial/dispute", json={"images": [data_url(picture(faces=0))]})
    assert (response.status_code, code_of(response)) == (422, "no_face")


@pytest.mark.parametrize(
    "fields",
    [{"message": "\x1b[2J"}, {"contact": "a\nb"}, {"message": "m" * 1001}, {"images": []}, {"username": "ada"}],
)
def test_invalid_fields_are_refused(api: Api, fields: dict[str, Any]) -> None:
    assert code_of(dispute(api, 1, **fields)) == "invalid_request"


def test_where_people_are_challenged_a_picture_is_not_enough(
    settings: Settings, database: Database, engine: FakeEngine
) -> None:
    door = challenging(settings, database, engine)
    door.enrol(1, "impostor")
    assert code_of(dispute(door, 1)) == "liveness_required"
    claim = door.client.post("/user/facial/dispute", json=door.reply(1, "signup"))
    assert claim.status_code == 202
    (one,) = kept(database)
    assert one.challenged


def test_a_face_that_is_erased_takes_the_disputes_over_it_along(api: Api, database: Database) -> None:
    token = api.store(person=1).json["access_token"]
    dispute(api, 1)
    assert api.client.delete("/user/facial", headers=bearer(token)).status_code == 204
    assert kept(database) == []


def test_a_dispute_that_was_decided_long_ago_is_deleted(api: Api, database: Database, app: Flask) -> None:
    api.store(person=1)
    for contact in ("one", "two"):
        dispute(api, 1, contact=contact)
    older, newer = kept(database)
    forget = app.extensions[EXTENSION].disputes.forget_decided
    with database.unit_of_work() as work:
        now = datetime.now(UTC)
        decide(work.session, older.id, Decision.REJECTED, now - KEPT - timedelta(days=1))
        decide(work.session, newer.id, Decision.REJECTED, now - KEPT + timedelta(days=1))
        forget(work)
    assert [one.id for one in kept(database)] == [newer.id]


def test_it_is_in_the_audit_without_what_the_person_said(api: Api, database: Database) -> None:
    api.store(person=1)
    dispute(api, 1, contact="ada@example.org")
    with database.unit_of_work() as work:
        events = list(work.session.scalars(select(AuditEvent).where(AuditEvent.event == "dispute_raised")))
        assert work.session.scalar(select(func.count()).select_from(AuditEvent)) > len(events)
    assert [(event.user_id is not None, event.details) for event in events] == [(True, {})]
