"""The database of a service while other services exist."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from db.core.engine import create_database
from db.core.errors import DatabaseURLError, EmbeddedPostgresError
from service.cli import main
from service.runtime.database_server import others_are_gone, owned_database, reachable_database
from service.settings.model import Settings
from tests.fakes import MODEL_ID


def settings_of(home: Path, url: str, read_url: str | None = None) -> Settings:
    return Settings(home=home, database_url=SecretStr(url), read_database_url=SecretStr(read_url) if read_url else None)


def test_another_service_on_the_database_is_noticed(scratch_url: str, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, scratch_url)
    other = create_database(scratch_url, serving=MODEL_ID)
    with other.engine.connect():
        assert not others_are_gone(settings, scratch_url, seconds=0)
    other.dispose()
    assert others_are_gone(settings, scratch_url, seconds=30)


def test_an_embedded_server_has_no_other_services(tmp_path: Path) -> None:
    assert others_are_gone(Settings(home=tmp_path), "postgresql://nowhere", seconds=0)


def test_a_read_database_whose_address_is_none_stops_the_start(scratch_url: str, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, scratch_url, "mysql://host/hunter2")
    with pytest.raises(DatabaseURLError, match="VISAGE_READ_DATABASE_URL") as caught, owned_database(settings):
        pass
    assert "hunter2" not in str(caught.value)


def test_a_command_makes_no_database_where_no_service_has_run(tmp_path: Path) -> None:
    home = tmp_path / "mistyped"
    with pytest.raises(EmbeddedPostgresError, match=f"no Visage has run on {home}: set VISAGE_HOME"):
        reachable_database(Settings(home=home)).__enter__()
    assert not home.exists()


@pytest.mark.parametrize("command", ["keys rotate", "images status", "backup copy", "user list", "doctor", "check"])
def test_a_command_on_the_wrong_data_folder_is_one_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path / "mistyped"))
    result = CliRunner().invoke(main, command.split())
    assert result.exit_code == 1
    assert "set VISAGE_HOME" in result.output
    assert list(tmp_path.iterdir()) == []
