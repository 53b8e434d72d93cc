"""`visage backup` beside a busy real service with its own PostgreSQL, and `visage restore` into an empty folder."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_service import REPOSITORY, RunningService
from tests.service.test_running_service import photograph, president_images, recognize, store

pytestmark = pytest.mark.slow


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[list[RunningService]]:
    """Two installations that are not running yet."""
    tmp_path.chmod(0o711)  # the database server may run as another user
    services = [RunningService(tmp_path / name) for name in ("first", "second")]
    yield services
    for service in services:
        service.stop()
        shutil.rmtree(service.home, ignore_errors=True)


def visage(service: RunningService, *arguments: str | Path) -> str:
    command = [Path(sys.executable).parent / "visage", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, env=service.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_person_logs_in_by_face_where_a_copy_was_restored(homes: list[RunningService], tmp_path: Path) -> None:
    first, second = homes
    first.start()
    assert store(first, "president", president_images())[0] == 201
    over = threading.Event()
    statuses: list[int] = []

    def log_in_again_and_again() -> None:
        while not over.is_set():
            statuses.append(recognize(first, photograph("obama2.jpg"))[0])

    load = [threading.Thread(target=log_in_again_and_again) for _ in range(4)]
    for thread in load:
        thread.start()
    visage(first, "backup", tmp_path / "copy")
    over.set()
    for thread in load:
        thread.join()
    assert set(statuses) == {200}

    assert "the images of 1 people" in visage(second, "restore", tmp_path / "copy")
    second.start()
    status, body = recognize(second, photograph("obama2.jpg"))
    assert (status, body["status"], body["user"]["username"]) == (200, "matched", "president")
    visage(second, "check")
