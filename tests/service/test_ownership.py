"""If another user has changed the data folder, the message names the owner."""

import os
import pwd
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.domain.operator_errors import SigningKeyError
from service.domain.ownership import whose
from service.settings.reading import read_settings
from tests.running_service import free_port

USER = pwd.getpwnam("nobody")

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder that belongs to another user."""
    monkeypatch.setenv("VISAGE_PORT", str(free_port()))  # a service on this machine may have the default one
    with tempfile.TemporaryDirectory(prefix="visage-tests-") as folder:
        os.chown(folder, USER.pw_uid, USER.pw_gid)
        monkeypatch.setenv("VISAGE_HOME", folder)
        read_settings()  # loads Python modules that perhaps only root can read
        yield Path(folder)


@pytest.fixture
def other_user(home: Path) -> Iterator[None]:
    """Makes this process act as that user."""
    os.seteuid(USER.pw_uid)
    yield
    os.seteuid(0)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    return result.output


@pytest.fixture
def left_by_root(home: Path, request: pytest.FixtureRequest) -> Path:
    path = home / str(request.param)
    path.parent.mkdir(exist_ok=True)
    if path.suffix:
        path.touch(0o600)
    else:
        path.mkdir(0o700)
        (path / "something").touch(0o600)
    return path


@pytest.mark.parametrize("left_by_root", ["metrics", "service.lock", "workers.lock"], indirect=True)
def test_a_service_says_whose_a_file_is_that_it_may_not_use(left_by_root: Path, other_user: None) -> None:
    said = run("serve")
    assert said.startswith(f"Error: {left_by_root}: ")
    assert f"{left_by_root} belongs to root, but this process runs as nobody" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("command", ["serve", "doctor", "migrate"])
def test_the_error_names_a_closed_folder_of_root(home: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "closed").mkdir(0o700)
    monkeypatch.setenv("VISAGE_HOME", str(home / "closed" / "home"))
    os.seteuid(USER.pw_uid)
    try:
        said = run(command)
    finally:
        os.seteuid(0)
    assert f"{home / 'closed'}" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("left_by_root", ["keys/signing.pem"], indirect=True)
def test_a_key_of_roots_is_not_called_damaged(left_by_root: Path, other_user: None) -> None:
    assert str(SigningKeyError(left_by_root)) == f"{left_by_root} belongs to root, but this process runs as nobody"


def test_no_owner_is_named_for_a_usable_file(home: Path) -> None:
    assert whose(home) == ""


def test_the_error_names_a_file_where_a_folder_should_be(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("VISAGE_HOME", str(home / "file"))
    assert run("serve") == f"Error: {home / 'file'}: File exists; this path must be a folder\n"
