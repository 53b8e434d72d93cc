"""Commands write where the operator says: into a regular file, a pipe or a device, or they refuse."""

import os
import stat
import subprocess
import sys
import tty
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.running_service import REPOSITORY
from tests.service.importing import import_, line, visage, write_lines
from tests.systems import needs_full_device

pytestmark = pytest.mark.usefixtures("importing_environment")

Make = Callable[[Path], None]
"""Creates something at a path that is not a replaceable file."""

BEFORE = "what was there before\n"


@pytest.fixture
def people(tmp_path: Path, importing_environment: None) -> None:
    """Enrols two people."""
    assert import_(write_lines(tmp_path / "in.jsonl", [line("ada", 1), line("bob", 2)])).exit_code == 0


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """The controlling end of a pseudo-terminal, and the name of its other end."""
    near, far = os.openpty()
    tty.setraw(far)
    yield near, os.ttyname(far)
    os.close(near)
    os.close(far)


def link(path: Path) -> None:
    (path.parent / "elsewhere").write_text(BEFORE)
    path.symlink_to(path.parent / "elsewhere")


def dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def second_name(path: Path) -> None:
    (path.parent / "elsewhere").write_text(BEFORE)
    path.hardlink_to(path.parent / "elsewhere")


def folder(path: Path) -> None:
    path.mkdir()


def socket_file(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def everything_in(folder: Path) -> dict[str, tuple[int, str | None]]:
    """Returns the type and the content of every entry."""
    paths = sorted(folder.iterdir())
    return {
        path.name: (path.lstat().st_mode, path.read_text() if path.is_file() and not path.is_symlink() else None)
        for path in paths
    }


@pytest.mark.parametrize("make", [link, dangling_link, second_name, folder, socket_file])
@pytest.mark.parametrize(
    "arguments", [["export"], pytest.param(["export", "--images"], marks=pytest.mark.slow), ["backup"]]
)
@pytest.mark.usefixtures("people")
def test_a_file_that_a_command_cannot_replace_is_left_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Make, arguments: list[str]
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    make(place / "target")
    before = everything_in(place)
    result = visage(*arguments, place / "target")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1
    assert str(place / "target") in result.output
    assert everything_in(place) == before


@pytest.mark.slow
@pytest.mark.parametrize("make", [link, dangling_link, second_name, folder, socket_file])
def test_an_unusable_report_file_is_refused_before_the_import(tmp_path: Path, make: Make) -> None:
    place = tmp_path / "place"
    place.mkdir()
    make(place / "report")
    before = everything_in(place)
    result = import_(write_lines(tmp_path / "in.jsonl", ["no line"]), "--report", place / "report")
    assert result.exit_code in {1, 2}
    assert str(place / "report") in result.output
    assert everything_in(place) == before


@pytest.mark.usefixtures("people")
def test_an_export_goes_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text)
        result = visage("export", pipe)
        written = read.result()
    assert "Exported: 2 people" in result.stdout
    assert [part.count('"username"') for part in written.splitlines()] == [1, 1]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.slow
@pytest.mark.usefixtures("people")
def test_an_export_goes_to_a_terminal(terminal: tuple[int, str]) -> None:
    near, name = terminal
    mode = os.stat(name).st_mode
    with ThreadPoolExecutor() as pool:
        written = b""
        result = pool.submit(visage, "export", name)
        while written.count(b"\n") < 2:
            written += os.read(near, 1 << 16)
    assert result.result().exit_code == 0
    assert written.count(b'"username"') == 2
    assert os.stat(name).st_mode == mode


@needs_full_device
@pytest.mark.usefixtures("people")
def test_a_device_without_room_is_an_error_and_is_not_removed(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.symlink_to("/dev/full")  # a symbolic link, so that a failing export cannot remove the device itself
    result = visage("export", full)
    assert result.exit_code == 1
    assert result.output == f"Error: {full} cannot be written: No space left on device\n"
    assert full.readlink() == Path("/dev/full")


@pytest.mark.slow
def test_a_report_goes_to_a_device_which_stays_open_to_everybody(tmp_path: Path, terminal: tuple[int, str]) -> None:
    near, name = terminal
    mode = os.stat(name).st_mode
    assert import_(write_lines(tmp_path / "in.jsonl", ["no line"]), "--report", name).exit_code == 1
    assert os.read(near, 1 << 16).startswith(b"at,where,username")
    assert os.stat(name).st_mode == mode


@pytest.mark.usefixtures("people")
def test_data_on_standard_output_is_not_mixed_with_messages() -> None:
    command = [sys.executable, "-m", "service.cli", "export", "/dev/stdout"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert [part.count('"username"') for part in done.stdout.splitlines()] == [1, 1]
    assert "Exported: 2 people" in done.stderr
