"""`visage keys`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import AuditEvent
from service.cli import main


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without a database, because keys are in files."""
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"postgresql:///visage?host={tmp_path}")


def keys(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["keys", *arguments])


def listed(algorithm: str = "EdDSA") -> list[list[str]]:
    """Returns the words of each line about a key of this algorithm: its id, the algorithm, its state, ..."""
    lines = [line.split() for line in keys("list").output.splitlines()]
    return [words for words in lines if words[1] == algorithm]


def test_keys_are_listed_with_what_they_do() -> None:
    assert keys("rotate").exit_code == 0
    for algorithm in ("EdDSA", "RS256"):
        assert [line[2] for line in listed(algorithm)] == ["signing", "upcoming"]


def test_rotating_twice_is_refused_in_a_sentence() -> None:
    keys("rotate")
    result = keys("rotate")
    assert result.exit_code == 1
    assert "is already published and signs tokens from" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("algorithm", ["EdDSA", "RS256"])
def test_a_compromised_key_is_retired_at_once(algorithm: str) -> None:
    (first,) = listed(algorithm)
    result = keys("retire", "--now", first[0])
    (second,) = listed(algorithm)
    assert result.exit_code == 0, result.output
    assert second[0] in result.output
    assert (second[0] != first[0], second[2]) == (True, "signing")


def test_keys_that_are_needed_stay() -> None:
    keys("rotate")
    assert "Every key is still needed." in keys("retire").output
    assert len(listed()) == 2


def test_a_key_id_may_begin_with_a_dash() -> None:
    assert "there is no key -abc" in keys("retire", "--now", "-abc").output


def test_a_change_is_made_without_the_database_and_says_that_it_is_not_in_the_audit() -> None:
    result = keys("rotate")
    assert result.exit_code == 0
    assert "This is not in the audit" in result.output
    assert [line[2] for line in listed()] == ["signing", "upcoming"]


def test_a_change_is_in_the_audit(
    scratch_url: str, scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    keys("rotate")
    keys("retire", "--now", listed()[0][0])
    with scratch_database.unit_of_work() as work:
        events = [tuple(row) for row in work.session.execute(select(AuditEvent.event, AuditEvent.outcome))]
    assert events == [("key_rotated", None), ("key_retired", "at_once")]
