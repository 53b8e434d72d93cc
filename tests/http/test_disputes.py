"""Whoever finds their face enrolled by another can say so; the answer tells nothing, and nothing follows by itself."""

from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from db.engine import Database
from db.models import AuditEvent, Dispute
from service.disputes import MAX_OPEN
from service.settings import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.http.challenging import challenging
from tests.http.conftest import Api, code_of


def dispute(api: Api, person: int = 1, **fields: Any) -> TestResponse:
    body = {"images": [data_url(picture(person, take=50))], **fields}
    return api.client.post("/user/facial/dispute", json=body)


def kept(database: Database) -> list[Dispute]:
    with database.unit_of_work() as work:
        return list(work.session.scalars(select(Dispute)))


def test_the_account_with_that_face_is_disputed(api: Api, database: Database) -> None:
    user = api.store(person=1, username="impostor").json["user"]
    api.store(person=2, username="bob")
    assert dispute(api, 1, contact="ada@example.org", message="That is me.").status_code == 202
    (one,) = kept(database)
    assert str(one.user_id) == user["id"]
    assert one.similarity >= one.cutoff
    assert (one.contact, one.message, one.challenged) == ("ada@example.org", "That is me.", False)


def test_the_answer_is_the_same_whether_anybody_has_that_face(api: Api, database: Database) -> None:
    api.store(person=1)
    enrolled, stranger = dispute(api, 1), dispute(api, 9)
    assert (enrolled.status_code, enrolled.json) == (stranger.status_code, stranger.json)
    assert enrolled.json == {"status": "received"}
    assert len(kept(database)) == 1


def test_nobody_is_locked_out_while_a_dispute_is_open(api: Api) -> None:
    api.store(person=1)
    dispute(api, 1)
    assert api.recognize(person=1).json["status"] == "matched"


def test_disputes_do_not_pile_up_over_one_account(api: Api, database: Database) -> None:
    api.store(person=1)
    answers = [dispute(api, 1).status_code for _ in range(MAX_OPEN + 2)]
    assert answers == [202] * (MAX_OPEN + 2)
    assert len(kept(database)) == MAX_OPEN


def test_a_picture_without_a_face_is_told(api: Api) -> None:
    response = api.client.post("/user/facial/dispute", json={"images": [data_url(picture(faces=0))]})
    assert (response.status_code, code_of(response)) == (422, "no_face")


@pytest.mark.parametrize(
    "fields",
    [{"message": "\x1b[2J"}, {"contact": "a\nb"}, {"message": "m" * 1001}, {"images": []}, {"username": "ada"}],
)
def test_what_is_said_is_checked(api: Api, fields: dict[str, Any]) -> None:
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


def test_it_is_in_the_audit_without_what_the_person_said(api: Api, database: Database) -> None:
    api.store(person=1)
    dispute(api, 1, contact="ada@example.org")
    with database.unit_of_work() as work:
        events = list(work.session.scalars(select(AuditEvent).where(AuditEvent.event == "dispute_raised")))
        assert work.session.scalar(select(func.count()).select_from(AuditEvent)) > len(events)
    assert [(event.user_id is not None, event.details) for event in events] == [(True, {})]
