"""`visage audit`: an operator sees the recorded events, and deletes old ones."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import service
from db.core.engine import Database, create_database
from service.audit.audit import Audit, Event
from service.operator.audit_report import events
from tests.service.importing import import_, visage, write_people

SERVICE = Path(service.__file__ or "").parent

pytestmark = pytest.mark.usefixtures("importing_environment")


@pytest.fixture(autouse=True)
def imported(tmp_path: Path, importing_environment: None) -> None:
    import_(write_people(tmp_path / "people", {"ada": 1, "grace": 2}))


def shown(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in visage("audit", "show", "--json", *arguments).output.splitlines()]


def test_everybody_who_was_imported_is_shown() -> None:
    assert [event["event"] for event in shown() if "user_id" in event] == ["import", "import"]


def test_the_end_of_an_import_is_shown() -> None:
    end = shown()[-1]
    assert (end["event"], end["outcome"]) == ("import", "finished")
    assert end["details"] == {"enrolled": 2, "known": 0, "refused": 0}


def test_one_person_is_shown_by_name_and_by_id() -> None:
    (event,) = shown("--user", "ada")
    assert shown("--user", str(event["user_id"])) == shown("--user", "\uff21DA") == [event]
    assert "no account has the username or id nobody" in visage("audit", "show", "--user", "nobody").output


def test_a_username_that_looks_like_an_id_in_another_form_is_found(tmp_path: Path) -> None:
    name = "deadbeef" * 4
    import_(write_people(tmp_path / "others", {name: 3}))
    assert [event["event"] for event in shown("--user", name)] == ["import"]


def test_no_transaction_is_open_while_somebody_reads(
    scratch_database: Database, scratch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.queries.audit_events.BATCH", 1)
    database = create_database(scratch_url, application_name="reader")
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'reader' AND xact_start IS NOT NULL"
    found = []
    for event in events(database, None, None):
        found.append(event.event)
        with scratch_database.unit_of_work() as work:
            assert work.session.execute(text(open_ones)).scalar_one() == 0
    database.dispose()
    assert found == ["import", "import", "import"]


def test_a_line_shows_an_event(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        Audit().record(work, Event.RETENTION, outcome="done", details={"people": 2})
    assert visage("audit", "show").output.splitlines()[-1].split()[2:] == ["retention", "done", "people=2"]


def test_pruning_deletes_old_events_and_is_recorded(scratch_database: Database) -> None:
    assert visage("audit", "prune", "--before", "2020-01-01").output == "Deleted: 0 events.\n"
    months_pass(scratch_database)
    assert visage("audit", "prune", "--before", days_ago(31)).output == "Deleted: 3 events.\n"
    (event,) = shown("--since", "2020-01-01")
    assert (event["event"], event["details"]["events"]) == ("audit_pruned", 3)
    months_pass(scratch_database)
    assert visage("audit", "prune", "--before", days_ago(31)).output == "Deleted: 0 events.\n"
    assert len(shown()) == 1


@pytest.mark.parametrize("days", [29, -1])
def test_pruning_refuses_young_and_future_dates(days: int) -> None:
    result = visage("audit", "prune", "--before", days_ago(days))
    assert result.exit_code == 1
    assert "kept for a month at least" in result.output
    assert len(shown()) == 3


def test_every_event_has_somebody_who_records_it() -> None:
    sources = [path.read_text() for path in SERVICE.rglob("*.py") if path.name != "audit.py"]
    unused = {event for event in Event if not any(f"Event.{event.name}" in source for source in sources)}
    assert unused == {Event.AUDIT_PRUNED}  # recorded by the database itself


def test_acts_of_operators_are_recorded(tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visage("export", tmp_path / "people.jsonl").exit_code == 0
    assert visage("retention").exit_code == 0
    assert visage("check", "--repair").exit_code == 0
    assert visage("backup", tmp_path / "copy").exit_code == 0
    assert [(event["event"], event["details"]) for event in shown()[2:] if "outcome" not in event] == [
        ("retention", {"accounts": 0, "images": 0}),
        ("repaired", {"found": 0, "repaired": 0}),
    ]
    assert [(event["event"], event["outcome"]) for event in shown() if "outcome" in event] == [
        ("import", "finished"),
        ("bulk_export", "vectors"),
        ("backed_up", "with_keys"),
    ]
    monkeypatch.setenv("DATABASE_URL", empty_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path / "new-home"))
    assert visage("restore", tmp_path / "copy").exit_code == 0
    assert [event["event"] for event in shown()][-1] == "restored"


def test_a_command_that_removes_the_audit_says_that_it_is_not_recorded() -> None:
    assert "not in the audit" in visage("migrate", "--down-to", "0010", "--yes").output


def days_ago(days: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%S}"


def months_pass(database: Database) -> None:
    """Dates all events back; only the owner of the table can do so."""
    with database.unit_of_work() as work:
        for statement in (
            "ALTER TABLE audit_events DISABLE TRIGGER USER",
            "UPDATE audit_events SET at = at - interval '60 days'",
            "ALTER TABLE audit_events ENABLE TRIGGER USER",
        ):
            work.session.execute(text(statement))
