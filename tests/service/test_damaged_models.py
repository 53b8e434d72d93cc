"""A converted network that is damaged on disk is noticed by its hash before anything is computed by it."""

import shutil
from pathlib import Path

import pytest

from tests.running_service import MODELS
from tests.service.conftest import StartService
from tests.service.faults import PASSWORD, ask
from tests.service.test_running_service import photograph, president_images

NETWORK = "mobilefacenet-*.tflite"
"""The one that is converted soonest."""


@pytest.mark.slow
def test_a_service_converts_a_damaged_network_again_before_it_serves(
    tmp_path: Path, start_service: StartService
) -> None:
    start_service(tmp_path / "first").stop()  # so that there is something to damage
    models = tmp_path / "models"
    shutil.copytree(MODELS, models)
    (network,) = models.glob(NETWORK)
    whole = network.read_bytes()
    damaged = bytearray(whole)
    damaged[len(damaged) // 2] ^= 0xFF
    network.write_bytes(damaged)
    service = start_service(tmp_path / "home", VISAGE_MODELS=str(models))
    assert "again, as the cached model is damaged" in service.output()
    assert network.read_bytes() == whole
    body = {"username": "president", "password": PASSWORD, "images": president_images(), "consent": True}
    assert ask(service, "POST", "/user/facial/store", body)[0] == 201
    status, answer = ask(service, "POST", "/user/facial/recognize", {"image": photograph("obama2.jpg")})
    assert (status, answer["status"]) == (200, "matched")
    assert service.stop() == 0
