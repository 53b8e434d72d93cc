"""A demo shows everything, to this machine only, and leaves nothing."""

import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.demo.demo import demo_settings
from service.demo.photographs import PhotographsUnavailableError, fetch, put_samples
from service.settings.model import Settings
from service.settings.reading import read_settings
from tests.running_demo import PASSWORD, VISAGE, RunningDemo
from tests.waiting import wait_until

StartDemo = Callable[..., RunningDemo]


@pytest.fixture
def start_demo(short_folder: Path) -> Iterator[StartDemo]:
    """Starts demos that end with the test, in ``short_folder``."""
    with ExitStack() as stack:

        def start(**environment: str) -> RunningDemo:
            demo = RunningDemo(short_folder, **environment)
            stack.callback(lambda: demo.process.poll() is None and demo.end(signal.SIGTERM))
            return demo

        yield start


def is_served(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/live", timeout=5):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("variable", ["DATABASE_URL", "VISAGE_READ_DATABASE_URL"])
def test_a_demo_beside_a_real_database_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "postgresql://visage@db.example.org/visage")
    done = CliRunner().invoke(main, ["demo"])
    assert (done.exit_code, variable in done.output) == (1, True)


def test_a_demo_has_the_defaults_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "home"
    monkeypatch.delenv("VISAGE_HOME", raising=False)
    defaults = Settings(home=home, workers=1, models=Settings().models_folder)
    for name, value in {
        "VISAGE_HOME": "/real",
        "VISAGE_MODELS": str(defaults.models),
        "VISAGE_HOST": "0.0.0.0",  # noqa: S104
        "VISAGE_PUBLIC_URL": "https://login.example.org",
        "VISAGE_CORS_ORIGINS": "https://app.example.org",
        "VISAGE_IMAGE_KEY_FILE": "/real/images.keys",
        "VISAGE_LIMITS": "off",
        "VISAGE_LIVENESS": "challenge",
        "VISAGE_PORT": "8001",
    }.items():
        monkeypatch.setenv(name, value)
    assert demo_settings(read_settings(), home) == defaults.model_copy(update={"port": 8001})


def test_a_port_in_use_is_an_error_before_anything_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("VISAGE_PORT", str(taken.getsockname()[1]))
        done = subprocess.run([VISAGE, "demo"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "choose others with VISAGE_HOST and VISAGE_PORT" in done.stderr


@pytest.mark.slow
def test_a_photograph_of_the_sample_account_logs_in_and_that_of_a_stranger_does_not(start_demo: StartDemo) -> None:
    demo = start_demo()
    username, password = demo.wait_for(PASSWORD).groups()
    assert demo.log_in("1.jpg") == "matched"
    assert demo.log_in("stranger.jpg") == "unknown"
    assert demo.post("/user/login", {"username": username, "password": password})["user"]["username"] == username
    assert demo.folder.stat().st_mode & 0o077 == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_demo_that_is_ended_leaves_nothing(start_demo: StartDemo, short_folder: Path, number: signal.Signals) -> None:
    demo = start_demo()
    demo.wait_for(PASSWORD)
    assert demo.end(number) == 0
    assert [path.name for path in short_folder.iterdir()] == ["demo.log"]
    assert not is_served(demo.url)


@pytest.mark.slow
def test_a_demo_that_is_ended_while_it_starts_leaves_nothing(start_demo: StartDemo, short_folder: Path) -> None:
    demo = start_demo()
    wait_until((demo.folder / "home" / "postgres" / "data").exists)
    assert demo.end(signal.SIGINT) == 0
    assert [path.name for path in short_folder.iterdir()] == ["demo.log"]


@pytest.mark.slow
def test_the_service_of_a_killed_demo_deletes_everything(start_demo: StartDemo, short_folder: Path) -> None:
    demo = start_demo()
    demo.wait_for(PASSWORD)
    demo.end(signal.SIGKILL)
    wait_until(lambda: [path.name for path in short_folder.iterdir()] == ["demo.log"])
    assert not is_served(demo.url)


@pytest.mark.slow
def test_without_a_registry_there_is_still_the_own_camera(start_demo: StartDemo, short_folder: Path) -> None:
    demo = start_demo(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(short_folder))
    demo.wait_for(re.compile("There is no sample account: the sample photographs could not be downloaded: .+"))
    with urllib.request.urlopen(f"{demo.url}/signup", timeout=5) as page:
        assert page.status == 200


def test_photographs_that_cannot_be_had_are_an_error_that_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(PhotographsUnavailableError, match=r"face.recognition"):
        fetch(tmp_path / "photographs")
    assert list(tmp_path.iterdir()) == []


def test_newcomers_get_three_photographs_of_one_person_and_one_of_a_stranger(tmp_path: Path) -> None:
    put_samples(tmp_path / "photographs")
    names = sorted(path.name for path in (tmp_path / "photographs").iterdir())
    assert names == ["1.jpg", "2.jpg", "3.jpg", "stranger.jpg"]
