"""The audit at the operators' console."""

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from db.core.engine import Database
from db.queries import audit_events, audit_search, users
from service.accounts.passwords import NO_PASSWORD
from service.audit.audit import Audit, Event
from service.console import audit_trail
from service.console.audit_trail import PAGE
from tests.http.conftest import Api, code_of
from tests.http.console.operator import Operator
from tests.http.console.test_people import UNKNOWN

ADD = text("INSERT INTO audit_events (id, at, event) OVERRIDING SYSTEM VALUE VALUES (:id, :at, 'face_login')")


def shown(console: Operator, **query: Any) -> list[dict[str, Any]]:
    answer = console.client.get("/console/audit", query_string=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json["events"])


def kinds(console: Operator, **query: Any) -> list[str]:
    return [one["event"] for one in shown(console, **query)]


def record(database: Database, number: int, event: Event = Event.FACE_LOGIN) -> None:
    with database.unit_of_work() as work:
        for _ in range(number):
            Audit().record(work, event, outcome="unknown")


def add_logins(database: Database, user_id: str) -> None:
    """Records logins of each kind, two of which were refused for this account."""
    person = UUID(user_id)
    with database.unit_of_work() as work:
        for event in (Event.FACE_LOGIN, Event.PASSWORD_LOGIN, Event.PASSKEY_LOGIN):
            Audit().record(work, event, user_id=person, outcome="matched")
        Audit().record(work, Event.FACE_LOGIN, outcome="unknown")
        Audit().record(work, Event.LIVENESS_REFUSED, outcome="not_live")
        Audit().record(work, Event.PASSWORD_LOGIN, user_id=person, outcome="wrong_password")
        Audit().record(work, Event.PASSKEY_COPIED, user_id=person)


class TestPages:
    def test_the_newest_event_comes_first(self, console: Operator, api: Api) -> None:
        api.store(person=1)
        assert kinds(console)[:2] == ["sign_up", "console_opened"]
        assert kinds(console)[0] == "console_viewed"

    def test_pages_follow_each_other(self, console: Operator, database: Database) -> None:
        record(database, PAGE + 20, Event.FACE_LOGIN)
        first = console.get("/audit?event=face_login").json
        second = console.get(f"/audit?event=face_login&before={first['before']}").json
        assert (len(first["events"]), len(second["events"]), second["before"]) == (PAGE, 20, None)
        ids = [one["id"] for one in [*first["events"], *second["events"]]]
        assert ids == sorted(set(ids), reverse=True)

    def test_a_rare_event_is_looked_for_a_part_at_a_time(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record(database, 1, Event.KEY_ROTATED)
        record(database, 25)
        monkeypatch.setattr(audit_search, "SCANNED", 10)
        pages = [console.get("/audit?event=key_rotated").json]
        while pages[-1]["before"] is not None:
            pages.append(console.get(f"/audit?event=key_rotated&before={pages[-1]['before']}").json)
        assert sum(len(page["events"]) for page in pages) == 1
        assert 3 <= len(pages) <= 6


class TestFilters:
    def test_by_account(self, console: Operator, api: Api) -> None:
        ada = api.store(person=1).json["user"]["id"]
        for user in ("ada", "ADA", ada):
            assert kinds(console, user=user) == ["sign_up"]

    def test_an_erased_account_is_found_by_its_id(self, console: Operator, api: Api) -> None:
        ada = api.store(person=1).json["user"]["id"]
        console.send("DELETE", f"/people/{ada}")
        assert kinds(console, user=ada) == ["account_erased", "sign_up"]
        assert code_of(console.get("/audit?user=ada")) == "user_not_found"

    def test_by_operator(self, console: Operator, api: Api) -> None:
        ada = api.store(person=1).json["user"]["id"]
        console.send("POST", f"/people/{ada}/log-out")
        for operator in ("olga", console.user_id):
            assert kinds(console, operator=operator)[-2:] == ["logged_out", "console_opened"]
            assert kinds(console, operator=operator, event="logged_out") == ["logged_out"]
        assert kinds(console, operator=UNKNOWN) == []

    def test_opening_the_console_is_found_by_operator(self, console: Operator) -> None:
        assert "console_opened" in kinds(console, operator="olga")

    def test_looks_are_left_out_of_changes(self, console: Operator, api: Api) -> None:
        api.store(person=1)
        console.get("/people")
        assert kinds(console, changes="true")[:2] == ["sign_up", "console_opened"]
        assert "console_viewed" in kinds(console, changes="false")
        assert "console_viewed" not in console.get("/audit/export?changes=true").text

    def test_a_username_that_looks_like_an_id_in_another_form_is_found(self, console: Operator, api: Api) -> None:
        for person, name in enumerate(("deadbeef" * 4, "00000000000000000000000000000001")):
            api.store(person=person, username=name)
            assert kinds(console, user=name) == ["sign_up"]

    def test_logins_that_succeeded_are_a_group(self, console: Operator, database: Database) -> None:
        add_logins(database, console.user_id)
        assert {one["outcome"] for one in shown(console, group="logins")} == {"matched"}
        assert set(kinds(console, group="logins")) == {"face_login", "password_login", "passkey_login"}

    def test_refused_logins_are_a_group(self, console: Operator, database: Database) -> None:
        add_logins(database, console.user_id)
        found = [(one["event"], one.get("outcome")) for one in shown(console, group="refused")]
        refused = {("face_login", "unknown"), ("password_login", "wrong_password"), ("liveness_refused", "not_live")}
        assert set(found) == {*refused, ("passkey_copied", None)}
        assert kinds(console, group="refused", event="passkey_copied") == ["passkey_copied"]

    def test_acts_of_operators_are_a_group(self, console: Operator, api: Api) -> None:
        ada = api.store(person=1).json["user"]["id"]
        console.send("POST", f"/people/{ada}/log-out")
        assert kinds(console, group="operators", changes="true") == ["logged_out", "console_opened"]
        assert "console_viewed" in kinds(console, group="operators")

    def test_any_time_zone_is_understood(self, console: Operator) -> None:
        for zone in ("%2B23:59", "-23:59", "%2B16:00"):
            assert console.get(f"/audit?since=2001-01-01T00:00{zone}").json["events"], zone

    def test_by_time(self, console: Operator, database: Database) -> None:
        now = datetime.now(UTC)
        record(database, 3)
        soon, before = (now + timedelta(hours=2)).isoformat(), (now - timedelta(hours=2)).isoformat()
        assert len(shown(console, event="face_login", since=before, until=soon)) == 3
        assert shown(console, event="face_login", since=soon) == []
        assert shown(console, event="face_login", until=before) == []
        assert shown(console, user=console.user_id, until="2001-01-01") == []

    @pytest.mark.parametrize(
        "query",
        [
            "event=nothing", "event=%00", "group=nothing", "changes=%00", "changes=maybe",
            "user=%00", f"user={'x' * 10_000}", "operator=a%0Ab", "since=yesterday",
            "since=0001-01-01", "until=9999-12-31T23:59:59", "since=%00", "before=0", "before=-1", "before=x",
            f"before={10**30}", "before=1.5", "before=٣x",
        ],
    )  # fmt: skip
    def test_bad_values_are_refused(self, console: Operator, query: str) -> None:
        for path in ("/audit", "/audit/export") if "before" not in query else ("/audit",):
            assert code_of(console.get(f"{path}?{query}")) == "invalid_request", path

    @pytest.mark.parametrize("path", ["/audit", "/audit/export"])
    @pytest.mark.parametrize("name", ["%", "😀", "مرحبا", "nobody"])
    def test_an_unknown_username_is_not_found(self, console: Operator, path: str, name: str) -> None:
        answer = console.client.get(f"/console{path}", query_string={"user": name})
        assert (answer.status_code, code_of(answer)) == (404, "user_not_found")


class TestMostRefused:
    def test_the_account_with_most_refused_logins_comes_first(
        self, console: Operator, api: Api, database: Database
    ) -> None:
        ada = api.store(person=1).json["user"]["id"]
        record(database, 30)  # unknown faces, which are of no account
        for user_id, number in ((console.user_id, 2), (ada, 3)):
            for _ in range(number):
                add_logins(database, user_id)
        first, second = console.get("/audit/refused").json["accounts"]
        assert (first["id"], first["username"], first["refused"]) == (ada, "ada", 6)
        assert (second["id"], second["username"], second["refused"]) == (console.user_id, "olga", 4)

    def test_an_erased_account_has_no_name(self, console: Operator, api: Api, database: Database) -> None:
        ada = api.store(person=1).json["user"]["id"]
        add_logins(database, ada)
        console.send("DELETE", f"/people/{ada}")
        (found,) = console.get("/audit/refused").json["accounts"]
        assert (found["id"], found["username"]) == (ada, None)

    def test_only_the_asked_time_counts(self, console: Operator, database: Database) -> None:
        add_logins(database, console.user_id)
        assert console.get("/audit/refused?until=2001-01-01").json["accounts"] == []
        assert len(console.get("/audit/refused?since=2001-01-01").json["accounts"]) == 1
        assert code_of(console.get("/audit/refused?since=yesterday")) == "invalid_request"

    def test_the_look_is_audited(self, console: Operator) -> None:
        console.get("/audit/refused")
        assert shown(console, event="console_viewed")[0]["outcome"] == "audit_refused"


class TestTimesOfALargeTable:
    """Events are found by the bisection of their ids, whatever the gaps between them."""

    @pytest.fixture
    def times(self, database: Database) -> list[datetime]:
        """The times of 60 events, one an hour, with gaps in the ids; every seventh was written 50 minutes late."""
        times = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(60)]
        late = {number for number in range(60) if number % 7 == 0}
        written = sorted(range(60), key=lambda number: times[number] + timedelta(minutes=50 * (number in late)))
        with database.unit_of_work() as work:
            work.session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))  # one of them sets the time
            for place, number in enumerate(written):
                values = {"id": place**2 - 10_000, "at": times[number]}
                work.session.execute(ADD, values)
            work.session.execute(text("ALTER TABLE audit_events ENABLE TRIGGER USER"))
        return times

    @pytest.mark.parametrize(("first", "last"), [(0, 60), (0, 1), (59, 60), (10, 20), (30, 30), (7, 59)])
    def test_exactly_the_events_between_two_times_are_found(
        self, console: Operator, times: list[datetime], first: int, last: int
    ) -> None:
        since, until = times[first], ([*times, times[-1] + timedelta(hours=1)])[last]
        found = shown(console, event="face_login", since=since.isoformat(), until=until.isoformat())
        assert sorted(datetime.fromisoformat(one["at"]) for one in found) == times[first:last]


class TestExport:
    def test_every_event_is_exported_once(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(audit_trail, "BATCH", 100)
        record(database, 1_050)
        answer = console.get("/audit/export?event=face_login")
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert len(lines) == 1_050
        assert set(lines[0]) == {"at", "event", "outcome"}
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="visage-audit-')
        assert answer.headers["Cache-Control"] == "no-store"

    def test_no_more_than_the_limit_is_exported(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(audit_trail, "BATCH", 10)
        monkeypatch.setattr(audit_trail, "EXPORTED", 25)
        record(database, 40)
        assert len(console.get("/audit/export").text.splitlines()) == 25

    def test_an_export_is_audited_once(self, console: Operator, database: Database) -> None:
        with database.unit_of_work() as work:
            before = len(audit_events.read(work.session))
        console.get("/audit/export?format=csv").close()
        with database.unit_of_work() as work:
            (event,) = audit_events.read(work.session)[before:]
        assert (event.event, event.outcome) == ("console_viewed", "audit_export")
        assert event.details == {"operator": console.user_id}

    def test_a_table_holds_no_formula(self, console: Operator, database: Database) -> None:
        with database.unit_of_work() as work:
            audit_events.add(work.session, "face_login", None, "=cmd()", {"+1": "@x"})
        rows = list(csv.reader(console.get("/audit/export?format=csv&event=face_login").text.splitlines()))
        assert rows[0] == ["at", "event", "user_id", "outcome", "details", "operator"]
        assert rows[1][1:] == ["face_login", "", "'=cmd()", '{"+1": "@x"}', ""]

    @pytest.mark.parametrize("name", ["=cmd()", "ada"])
    def test_no_username_is_in_the_audit(self, console: Operator, database: Database, name: str) -> None:
        with database.unit_of_work() as work:
            user = users.add_user(work.session, username=name, display_name=name, password_hash=NO_PASSWORD)
            user_id = user.id
        console.send("POST", f"/people/{user_id}/log-out")
        console.send("POST", f"/people/{user_id}/password-link")
        console.send("DELETE", f"/people/{user_id}")
        for path in ("/audit/export", "/audit/export?format=csv"):
            text = console.get(path).text
            assert str(user_id) in text
            assert name not in text
            assert "olga" not in text

    def test_a_page_names_the_accounts_that_still_exist(self, console: Operator, api: Api) -> None:
        ada = api.store(person=1).json["user"]["id"]
        console.send("POST", f"/people/{ada}/log-out")
        assert console.get("/audit").json["usernames"] == {ada: "ada", console.user_id: "olga"}
        console.send("DELETE", f"/people/{ada}")
        assert console.get("/audit").json["usernames"] == {console.user_id: "olga"}

    @pytest.mark.parametrize("form", ["xml", "%00", "CSV"])
    def test_another_format_is_refused(self, console: Operator, form: str) -> None:
        assert code_of(console.get(f"/audit/export?format={form}")) == "invalid_request"
