"""A data folder is used by one service at a time."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.domain.operator_errors import HomeInUseError
from service.runtime.data_folder import sole_use, workers_are_gone

HOLDER = """
import sys
from pathlib import Path
from service.runtime.data_folder import join_workers, sole_use
home = Path(sys.argv[2])
if sys.argv[1] == "worker":
    join_workers(home)
else:
    (use := sole_use(home)).__enter__()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by(kind: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Yields another process that holds the folder, as a service or as a worker."""
    command = [sys.executable, "-c", HOLDER, kind, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_service_is_turned_away_until_the_first_ends(tmp_path: Path) -> None:
    with held_by("service", tmp_path), pytest.raises(HomeInUseError, match="VISAGE_HOME"), sole_use(tmp_path):
        pass
    with sole_use(tmp_path):
        assert (tmp_path / "service.lock").exists()


def test_a_start_waits_for_workers_that_are_left_over(tmp_path: Path) -> None:
    with held_by("worker", tmp_path) as left_over:
        assert not workers_are_gone(tmp_path, seconds=0)
        left_over.kill()
        assert workers_are_gone(tmp_path, seconds=30)


def test_the_folder_is_made_if_need_be(tmp_path: Path) -> None:
    with sole_use(tmp_path / "new" / "home"):
        assert (tmp_path / "new" / "home").is_dir()
