"""The service as operators run it: real processes, real PostgreSQL, real FaceNet, real photographs."""

import base64
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from db.server.embedded_cluster import running_pid
from tests.browser.people import film_person, load_finder
from tests.db.embedded_server import started
from tests.fakes import data_url
from tests.photographs import astronaut, cat, president, president_files
from tests.running_service import RunningService
from tests.service.conftest import StartService
from tests.turned_heads import CAPTURINGS, capture_again

PASSWORD = "correct horse battery"
COMPARE_TOKEN = "the token for comparisons, 32 characters"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    service = RunningService(tmp_path_factory.mktemp("visage") / "home", VISAGE_COMPARE_TOKEN=COMPARE_TOKEN).start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def enrolled(service: RunningService) -> dict[str, Any]:
    """A user who has signed up."""
    status, body = store(service, "president", president_images())
    assert status == 201, body
    return body


def post(
    service: RunningService, path: str, body: Any, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(service.url + path, data, {"Content-Type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def store(service: RunningService, username: str, images: list[str]) -> tuple[int, dict[str, Any]]:
    body = {"username": username, "password": PASSWORD, "images": images, "consent": True}
    return post(service, "/user/facial/store", body)


def recognize(service: RunningService, *images: str) -> tuple[int, dict[str, Any]]:
    body = {"image": images[0]} if len(images) == 1 else {"images": images}
    return post(service, "/user/facial/recognize", body)


def photograph(name: str) -> str:
    return data_url(president_files()[name].read_bytes(), "image/jpeg")


@cache
def president_images(name: str = "obama.jpg") -> list[str]:
    """Returns captures made from one photograph: looking ahead and to either side."""
    ahead, left, right, *_ = film_person(load_finder(), president(name)).poses.values()
    poses = zip((ahead, left, right), CAPTURINGS[:3], strict=True)
    return [data_url(capture_again(pose, how), "image/jpeg") for pose, how in poses]


def jpeg(pixels: np.ndarray) -> str:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    assert done
    return data_url(data.tobytes(), "image/jpeg")


def side_by_side(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    height = 480
    return np.hstack([cv2.resize(one, (one.shape[1] * height // one.shape[0], height)) for one in (left, right)])


def test_the_start_says_that_a_photograph_gets_in(service: RunningService) -> None:
    service.wait_until(lambda: "Visage is ready" in service.output())
    service.wait_until(lambda: "a good photograph of an enrolled person can log in" in service.output())


def test_a_person_is_recognised_from_a_photograph_of_another_day(
    service: RunningService, enrolled: dict[str, Any]
) -> None:
    status, body = recognize(service, photograph("obama2.jpg"))
    assert (status, body["status"]) == (200, "matched")
    assert body["user"] == enrolled["user"]


@pytest.mark.usefixtures("enrolled")
def test_a_stranger_is_not_recognised(service: RunningService) -> None:
    assert recognize(service, photograph("biden.jpg"))[1]["status"] == "unknown"
    assert recognize(service, jpeg(astronaut()))[1]["status"] == "unknown"


def test_a_person_is_recognised_by_several_captures_of_another_day(
    service: RunningService, enrolled: dict[str, Any]
) -> None:
    status, body = recognize(service, *president_images("obama2.jpg"))
    assert (status, body["status"]) == (200, "matched")
    assert body["user"] == enrolled["user"]


@pytest.mark.usefixtures("enrolled")
def test_several_captures_of_a_stranger_are_not_recognised(service: RunningService) -> None:
    assert recognize(service, *president_images("biden.jpg"))[1]["status"] == "unknown"


@pytest.mark.usefixtures("enrolled")
def test_a_stranger_beside_the_person_is_seen(service: RunningService) -> None:
    status, body = recognize(service, photograph("obama2.jpg"), photograph("obama3.jpg"), photograph("biden.jpg"))
    assert (status, body["error"]["code"]) == (422, "different_people")
    assert body["error"]["details"]["images"] == [{"index": 2, "reasons": ["different_people"]}]


@pytest.mark.usefixtures("enrolled")
def test_the_same_face_cannot_sign_up_twice(service: RunningService) -> None:
    status, body = store(service, "impostor", president_images())
    assert (status, body["error"]["code"]) == (409, "face_already_enrolled")


def test_pictures_without_exactly_one_usable_face_have_their_own_errors(service: RunningService) -> None:
    blank = np.full((480, 640, 3), 127, np.uint8)
    two = side_by_side(astronaut()[:300, 100:400], cv2.flip(astronaut()[:300, 100:400], 1))
    for pixels, code in ((cat(), "no_face"), (blank, "no_face"), (two, "several_faces")):
        status, body = recognize(service, jpeg(np.ascontiguousarray(pixels)))
        assert (status, body["error"]["code"]) == (422, code)


def test_pictures_of_different_people_are_refused(service: RunningService) -> None:
    status, body = store(service, "mixed", [photograph(name) for name in ("obama.jpg", "obama2.jpg", "biden.jpg")])
    assert (status, body["error"]["code"]) == (422, "different_people")
    assert body["error"]["details"]["images"] == [{"index": 2, "reasons": ["different_people"]}]


def test_an_identity_provider_compares_photographs_of_different_days(service: RunningService) -> None:
    token = {"Authorization": f"Bearer {COMPARE_TOKEN}"}
    for other, matched in [("obama2.jpg", True), ("obama3.jpg", True), ("biden.jpg", False)]:
        body = {"imageA": photograph("obama.jpg"), "imageB": photograph(other)}
        status, found = post(service, "/v1/compare", body, token)
        assert (status, found["matched"]) == (200, matched), (other, found)


def test_a_body_of_100_megabytes_gets_its_response(service: RunningService) -> None:
    status, body = post(service, "/user/facial/recognize", bytes(100 << 20))
    assert (status, body["error"]["code"]) == (413, "request_too_large")


@pytest.mark.slow
def test_a_compressed_picture_of_900_megapixels_is_not_decoded(service: RunningService) -> None:
    done, data = cv2.imencode(".png", np.zeros((30_000, 30_000), np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done
    status, body = recognize(service, base64.b64encode(data).decode())
    assert (status, body["error"]["code"]) == (413, "image_too_large")


def test_nothing_secret_is_in_the_log(service: RunningService, enrolled: dict[str, Any]) -> None:
    log = service.output()
    assert enrolled["access_token"] not in log
    assert PASSWORD not in log
    assert "president" not in log
    assert "Traceback" not in log


@pytest.mark.slow
def test_ctrl_c_ends_everything_and_the_next_start_remembers(tmp_path: Path, start_service: StartService) -> None:
    service = start_service(tmp_path / "home")
    store(service, "president", president_images())
    assert service.stop() == 0
    assert running_pid(tmp_path / "home" / "postgres" / "data") is None
    service.start()
    assert recognize(service, photograph("obama2.jpg"))[1]["user"]["username"] == "president"
    service.stop()


@pytest.mark.slow
def test_a_database_given_by_its_address_takes_the_place_of_the_embedded_one(
    tmp_path: Path, start_service: StartService, empty_url: str
) -> None:
    service = start_service(tmp_path / "home", DATABASE_URL=empty_url)
    assert store(service, "president", president_images())[0] == 201
    assert not (tmp_path / "home" / "postgres").exists()
    assert service.stop() == 0


def test_a_second_service_on_the_same_data_folder_is_turned_away(
    service: RunningService, start_service: StartService, empty_url: str
) -> None:
    with pytest.raises(AssertionError, match="another Visage runs on"):
        start_service(service.home, DATABASE_URL=empty_url)
    assert service.is_ready()


@pytest.mark.slow
def test_a_killed_service_does_not_hinder_the_next_start(tmp_path: Path, start_service: StartService) -> None:
    service = start_service(tmp_path / "home")
    service.kill()
    service.start()
    assert service.is_ready()
    assert service.stop() == 0
    assert running_pid(tmp_path / "home" / "postgres" / "data") is None


def test_while_the_database_is_down_the_answer_is_503_and_nothing_is_half_there(
    tmp_path: Path, start_service: StartService
) -> None:
    with started(tmp_path / "database") as database:
        service = start_service(tmp_path / "home", DATABASE_URL=database.url)
        database.stop()
        sign_up = {"username": "president", "password": PASSWORD, "images": president_images(), "consent": True}
        for path, body in (
            ("/user/facial/store", sign_up),
            ("/user/facial/recognize", {"image": photograph("obama.jpg")}),
            ("/user/login", {"username": "president", "password": PASSWORD}),
            ("/health/ready", None),
        ):
            assert told_to_come_back(service, path, body) == "database_unavailable"
        assert [path for path in (tmp_path / "home" / "images").rglob("*") if path.is_file()] == []
        database.start()
        service.wait_until(service.is_ready)
        assert store(service, "president", president_images())[0] == 201
        assert service.stop() == 0


def told_to_come_back(service: RunningService, path: str, body: Any) -> str:
    """Returns the code of a 503 that says when to retry."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(service.url + path, data, {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 503
    assert int(refused.value.headers["Retry-After"]) > 0
    return str(json.load(refused.value)["error"]["code"])


@pytest.mark.slow
def test_an_embedded_database_that_was_killed_comes_back_by_itself(tmp_path: Path, start_service: StartService) -> None:
    data = tmp_path / "home" / "postgres" / "data"
    service = start_service(tmp_path / "home")
    killed = running_pid(data)
    assert killed is not None
    os.kill(killed, signal.SIGQUIT)  # an immediate shutdown, which looks like a crash
    service.wait_until(lambda: running_pid(data) not in {None, killed} and service.is_ready())
    assert service.stop() == 0
    assert running_pid(data) is None


def published_keys(service: RunningService) -> list[str]:
    with urllib.request.urlopen(f"{service.url}/.well-known/jwks.json", timeout=5) as response:
        return [key["kid"] for key in json.load(response)["keys"]]


def test_keys_change_without_a_restart(service: RunningService) -> None:
    def keys(*arguments: str) -> None:
        command = [Path(sys.executable).parent / "visage", "keys", *arguments]
        subprocess.run(command, env=service.environment, check=True, timeout=60)

    before = published_keys(service)
    keys("rotate")
    seen: list[set[str]] = []  # each process of the service reads the folder itself, so answers differ for a while
    service.wait_until(lambda: seen.append(set(published_keys(service)) - set(before)) or len(seen[-1]) == 2)
    for new in seen[-1]:  # one for each algorithm
        keys("retire", "--now", new)
    service.wait_until(lambda: published_keys(service) == before)
