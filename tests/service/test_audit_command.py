"""`visage audit`: an operator sees what is recorded, and lets go of what is old."""

import json
from pathlib import Path

import pytest

from db.engine import Database
from service.audit import Audit, Event
from tests.service.importing import import_, visage, write_people

pytestmark = pytest.mark.usefixtures("importing_environment")


@pytest.fixture(autouse=True)
def imported(tmp_path: Path, importing_environment: None) -> None:
    import_(write_people(tmp_path / "people", {"ada": 1, "grace": 2}))


def shown(*arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in visage("audit", "show", "--json", *arguments).output.splitlines()]


def test_everybody_who_was_imported_is_shown() -> None:
    assert [event["event"] for event in shown()] == ["import", "import"]


def test_one_person_is_shown_by_name_and_by_id() -> None:
    (event,) = shown("--user", "ada")
    assert shown("--user", str(event["user_id"])) == [event]
    assert "nobody has the username or id nobody" in visage("audit", "show", "--user", "nobody").output


def test_a_line_tells_an_event(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        Audit().record(work, Event.RETENTION, outcome="done", details={"people": 2})
    assert visage("audit", "show").output.splitlines()[-1].split()[2:] == ["retention", "done", "people=2"]


def test_what_is_pruned_is_gone_and_that_is_recorded() -> None:
    assert visage("audit", "prune", "--before", "2020-01-01").output == "Deleted: 0 events.\n"
    assert visage("audit", "prune", "--before", "2999-01-01").output == "Deleted: 3 events.\n"
    assert [event["event"] for event in shown("--since", "2020-01-01")] == ["audit_pruned"]
