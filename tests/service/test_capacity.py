"""The resources of a process depend on the machine."""

import os
from pathlib import Path

import pytest

from service.runtime.database_server import owned_database
from service.settings.capacity import OTHERS_CONNECTIONS, SERVER_CONNECTIONS, Capacity, usable_cores
from service.settings.model import Settings
from tests.db.embedded_server import ask

SIZES = [(1, 1), (2, 2), (2, 1), (4, 4), (16, 16), (16, 2), (64, 64), (2, 256), (256, 256)]


@pytest.mark.parametrize(("cores", "workers"), SIZES)
def test_every_core_has_a_turn_and_each_worker_one_more(cores: int, workers: int) -> None:
    capacity = Capacity.of(cores, workers, queue=16)
    assert capacity.workers * (capacity.slots - 1) >= cores
    assert capacity.slots >= 2


@pytest.mark.parametrize(("cores", "workers"), SIZES)
def test_a_full_queue_leaves_threads_and_a_connection_to_others(cores: int, workers: int) -> None:
    capacity = Capacity.of(cores, workers, queue=64)
    assert capacity.threads > capacity.slots + capacity.queue
    assert capacity.connections > capacity.slots


@pytest.mark.parametrize(("cores", "workers"), [size for size in SIZES if size[1] <= 16])
def test_connections_stay_below_what_a_server_has_by_default(cores: int, workers: int) -> None:
    capacity = Capacity.of(cores, workers, queue=16)
    assert workers * capacity.connections + OTHERS_CONNECTIONS <= SERVER_CONNECTIONS
    assert capacity.server_connections == SERVER_CONNECTIONS


def test_a_server_of_our_own_gets_as_many_connections_as_many_workers_need() -> None:
    capacity = Capacity.of(256, 256, queue=16)
    assert capacity.server_connections >= 256 * capacity.connections + OTHERS_CONNECTIONS


def test_it_says_so_to_the_server(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, workers=64)
    assert settings.capacity.server_connections > SERVER_CONNECTIONS
    with owned_database(settings) as url:
        assert ask(url, "SHOW max_connections") == str(settings.capacity.server_connections)


@pytest.fixture
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 3}, raising=False)


def groups(folder: Path, membership: str, **files: str) -> int:
    """Returns the usable cores in control groups with these files; ``__`` stands for a slash."""
    for name, text in files.items():
        path = folder / "cgroup" / name.replace("__", "/").replace("_max", ".max").replace("cpu_cfs", "cpu.cfs")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "membership").write_text(membership)
    return usable_cores(folder / "cgroup", folder / "membership")


def test_a_system_that_binds_no_process_to_cores_offers_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert usable_cores(tmp_path / "nothing", tmp_path / "nothing") == 8


@pytest.mark.usefixtures("four_cores")
def test_without_a_quota_the_cores_it_is_bound_to_count(tmp_path: Path) -> None:
    assert usable_cores(tmp_path / "nothing", tmp_path / "nothing") == 4
    assert groups(tmp_path, "0::/\n", cpu_max="max 100000\n") == 4


@pytest.mark.usefixtures("four_cores")
@pytest.mark.parametrize(("quota", "cores"), [("50000", 1), ("200000", 2), ("250000", 3), ("900000", 4)])
def test_a_containers_quota_counts_in_both_versions(tmp_path: Path, quota: str, cores: int) -> None:
    assert groups(tmp_path / "2", "0::/\n", cpu_max=f"{quota} 100000\n") == cores
    files = {"cpu__cpu_cfs_quota_us": quota, "cpu__cpu_cfs_period_us": "100000"}
    assert groups(tmp_path / "1", "3:cpu,cpuacct:/host/path/not/seen/inside\n0::/\n", **files) == cores


@pytest.mark.usefixtures("four_cores")
def test_the_quota_of_a_group_around_ours_counts_too(tmp_path: Path) -> None:
    membership = "0::/system.slice/visage.service\n"
    files = {"system.slice__cpu_max": "100000 100000", "system.slice__visage.service__cpu_max": "max 100000"}
    assert groups(tmp_path, membership, **files) == 1


@pytest.mark.usefixtures("four_cores")
def test_version_1_without_a_quota_says_minus_one(tmp_path: Path) -> None:
    assert groups(tmp_path, "1:cpu:/\n", cpu__cpu_cfs_quota_us="-1", cpu__cpu_cfs_period_us="100000") == 4
