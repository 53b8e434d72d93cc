"""`visage password`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db import users
from db.engine import Database
from service.cli import main
from service.passwords import NO_PASSWORD, Passwords

NEW = "correct horse battery"


@pytest.fixture(autouse=True)
def account(scratch_url: str, scratch_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    with scratch_database.unit_of_work() as work:
        users.add_user(work.session, username="ada", display_name="Ada", password_hash=NO_PASSWORD)


def password(username: str, typed: str) -> Result:
    return CliRunner().invoke(main, ["password", username], input=f"{typed}\n{typed}\n")


def stored(database: Database) -> str:
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, "ada")
        assert user is not None
        return user.password_hash


def test_whoever_had_none_can_log_in_by_it(scratch_database: Database) -> None:
    result = password("ADA", NEW)
    assert result.exit_code == 0, result.output
    assert NEW not in result.output
    assert Passwords().matches(NEW, stored(scratch_database))


def test_one_that_is_too_short_is_refused(scratch_database: Database) -> None:
    assert "at least 10 characters" in password("ada", "short").output
    assert stored(scratch_database) == NO_PASSWORD


def test_nobody_of_that_name_is_one_sentence() -> None:
    result = password("nobody", NEW)
    assert result.exit_code == 1
    assert "nobody has the username nobody" in result.output
    assert "Traceback" not in result.output
