"""The calls that are audited, and those that are not."""

from uuid import UUID

import pytest
from flask import Flask

from db.core.engine import Database
from db.queries import audit_events
from service.domain.decision import Outcome, Verdict
from service.gallery.gallery import Snapshot
from tests.fakes import data_url, picture
from tests.http.conftest import ORIGIN, PASSWORD, Api, bearer


def recorded(database: Database) -> list[tuple[str, str | None, bool]]:
    """Returns every event with its outcome, and whether it names an account."""
    with database.unit_of_work() as work:
        return [(one.event, one.outcome, one.user_id is not None) for one in audit_events.read(work.session)]


def test_a_sign_up_and_logins_by_face_are_recorded(api: Api, database: Database) -> None:
    api.store(person=1)
    api.recognize(person=1)
    api.recognize(person=2)
    assert recorded(database) == [
        ("sign_up", None, True),
        ("face_login", "matched", True),
        ("face_login", "unknown", False),
    ]


def test_only_the_audit_says_that_a_login_was_ambiguous(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.store(person=1)
    monkeypatch.setattr(Snapshot, "identify", lambda *_: Verdict(Outcome.AMBIGUOUS))
    assert api.recognize(person=1).json["status"] == "unknown"
    assert recorded(database)[-1] == ("face_login", "ambiguous", False)


def test_logins_by_password_are_recorded_although_they_fail(api: Api, database: Database) -> None:
    api.store(username="ada")
    api.login("ada")
    api.login("ada", "not the password")
    api.login("grace", PASSWORD)
    assert recorded(database)[1:] == [
        ("password_login", "matched", True),
        ("password_login", "wrong_password", True),
        ("password_login", "unknown_username", False),
    ]


def test_other_refusals_leave_no_event(api: Api, database: Database) -> None:
    api.store(person=1, username="ada")
    api.store(person=1, username="grace")
    api.recognize(image=data_url(picture(faces=0)))
    assert recorded(database) == [("sign_up", None, True)]


def test_acts_of_a_user_on_their_account_are_recorded(api: Api, database: Database) -> None:
    token = api.store(person=1).json["access_token"]
    api.re_enrol(token, person=1)
    api.client.get("/user/facial", headers=bearer(token))
    token = api.client.put("/user/password", json={"password": "another long one"}, headers=bearer(token)).json[
        "access_token"
    ]
    api.client.delete("/user/facial", headers=bearer(token))
    api.client.delete("/user/me", headers=bearer(token))
    assert [event for event, _, _ in recorded(database)] == [
        "sign_up",
        "re_enrolment",
        "export",
        "password_changed",
        "face_erased",
        "account_erased",
    ]


def test_a_copied_refresh_token_is_recorded(api: Api, database: Database, app: Flask) -> None:
    api.store(person=1)
    copy = app.test_client()
    cookie = api.client.get_cookie("visage_refresh", path="/user/refresh")
    assert cookie is not None
    copy.set_cookie("visage_refresh", cookie.value, path="/user/refresh")
    api.refresh()
    assert copy.post("/user/refresh", headers=ORIGIN).status_code == 401
    assert recorded(database)[-1] == ("session_reused", None, True)


def test_events_outlast_the_account(api: Api, database: Database) -> None:
    stored = api.store(person=1).json
    api.client.delete("/user/me", headers=bearer(stored["access_token"]))
    with database.unit_of_work() as work:
        found = audit_events.of_user(work.session, UUID(stored["user"]["id"]))
    assert [(one.event, one.details) for one in found] == [("sign_up", {}), ("account_erased", {"by": "person"})]
