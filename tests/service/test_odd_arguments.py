"""No command prints a stack trace, whatever its arguments."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.settings.model import Settings, variable_name
from tests.running_service import REPOSITORY
from tests.service.importing import use_fake_engine

NOT_UTF8 = "J\udcf6rg"
"""What Python makes of the bytes of Jörg from a Latin-1 terminal."""

ODD = ["", NOT_UTF8, "nul\0", "9" * 5000, "\u202e\x1b[31m\n", "~nosuchuser/x"]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield " ".join(path), command


def takes_a_value(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Argument) or (isinstance(parameter, click.Option) and not parameter.is_flag)


CASES = [
    pytest.param(name, command, parameter, id=f"{name} {parameter.opts[-1]}")
    for name, command in leaves(main)
    for parameter in command.params
    if takes_a_value(parameter)
]


@pytest.fixture
def environment(module_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", module_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("db.server.backup._run", lambda *_: None)  # pg_dump is not under test
    use_fake_engine(monkeypatch)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments, input="")
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    for unforeseen in ("Traceback", "bug in Visage"):
        assert unforeseen not in result.output
    return result


def with_odd(command: click.Command, given: click.Parameter, odd: str) -> list[str]:
    """Returns the arguments of a command: one is odd, and the other required ones are valid."""
    options, arguments = [], []
    for one in command.params:
        if isinstance(one, click.Argument):
            arguments += [odd] if one is given else ["x"] if one.required else []
        elif one is given:
            options += [one.opts[-1], odd]
        elif one.name in {"yes", "consent"}:
            options.append(one.opts[-1])
        elif one.required:
            options += [one.opts[-1], "2020-01-01"]
    return [*options, "--", *arguments]


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize(("name", "command", "parameter"), CASES)
def test_an_odd_argument_is_answered_in_plain_words(
    name: str, command: click.Command, parameter: click.Parameter, odd: str
) -> None:
    run(*name.split(), *with_odd(command, parameter, odd))


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("name", "command", "parameter"), CASES)
def test_the_error_for_an_argument_that_is_not_utf8_names_the_argument(
    name: str, command: click.Command, parameter: click.Parameter
) -> None:
    if isinstance(parameter.type, click.Path | click.File) or parameter.type is click.UNPROCESSED:
        pytest.skip("a path may hold any bytes")
    result = run(*name.split(), *with_odd(command, parameter, NOT_UTF8))
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert parameter.get_error_hint(click.Context(command)).split("'")[1] in result.output


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("field", Settings.model_fields)
@pytest.mark.parametrize("odd", [one for one in ODD if "\0" not in one], ids=range(len(ODD) - 1))
def test_an_odd_setting_is_answered_in_plain_words(field: str, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_name(field), odd)
    monkeypatch.setattr("service.commands.serving.prepare_networks", lambda _: ["prepared"])
    result = run("prepare")
    if result.exit_code:
        assert variable_name(field) in result.output
        assert len(result.output.splitlines()) == 1


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("home", "said"),
    [
        ("~nosuchuser/x", "unknown user or home folder"),
        (NOT_UTF8, "in UTF-8"),
        ("a\nb", "without control characters"),
    ],
)
def test_the_error_for_an_impossible_data_folder_names_its_setting(
    home: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISAGE_HOME", home)
    result = run("user", "list")
    assert result.exit_code == 1
    assert result.output.startswith("Error: VISAGE_HOME: ")
    assert said in result.output


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("command", ["import --consent", "export", "backup", "restore", "reembed --to"])
def test_an_empty_argument_does_not_stand_for_something_else(command: str) -> None:
    assert run(*command.split(), "").exit_code in {1, 2}


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ("{}", "Error: no Visage has run on "),
        ("var", "Error: VISAGE_HOME: "),
    ],
)
def test_commands_run_in_a_folder_that_is_gone(tmp_path: Path, home: str, said: str) -> None:
    environment = {
        **os.environ,
        "VISAGE_HOME": home.format(tmp_path),
        "VISAGE": str(Path(sys.executable).parent / "visage"),
    }
    environment.pop("DATABASE_URL", None)
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$VISAGE" user list'
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("revision", ["9999", "", "head-1", "0001-0002", NOT_UTF8])
@pytest.mark.parametrize("option", ["--to", "--down-to"])
def test_an_unknown_revision_is_an_error_that_names_the_known_ones(option: str, revision: str) -> None:
    result = run("migrate", "--yes", option, revision)
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: Invalid value for '{option}': there is no revision ")
    assert "0001, 0002" in result.output


def test_the_health_check_reports_an_invalid_setting() -> None:
    environment = {**os.environ, "VISAGE_PORT": "eighty"}
    command = [sys.executable, "-m", "service.runtime.healthcheck"]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: VISAGE_PORT: ")


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"event": "face_erased", "user_id": "%s", "at": "2026-01-01"}', "\udcf6"]
)
@pytest.mark.usefixtures("environment")
def test_the_error_for_an_invalid_file_of_erasures_names_the_line(tmp_path: Path, line: str) -> None:
    user_id = "00000000-0000-0000-0000-000000000000"
    (tmp_path / "events").write_bytes((line % user_id if "%s" in line else line).encode(errors="surrogateescape"))
    result = run("user", "erase", "--yes", "--from", str(tmp_path / "events"))
    assert result.output == "Error: line 1 is not an event of `visage audit show --json`\n"


def test_characters_that_a_terminal_cannot_show_are_escaped(module_url: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": module_url,
        "VISAGE_HOME": str(tmp_path / "home"),
        "PYTHONIOENCODING": "latin-1",
    }
    command = [sys.executable, "-m", "service.cli", "export", str(tmp_path / "Жанна.jsonl")]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u0416\\u0430\\u043d\\u043d\\u0430.jsonl" in done.stdout
