"""The overview and the health of the service at the console."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.core.console_models import HistoryValue
from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from service.console import health
from service.console.overview import FAULTS, NO_REFUSALS
from service.doctor.finding import Finding
from service.history.recorder import Recorder
from service.http.context import EXTENSION
from service.http.error_table import TABLE
from tests.http.conftest import code_of
from tests.http.console.operator import Operator
from tests.made_history import fill, is_attack, is_fault, made_history


def row(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in rows if one["name"] == name)


def overview(console: Operator, days: int) -> dict[str, Any]:
    answer = console.get(f"/overview?days={days}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def count(database: Database, hour: datetime, bucket: str, logins: int) -> None:
    """Writes logins by face into the history; ``bucket`` is the upper bound of their time."""
    with database.unit_of_work() as work:
        series = f"login_seconds/face/{bucket}"
        work.session.add(HistoryValue(period="hour", start=hour, series=series, value=logins))


class TestOverview:
    @pytest.mark.parametrize(("days", "steps", "seconds"), [(1, 24, 3600), (7, 168, 3600), (30, 180, 14400)])
    def test_it_shows_as_many_steps_as_the_days_have(
        self, console: Operator, days: int, steps: int, seconds: int
    ) -> None:
        found = overview(console, days)
        assert (len(found["starts"]), found["step_seconds"]) == (steps, seconds)
        assert len(row(found["face_logins"], "matched")["values"]) == steps
        now = datetime.now(UTC)
        last = datetime.fromisoformat(found["starts"][-1])
        assert last <= now < last + timedelta(seconds=seconds)

    def test_ninety_days_are_shown_by_day(self, console: Operator, database: Database) -> None:
        fill(database, datetime.now(UTC))
        found = overview(console, 90)
        assert (len(found["starts"]), found["step_seconds"]) == (90, 86400)
        made = sum(one.values.get("face_logins/gallery/matched", 0) for one in made_history(datetime.now(UTC)))
        assert row(found["face_logins"], "matched")["total"] == made

    def test_without_a_history_everything_is_zero_and_times_are_unknown(self, console: Operator) -> None:
        found = overview(console, 7)
        assert {one["name"]: one["total"] for one in found["face_logins"]} == {
            "matched": 0,
            "unknown": 0,
            "ambiguous": 0,
        }
        assert row(found["times"], "face")["p50"] is None
        assert found["refusals"] == []

    def test_counts_of_the_service_are_shown_once_they_are_recorded(
        self, console: Operator, database: Database
    ) -> None:
        metrics = console.client.application.extensions[EXTENSION].metrics
        console.api.recognize(person=90)
        console.api.recognize(person=1)
        console.api.login("olga", "wrong horse")
        Recorder(database, metrics).record()
        found = overview(console, 1)
        assert row(found["face_logins"], "matched")["values"][-1] == 1
        assert row(found["face_logins"], "unknown")["total"] == 1
        assert row(found["password_logins"], "wrong_password")["total"] == 1
        assert row(found["passkey_logins"], "matched")["total"] == 1
        assert row(found["enrolments"], "sign_up")["total"] == 1
        assert row(found["refusals"], "wrong_credentials")["total"] == 1
        times = row(found["times"], "face")
        assert times["count"] == 2
        assert 0 < times["p50"] <= times["p95"] < 10

    def test_a_time_beyond_the_buckets_is_the_longest_known_one(self, console: Operator, database: Database) -> None:
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        count(database, hour, "10.0", 1)
        count(database, hour, "+Inf", 1)
        found = overview(console, 1)
        times = row(found["times"], "face")
        assert times["p50"] == times["p50_values"][-1] == 9.9999
        assert times["p95"] == times["p95_values"][-1] == found["longest_seconds"] == 10

    def test_times_beyond_the_buckets_are_unusual_once(self, console: Operator, database: Database) -> None:
        now = datetime.now(UTC)
        fill(database, now)
        hour = now.replace(minute=0, second=0, microsecond=0)
        count(database, hour, "+Inf", 50)
        found = overview(console, 1)
        (incident,) = found["unusual"]["incidents"]
        assert datetime.fromisoformat(incident["start"]) == hour
        assert row(incident["findings"], "face_seconds")["value"] == found["longest_seconds"]
        assert row(incident["findings"], "face_seconds")["usual"] < 0.03

    def test_the_attack_and_the_fault_stand_out(self, console: Operator, database: Database) -> None:
        now = datetime.now(UTC)
        fill(database, now)
        found = overview(console, 30)
        starts = [datetime.fromisoformat(start) for start in found["starts"]]
        unknown, unavailable = row(found["face_logins"], "unknown")["values"], found["unavailable"]["values"]
        hours = [hour.start for hour in made_history(now)]
        attacked = {
            start
            for start in starts
            for hour in hours
            if start <= hour < start + timedelta(hours=4) and is_attack(hour, now)
        }
        assert starts[unknown.index(max(unknown))] in attacked
        (at_fault,) = [hour for hour in hours if is_fault(hour, now)]
        worst = starts[unavailable.index(max(unavailable))]
        assert worst <= at_fault < worst + timedelta(hours=4)
        times = row(found["times"], "face")
        assert 0.015 < times["p50"] < 0.03
        assert max(value for value in times["p95_values"] if value) > 1
        assert found["queue"]["total"] == 7
        assert found["refusals"][0]["name"] == "too_many_requests"
        assert found["refusals"][-1]["name"] == "other"

    @pytest.mark.parametrize("days", ["0", "8", "-1", "7.0", "", "seven", "9" * 400, "1\0", "٧", "１"])
    def test_other_days_are_refused(self, console: Operator, days: str) -> None:
        answer = console.client.get("/console/overview", query_string={"days": days})
        assert (answer.status_code, code_of(answer)) == (400, "invalid_request")
        assert "days" in answer.json["error"]["details"]["fields"]

    def test_codes_that_are_left_out_exist(self) -> None:
        assert set(TABLE) >= NO_REFUSALS

    def test_faults_are_the_codes_of_answers_5xx(self) -> None:
        assert {code for code, row in TABLE.items() if row.status >= 500} == FAULTS

    def test_each_fault_is_listed_and_none_is_a_refusal(self, console: Operator, database: Database) -> None:
        fill(database, datetime.now(UTC))
        found = overview(console, 30)
        assert not FAULTS & {one["name"] for one in found["refusals"]}
        assert {one["name"] for one in found["faults"]} == {"database_unavailable", "busy"}

    def test_the_attack_and_the_fault_alone_are_unusual(self, console: Operator, database: Database) -> None:
        now = datetime.now(UTC)
        fill(database, now)
        found = overview(console, 30)["unusual"]
        fault, attack = found["incidents"]
        hours = [hour.start for hour in made_history(now)]
        attacked = [hour for hour in hours if is_attack(hour, now)]
        assert datetime.fromisoformat(attack["start"]) == attacked[0]
        assert datetime.fromisoformat(attack["end"]) == attacked[-1] + timedelta(hours=1)
        assert row(attack["findings"], "unknown_faces")["value"] >= 3 * 2_400
        assert row(attack["findings"], "unknown_faces")["usual"] < 12
        assert row(attack["findings"], "refused")["value"] >= 3 * 3_100
        assert attack["matched"]["value"] < 3 * attack["matched"]["usual"]
        (at_fault,) = [hour for hour in hours if is_fault(hour, now)]
        assert datetime.fromisoformat(fault["start"]) == at_fault
        assert row(fault["findings"], "unavailable")["value"] >= 35
        assert row(fault["findings"], "face_seconds")["value"] > 0.5
        assert row(fault["findings"], "face_seconds")["usual"] < 0.03

    def test_only_incidents_in_the_shown_days_are_listed(self, console: Operator, database: Database) -> None:
        fill(database, datetime.now(UTC))
        assert [len(overview(console, days)["unusual"]["incidents"]) for days in (1, 7, 90)] == [0, 1, 2]


class TestHealth:
    def test_it_says_what_the_doctor_finds(self, console: Operator) -> None:
        found = console.get("/health").json
        names = [finding["name"] for finding in found["findings"]]
        assert {"address", "disk", "keys", "database", "schema", "clock", "index", "cut-off"} <= set(names)
        assert all(names)
        assert found["troubles"] == sum(finding["trouble"] for finding in found["findings"])

    def test_it_leaves_out_what_is_slow_with_a_word(self, console: Operator) -> None:
        for name in ("networks", "signing keys"):
            finding = row(console.get("/health").json["findings"], name)
            assert "visage doctor" in finding["text"]
            assert not finding["trouble"]
            assert not finding["checked"]

    def test_a_finding_to_fix_says_what_to_do(self, console: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("service.doctor.folder.LEAST_FREE_SHARE", 1.0)
        found = console.get("/health").json
        assert "make room" in row(found["findings"], "disk")["text"]
        assert found["troubles"] >= 1

    def test_it_is_examined_once_in_a_while(self, console: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        first = console.get("/health").json
        monkeypatch.setattr(health, "examine_service", lambda *_: iter([Finding("disk", "another one")]))
        assert console.get("/health").json == first
        monkeypatch.setattr(health, "MAX_AGE_SECONDS", -1)
        assert [one["text"] for one in console.get("/health").json["findings"]] == ["another one"]

    def test_a_database_that_goes_away_meanwhile_is_an_error(
        self, console: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: Any) -> Any:
            raise DatabaseUnavailableError("away")

        monkeypatch.setattr(health, "examine_service", away)
        assert console.get("/health").status_code == 503
