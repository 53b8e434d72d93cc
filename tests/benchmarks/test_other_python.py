"""A worker in another interpreter's process."""

import sys
from pathlib import Path

import pytest

from benchmarks.common.other_python import NotInstalledError, environment_with, process_of
from benchmarks.common.own_process import usable_cores
from benchmarks.peers.answer import Answer

CORE = max(usable_cores())


def test_it_calls_a_worker_there_with_an_environment_of_its_own() -> None:
    with process_of(Path(sys.executable), [CORE], Answer, "Ada", 0.5) as process:
        assert process.ask("__eq__", Answer("Ada", 0.5)) is True
        assert process.peak_mib() > 1


def test_an_error_of_the_worker_is_raised_here() -> None:
    with process_of(Path(sys.executable), [CORE], Answer, "Ada", 0.5) as process, pytest.raises(AttributeError):
        process.ask("no_such_method")


@pytest.mark.slow
def test_packages_that_cannot_be_installed_are_an_error_of_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "missing-1.0-py3-none-any.whl"
    with pytest.raises(NotInstalledError, match=r"missing-1\.0.* cannot be installed: ERROR: .+\.$"):
        environment_with([str(missing)], tmp_path / "environments")
