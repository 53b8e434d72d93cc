"""An overloaded service answers the requests that it accepts, refuses the others, and stays reachable."""

import json
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.common.load import LoadFigures, measure_load
from tests.fakes import data_url
from tests.photographs import astronaut
from tests.running_service import RunningService
from tests.turned_heads import encode_jpeg

CLIENTS = 24
SECONDS = 3.0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, module_url: str) -> Iterator[RunningService]:
    few = {"VISAGE_WORKERS": "1", "VISAGE_QUEUE": "2", "DATABASE_URL": module_url}
    service = RunningService(tmp_path_factory.mktemp("visage") / "home", **few).start()
    yield service
    service.stop()


def overload(service: RunningService) -> LoadFigures:
    image = data_url(encode_jpeg(astronaut()), "image/jpeg")
    body = json.dumps({"images": [image] * 3}).encode()
    return measure_load(f"{service.url}/user/facial/recognize", body, CLIENTS, SECONDS)


def status_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def test_every_request_is_answered_or_sent_away_and_pages_are_served_meanwhile(service: RunningService) -> None:
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(overload, service)
        pages = []
        while not load.done():
            pages += [status_of(service.url + path) for path in ("/login", "/web/translations/en.js", "/health/ready")]
    figures = load.result()
    assert set(figures.statuses) == {200, 503}
    assert figures.broken == 0
    assert set(pages) == {200}
    assert "Traceback" not in service.output()


def test_afterwards_it_is_as_before(service: RunningService) -> None:
    overload(service)
    body = json.dumps({"image": data_url(encode_jpeg(astronaut()), "image/jpeg")}).encode()
    assert measure_load(f"{service.url}/user/facial/recognize", body, 1, 0.5).statuses.keys() == {200}
