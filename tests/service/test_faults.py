"""If workers and databases are killed during work, nobody is lost, and a restart repairs everything."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.db.embedded_server import kill
from tests.running_service import REPOSITORY, RunningService
from tests.service.conftest import StartService
from tests.service.faults import (
    ABSENT,
    PASSWORD,
    Crowd,
    Kept,
    ask,
    chances,
    image_files,
    kept,
    kill_the_database,
    strike,
    workers_of,
)
from tests.service.test_running_service import photograph, president_images

SEVERAL = 5
SEED = 20261124


def start(start_service: StartService, home: Path) -> RunningService:
    return start_service(home, VISAGE_DUPLICATE_FACE="allow", VISAGE_WORKERS="2")


def check_everybody(service: RunningService, crowd: Crowd) -> None:
    """Checks that answered calls took effect, others did so completely or not at all, and nothing else exists."""
    accounts = kept(service.home)
    assert set(accounts) <= set(crowd.possible)
    broken = {name for name, states in crowd.possible.items() if not states & _states(accounts.get(name))}
    assert broken == set()
    assert {name for name, account in accounts.items() if not account.is_whole()} == set()
    assert image_files(service.home) == frozenset().union(*(account.files for account in accounts.values()))
    for name, account in accounts.items():
        face = "none" if account.enrolled_at is None else "enrolled"
        status, body = ask(service, "POST", "/user/login", {"username": name, "password": PASSWORD})
        assert (status, body["user"]["face"]) == (200, face)
        probe = {"username": name, "image": photograph("obama.jpg")}
        status, body = ask(service, "POST", "/user/facial/recognize", probe)
        expected = ("unknown", None) if account.enrolled_at is None else ("matched", name)
        assert (status, body["status"], body.get("user", {}).get("username")) == (200, *expected)
    assert run_check(service) == 0


def _states(account: Kept | None) -> set[str]:
    return {ABSENT} if account is None else account.states()


def run_check(service: RunningService) -> int:
    """Returns the exit status of `visage check`."""
    command = [Path(sys.executable).parent / "visage", "check", "--read-images"]
    return subprocess.run(command, env=service.environment, cwd=REPOSITORY, check=False).returncode


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, SEVERAL])
def test_faults_at_random_moments_lose_nobody(tmp_path: Path, start_service: StartService, times: int) -> None:
    service = start(start_service, tmp_path / "home")
    print(f"seed {SEED + times}")
    crowd = Crowd(service, president_images(), SEED + times)
    with crowd.at_work():
        strike(crowd, times, chances(SEED + times))
    assert service.stop() == 0
    service.start()
    check_everybody(service, crowd)
    assert service.stop() == 0


def test_a_database_and_then_a_service_killed_at_work_lose_nobody(tmp_path: Path, start_service: StartService) -> None:
    service = start(start_service, tmp_path / "home")
    crowd = Crowd(service, president_images(), SEED)
    with crowd.at_work():
        crowd.wait_for_sign_ups(2)
        kill_the_database(service, signal.SIGQUIT)
        crowd.wait_for_sign_ups(2)
        for process in (service.pid, *workers_of(service)):
            os.kill(process, signal.SIGKILL)
        service.kill()
    service.start()
    check_everybody(service, crowd)


@pytest.mark.slow
def test_while_a_worker_is_replaced_the_others_respond(tmp_path: Path, start_service: StartService) -> None:
    service = start(start_service, tmp_path / "home")
    victim, other = workers_of(service)
    kill(victim)
    assert service.is_ready()
    service.wait_until(lambda: len(workers_of(service)) > 1)
    assert set(workers_of(service)) & {victim, other} == {other}
    assert service.stop() == 0
