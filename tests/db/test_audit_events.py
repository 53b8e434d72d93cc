"""The audit: events are added, and only old ones can be deleted."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.queries import audit_events

TOMORROW = datetime.now(UTC) + timedelta(days=1)
ADA = uuid.uuid4()


@pytest.fixture(autouse=True)
def event(session: Session) -> None:
    audit_events.add(session, "sign_up", ADA, None, {"by": "person"})


def read(session: Session) -> list[tuple[str, uuid.UUID | None, dict[str, str | int]]]:
    return [(event.event, event.user_id, event.details) for event in audit_events.read(session)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET outcome = 'matched'",
        "UPDATE audit_events SET outcome = 'matched' WHERE false",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "INSERT INTO audit_events (id, event) VALUES (1, 'sign_up')",
        "INSERT INTO audit_events (id, event) OVERRIDING SYSTEM VALUE VALUES (1, 'sign_up') "
        "ON CONFLICT (id) DO UPDATE SET outcome = 'matched'",
    ],
)
def test_an_event_cannot_be_changed_or_deleted(session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))
    assert read(session) == [("sign_up", ADA, {"by": "person"})]


def test_events_go_by_age_and_that_stays_recorded(session: Session) -> None:
    assert audit_events.prune(session, datetime.now(UTC) - timedelta(days=1)) == 0
    assert len(read(session)) == 1
    assert audit_events.prune(session, TOMORROW) == 1
    ((event, _, details),) = read(session)
    assert event == audit_events.PRUNED
    assert details["events"] == 1
    assert audit_events.prune(session, TOMORROW) == 0
    assert len(read(session)) == 1


def test_a_deletion_with_the_setting_made_by_hand_is_recorded_too(session: Session) -> None:
    session.execute(text("SET LOCAL visage.audit_prune_before = 'infinity'"))
    session.execute(text("DELETE FROM audit_events WHERE event = 'sign_up'"))
    assert [(event, details) for event, _, details in read(session)] == [
        (audit_events.PRUNED, {"before": "infinity", "events": 1})
    ]
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text("DELETE FROM audit_events"))


def test_an_event_cannot_be_backdated(session: Session) -> None:
    session.execute(text("INSERT INTO audit_events (event, at) VALUES ('sign_up', '2020-01-01')"))
    assert {event.at for event in audit_events.read(session)} == {session.execute(text("SELECT now()")).scalar_one()}


def test_leave_to_prune_ends_with_the_transaction(session: Session) -> None:
    with session.begin_nested() as nested:
        audit_events.prune(session, TOMORROW)
        nested.rollback()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("DELETE FROM audit_events"))


def test_an_embedding_does_not_fit(session: Session) -> None:
    smallest = "A" * 344  # base64 of dlib's 128 numbers as float16
    with pytest.raises(DBAPIError, match="ck_audit_events_small"):
        audit_events.add(session, "sign_up", ADA, None, {"vector": smallest})


def test_events_are_read_by_person_and_time(session: Session) -> None:
    audit_events.add_many(session, "import", [uuid.uuid4(), uuid.uuid4()], None)
    assert [event.event for event in audit_events.of_user(session, ADA)] == ["sign_up"]
    assert len(list(audit_events.read(session))) == 3
    assert list(audit_events.read(session, since=TOMORROW)) == []
