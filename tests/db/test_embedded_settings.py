"""The embedded server's settings follow the machine."""

import pytest

from db.embedded_settings import settings_for


@pytest.mark.parametrize(("memory", "buffers"), [(512, "128MB"), (4096, "512MB"), (1 << 20, "8192MB")])
def test_shared_buffers_follow_the_memory(memory: int, buffers: str) -> None:
    assert settings_for(memory, cores=2)["shared_buffers"] == buffers


@pytest.mark.parametrize(("cores", "workers"), [(1, "0"), (2, "0"), (4, "1"), (16, "7")])
def test_half_of_the_cores_are_left_to_logins(cores: int, workers: str) -> None:
    assert settings_for(4096, cores)["max_parallel_maintenance_workers"] == workers
