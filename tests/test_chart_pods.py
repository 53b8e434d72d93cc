"""Pods of the Helm chart, played by services here: a data folder each, shared pictures and keys, one PostgreSQL."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helm_chart import EVERYTHING, LEAST, of_kind, pods
from tests.running_service import REPOSITORY, RunningService
from tests.service.test_running_service import photograph, president_images, published_keys, recognize, store

HOME, SHARED_HOME = "/var/lib/visage", "/var/lib/visage-shared"
"""The mounts of the pods."""

BIN = Path(sys.executable).parent


class Volume:
    """The volume that all pods share, and the folders of the pods beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "shared"
        self.path.mkdir(parents=True)
        self.started: list[RunningService] = []

    def home(self, name: str) -> Path:
        """Runs the init container of a pod and returns the pod's data folder."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        (folders,) = of_kind("Deployment", LEAST)["spec"]["template"]["spec"]["initContainers"]
        subprocess.run([*folders["command"], self._here(folders["args"][0], home)], check=True)
        return home

    def pod(self, name: str, url: str) -> RunningService:
        """Starts the service of a pod."""
        service = RunningService(self.home(name), DATABASE_URL=url, VISAGE_WORKERS="1")
        self.started.append(service)
        return service.start()

    def command(self, name: str, url: str, *arguments: str | Path) -> None:
        """Runs a command in the pod of a job."""
        environment = RunningService(self.home(name), DATABASE_URL=url).environment
        subprocess.run([BIN / "visage", *arguments], cwd=REPOSITORY, env=environment, check=True)

    def restore(self, backup: Path, url: str) -> None:
        """Runs the container of the job that restores."""
        (container,) = dict(pods({**EVERYTHING, "restore": {"from": backup.name}}))["visage-restore"]["containers"]
        assert {"name": "VISAGE_HOME", "value": SHARED_HOME} in container["env"]
        script = self._here(container["args"][0], self.path).replace("/backup/", f"{backup.parent}/")
        environment = RunningService(self.path, DATABASE_URL=url).environment
        environment["PATH"] = f"{BIN}:{environment['PATH']}"
        subprocess.run([*container["command"], script], env=environment, check=True)

    def _here(self, script: str, home: Path) -> str:
        return script.replace(SHARED_HOME, str(self.path)).replace(HOME, str(home))


@pytest.fixture
def volumes(tmp_path: Path) -> Iterator[tuple[Volume, Volume]]:
    """A volume, and an empty one."""
    both = Volume(tmp_path / "first"), Volume(tmp_path / "second")
    yield both
    for volume in both:
        for service in volume.started:
            service.stop()


def username_of_the_matched(service: RunningService) -> Any:
    status, body = recognize(service, photograph("obama2.jpg"))
    assert (status, body["status"]) == (200, "matched")
    return body["user"]["username"]


@pytest.mark.slow
def test_pods_share_people_pictures_and_keys(volumes: tuple[Volume, Volume], scratch_url: str) -> None:
    volume, _ = volumes
    first, second = volume.pod("first", scratch_url), volume.pod("second", scratch_url)
    assert store(first, "president", president_images())[0] == 201
    assert username_of_the_matched(second) == "president"
    assert published_keys(first) == published_keys(second)
    volume.command("job", scratch_url, "check", "--read-images")


@pytest.mark.slow
def test_the_backup_of_a_job_is_restored_into_an_empty_volume(
    volumes: tuple[Volume, Volume], scratch_url: str, empty_url: str, tmp_path: Path
) -> None:
    old, new = volumes
    assert store(old.pod("pod", scratch_url), "president", president_images())[0] == 201
    old.command("job", scratch_url, "backup", tmp_path / "visage-2026-11-30")
    new.home("pod")  # makes empty folders
    new.restore(tmp_path / "visage-2026-11-30", empty_url)
    assert username_of_the_matched(new.pod("pod", empty_url)) == "president"


def test_the_keys_of_pods_are_closed_to_other_users(volumes: tuple[Volume, Volume]) -> None:
    volume, _ = volumes
    volume.home("first")
    key = volume.path / "keys" / "signing.pem"
    key.touch()
    key.chmod(0o660)  # as Kubernetes leaves it on a volume that it gives to a group
    volume.home("second")
    paths = (volume.path / "images", volume.path / "keys", key)
    assert [path.stat().st_mode & 0o077 for path in paths] == [0, 0, 0]
