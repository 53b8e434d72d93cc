"""Disputes at the operators' console."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from db.core.engine import Database
from db.queries import audit_events, users
from service.accounts.passwords import NO_PASSWORD
from tests.fakes import data_url, picture
from tests.http.conftest import Api, code_of
from tests.http.console.operator import Operator
from tests.http.console.test_people import UNKNOWN, events


def raise_over(api: Api, person: int, **fields: str) -> None:
    """A person reports that another account has their face."""
    body = {"images": [data_url(picture(person, take=77))], **fields}
    assert api.client.post("/user/facial/dispute", json=body).status_code == 202


@pytest.fixture
def ada(api: Api) -> str:
    """Ada's id; over her account there is a dispute."""
    user_id = str(api.store(person=1, username="ada").json["user"]["id"])
    raise_over(api, 1, contact="mail@example.org", message="It is me.\nReally.")
    return user_id


def the_only(console: Operator, state: str = "open") -> dict[str, object]:
    (dispute,) = console.get(f"/disputes?state={state}").json["disputes"]
    return dict(dispute)


def test_an_open_dispute_is_shown(console: Operator, ada: str) -> None:
    shown = the_only(console)
    assert (shown["user_id"], shown["username"], shown["raised"]) == (ada, "ada", 1)
    assert (shown["contact"], shown["message"]) == ("mail@example.org", "It is me.\nReally.")
    assert float(str(shown["similarity"])) >= float(str(shown["cutoff"]))
    assert (shown["challenged"], shown["decision"], shown["is_operator"]) == (False, None, False)


def test_an_account_without_another_login_is_marked(console: Operator, ada: str, database: Database) -> None:
    assert the_only(console)["has_other_login"] is True
    with database.unit_of_work() as work:
        users.find_by_username(work.session, "ada").password_hash = NO_PASSWORD  # type: ignore[union-attr]
    assert the_only(console)["has_other_login"] is False


def test_a_dispute_counts_without_its_event(console: Operator, api: Api, ada: str, database: Database) -> None:
    with database.unit_of_work() as work:
        audit_events.prune(work.session, datetime.now(UTC) + timedelta(hours=1))
    assert the_only(console)["raised"] == 1


def test_upholding_erases_the_face_and_ends_the_sessions(
    console: Operator, ada: str, api: Api, database: Database
) -> None:
    dispute = the_only(console)
    answer = console.send("POST", f"/disputes/{dispute['id']}/decision", {"decision": "uphold"})
    assert answer.json == {"decision": "upheld", "username": "ada", "contact": "mail@example.org"}
    assert events(database, ada)[-2:] == [
        ("face_erased", {"by": "dispute", "operator": console.user_id}),
        ("dispute_decided", {"operator": console.user_id}),
    ]
    assert console.get(f"/people/{ada}").json["face"] is None
    assert code_of(api.refresh()) == "token_invalid"
    decided = the_only(console, "decided")
    assert (decided["decision"], decided["contact"], decided["message"]) == ("upheld", None, None)
    assert console.get("/disputes").json["disputes"] == []


def test_rejecting_changes_nothing_else(console: Operator, ada: str, api: Api, database: Database) -> None:
    path = f"/disputes/{the_only(console)['id']}/decision"
    assert console.send("POST", path, {"decision": "reject"}).json["decision"] == "rejected"
    assert events(database, ada)[-1] == ("dispute_decided", {"operator": console.user_id})
    assert api.recognize(person=1).json["status"] == "matched"
    assert code_of(console.send("POST", path, {"decision": "uphold"})) == "dispute_not_found"


@pytest.mark.parametrize("decision", ["uphold", "reject"])
def test_a_dispute_over_an_operator_is_decided_by_command(
    console: Operator, api: Api, database: Database, decision: str
) -> None:
    raise_over(api, 90)
    dispute = the_only(console)
    assert dispute["is_operator"] is True
    answer = console.send("POST", f"/disputes/{dispute['id']}/decision", {"decision": decision})
    assert (answer.status_code, code_of(answer)) == (403, "operator_protected")
    assert events(database)[-1] == ("console_refused", {"operator": console.user_id})
    assert console.get("/session").status_code == 200


@pytest.mark.parametrize("unknown", [UNKNOWN, "1", "%00"])
def test_an_unknown_dispute_is_not_found(console: Operator, unknown: str) -> None:
    answer = console.send("POST", f"/disputes/{unknown}/decision", {"decision": "reject"})
    assert (answer.status_code, code_of(answer)) == (404, "dispute_not_found")


@pytest.mark.parametrize("body", [{}, {"decision": "upheld"}, {"decision": 1}, {"decision": "reject", "why": "x"}])
def test_another_decision_is_refused(console: Operator, ada: str, body: dict[str, object]) -> None:
    assert code_of(console.send("POST", f"/disputes/{the_only(console)['id']}/decision", body)) == "invalid_request"


@pytest.mark.parametrize("state", ["all", "%00", "x" * 10_000])
def test_another_state_is_refused(app: Flask, console: Operator, state: str) -> None:
    assert code_of(console.get(f"/disputes?state={state}")) == "invalid_request"
