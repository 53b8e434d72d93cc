"""`visage operator`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from db.core.engine import Database
from db.queries import users
from service.cli import main
from service.operator.audit_report import events

pytestmark = pytest.mark.usefixtures("ada")


@pytest.fixture(autouse=True)
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_PUBLIC_URL", "https://login.example.org")


@pytest.fixture
def ada(scratch_database: Database) -> None:
    """A user."""
    with scratch_database.unit_of_work() as work:
        users.add_user(work.session, username="ada", display_name="Ada", password_hash="-")


def operator(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["operator", *arguments])


def test_a_user_becomes_an_operator_and_the_command_says_what_is_missing() -> None:
    assert operator("add", "ada").output.startswith("ada has no passkey and no face yet.")
    assert operator("list").output.split()[0] == "ada"


def test_an_operator_becomes_a_user_again() -> None:
    operator("add", "ADA")
    assert operator("remove", "ada").exit_code == 0
    assert operator("list").output == "No operators, so there is no console.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "nobody"], "no account has the username or id nobody"),
        (["remove", "ada"], "ada is no operator"),
        (["remove", "nobody"], "nobody is no operator"),
    ],
)
def test_a_name_that_does_not_fit_is_one_sentence(arguments: list[str], said: str) -> None:
    result = operator(*arguments)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {said}")


def test_for_an_operator_with_a_face_the_command_says_where_the_console_is(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        work.session.execute(
            text(
                "INSERT INTO face_templates (user_id, model_id, embedding)"
                " SELECT id, 'sface', array_fill(0.0883883, ARRAY[128])::vector FROM users"
            )
        )
    assert operator("add", "ada").output.splitlines() == [
        "ada can open https://login.example.org/console",
        "Besides the password it takes one of these: 0 passkeys and a face.",
    ]


def test_both_are_audited(scratch_database: Database) -> None:
    operator("add", "ada")
    operator("remove", "ada")
    found = [event.event for event in events(scratch_database, "ada", None)]
    assert found == ["operator_added", "operator_removed"]
