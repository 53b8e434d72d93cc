"""A converted network that is damaged on disk is detected by its hash before it is used."""

import shutil
from pathlib import Path

import pytest

from tests.db.embedded_server import kill
from tests.running_service import MODELS
from tests.service.conftest import StartService
from tests.service.faults import PASSWORD, ask, workers_of
from tests.service.test_running_service import photograph, president_images

NETWORK = "sface-*.tflite"
"""The default network."""


@pytest.fixture
def models(tmp_path: Path, start_service: StartService) -> Path:
    """This test's own folder of converted networks."""
    start_service(tmp_path / "first").stop()  # converts the networks
    return Path(shutil.copytree(MODELS, tmp_path / "models"))


def damage(models: Path) -> tuple[Path, bytes]:
    """Changes some bytes of a network; returns its path, and its correct content."""
    (network,) = models.glob(NETWORK)
    whole = network.read_bytes()
    damaged = bytearray(whole)
    damaged[len(damaged) // 2] ^= 0xFF
    network.with_suffix(".damaged").write_bytes(damaged)
    network.with_suffix(".damaged").rename(network)
    return network, whole


@pytest.mark.slow
def test_a_service_converts_a_damaged_network_again_before_it_serves(
    tmp_path: Path, models: Path, start_service: StartService
) -> None:
    network, whole = damage(models)
    service = start_service(tmp_path / "home", VISAGE_MODELS=str(models))
    assert "again, as the cached model is damaged" in service.output()
    assert network.read_bytes() == whole
    body = {"username": "president", "password": PASSWORD, "images": president_images(), "consent": True}
    assert ask(service, "POST", "/user/facial/store", body)[0] == 201
    status, answer = ask(service, "POST", "/user/facial/recognize", {"image": photograph("obama2.jpg")})
    assert (status, answer["status"]) == (200, "matched")
    assert service.stop() == 0


@pytest.mark.slow
def test_a_worker_that_takes_anothers_place_does_so_too_while_the_others_serve(
    tmp_path: Path, models: Path, start_service: StartService
) -> None:
    service = start_service(tmp_path / "home", VISAGE_MODELS=str(models), VISAGE_WORKERS="2")
    network, whole = damage(models)
    kill(workers_of(service)[0])
    assert service.is_ready()
    service.wait_until(lambda: network.read_bytes() == whole)
    service.wait_until(lambda: len(workers_of(service)) == 2 and service.is_ready())
    assert service.stop() == 0
