"""Commands and a service with closed, broken or full standard streams."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.running_service import REPOSITORY, RunningService
from tests.service.conftest import StartService
from tests.service.faults import workers_of
from tests.systems import needs_full_device, needs_proc

OPEN_FILES = """
import os
from service.runtime import standard_streams
standard_streams.open_closed()
print("printed")
other = os.open("/dev/zero", os.O_RDONLY)
os.write(int(os.environ["REPORT"]), f"{other > 2} {[os.readlink(f'/proc/self/fd/{one}') for one in range(3)]}".encode())
"""


def answers(service: RunningService) -> bool:
    with urllib.request.urlopen(f"{service.url}/", timeout=5) as response:
        return bool(response.status == 200)


def replace_a_worker(service: RunningService) -> None:
    first = workers_of(service)[0]
    os.kill(first, signal.SIGKILL)
    service.wait_until(lambda: first not in workers_of(service) and len(workers_of(service)) == 2)


@needs_proc
@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_no_file_takes_the_place_of_a_closed_stream(closed: str) -> None:
    reading, writing = os.pipe()
    command = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", OPEN_FILES]
    environment = {**os.environ, "REPORT": str(writing)}
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, pass_fds=[writing], stdout=subprocess.PIPE, check=True
    )
    os.close(writing)
    with open(reading) as report:
        apart, places = report.read().split(" ", 1)
    assert apart == "True"
    assert places.count("/dev/null") >= closed.count("&-")
    assert (b"printed" in done.stdout) is (">&- 2" not in closed)


@pytest.mark.parametrize(
    "streams",
    ["<&- >&- 2>&-", pytest.param(">/dev/full 2>/dev/full", marks=[needs_full_device, pytest.mark.slow])],
)
def test_a_service_answers_and_its_workers_live_whatever_takes_its_log(
    start_service: StartService, tmp_path: Path, streams: str
) -> None:
    tmp_path.chmod(0o711)  # the database server may run as another user
    service = RunningService(tmp_path / "home", VISAGE_WORKERS="2")
    try:
        service.start(streams)
        assert answers(service)
        before = workers_of(service)
        replace_a_worker(service)
        assert all(answers(service) for _ in range(8))
        assert len(set(workers_of(service)) & set(before)) == 1
    finally:
        assert service.stop() == 0


@pytest.mark.slow
@needs_full_device
@pytest.mark.parametrize("command", ["index status", "--help", "user --help"])
@pytest.mark.usefixtures("importing_environment")
def test_a_full_output_is_reported_once(command: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", *command.split()],
            cwd=REPOSITORY,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device\n")


@pytest.mark.usefixtures("importing_environment")
def test_a_closed_pipe_is_not_reported() -> None:
    command = f"{sys.executable} -m service.cli index status | true; exit 0"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stderr == ""
