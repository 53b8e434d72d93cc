"""`visage import` with real photographs and networks, beside a running service with its embedded database."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.browser.people import film_person, load_finder
from tests.fakes import data_url
from tests.photographs import astronaut, cat, president
from tests.running_service import RunningService
from tests.service.conftest import StartService
from tests.turned_heads import CAPTURINGS, capture_again, encode_jpeg

NAMES = {"obama": "obama.jpg", "biden": "biden.jpg"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three captures of each person's head, ahead and to either side, and a cat."""
    folder, finder = tmp_path_factory.mktemp("people"), load_finder()
    for name, photograph in NAMES.items():
        (folder / name).mkdir()
        for pose, picture in film_person(finder, president(photograph)).poses.items():
            (folder / name / f"{pose}.jpg").write_bytes(encode_jpeg(picture))
    (folder / "obama" / "cat.jpg").write_bytes(encode_jpeg(cat()))
    return folder


def visage(service: RunningService, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "visage", *arguments]
    return subprocess.run(command, env=service.environment, capture_output=True, text=True, timeout=120, check=False)


def recognize(service: RunningService, picture: Any) -> str | None:
    """Returns the username that the service recognises in a picture."""
    body = {"image": data_url(capture_again(picture, CAPTURINGS[3]), "image/jpeg")}
    request = urllib.request.Request(
        f"{service.url}/user/facial/recognize", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
    return answer["user"]["username"] if answer["status"] == "matched" else None


@pytest.mark.slow
def test_people_imported_beside_a_service_log_in_at_once_and_on_another_one_too(
    start_service: StartService, tmp_path: Path, people: Path
) -> None:
    service = start_service(tmp_path / "home")
    done = visage(service, "import", people, "--consent", "--report", tmp_path / "refused.csv")
    assert done.returncode == 0, done.stderr
    assert "Enrolled: 2, with 10 images" in done.stdout
    assert "cat.jpg,no_face," in (tmp_path / "refused.csv").read_text()
    faces = {"obama": president("obama2.jpg"), "biden": president("biden.jpg"), None: astronaut()}
    assert [recognize(service, picture) for picture in faces.values()] == list(faces)
    assert visage(service, "export", tmp_path / "people.jsonl").returncode == 0
    service.stop()
    another = start_service(tmp_path / "another")
    assert visage(another, "import", tmp_path / "people.jsonl", "--consent").returncode == 0
    assert [recognize(another, picture) for picture in faces.values()] == list(faces)
