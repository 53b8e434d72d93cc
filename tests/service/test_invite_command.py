"""`visage invite`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db.core.engine import Database
from db.queries import invitations
from db.queries.invitations import Bounds
from service.accounts.invitations import Invitations
from service.audit.audit import Audit
from service.cli import main


@pytest.fixture(autouse=True)
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))
    monkeypatch.setenv("VISAGE_SIGNUP", "invite")
    monkeypatch.setenv("VISAGE_PUBLIC_URL", "https://login.example.org")


def invite(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["invite", *arguments])


def test_it_prints_a_link_that_is_good_once(scratch_database: Database) -> None:
    url, _, token = invite("--username", "ada").output.splitlines()[0].partition("#")
    assert url == "https://login.example.org/signup"
    service = Invitations(True, "https://login.example.org", Audit())
    with scratch_database.unit_of_work() as work:
        service.spend(work, token, Bounds("ada", None))
    with scratch_database.unit_of_work() as work:
        assert work.session.query(invitations.Invitation).count() == 0


def test_it_says_where_nobody_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_SIGNUP", "open")
    assert "It is not needed" in invite().output


@pytest.mark.parametrize("arguments", [("--username", "a b"), ("--email", "nowhere"), ("--hours", "0")])
def test_an_invitation_that_no_sign_up_could_match_is_refused(arguments: tuple[str, ...]) -> None:
    assert invite(*arguments).exit_code == 2
