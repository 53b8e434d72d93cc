"""Guidance over HTTP: it describes a frame and stores nothing."""

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.app import create_app
from service.http.schemas import FRAME_BODY
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.http.conftest import Api, code_of
from tests.query_log import query_log


def inspect(api: Api, shown: bytes | None = None, **fields: object) -> TestResponse:
    return api.client.post("/user/facial/inspect", json={"image": data_url(shown or picture()), **fields})


def test_it_describes_what_the_camera_sees(api: Api) -> None:
    response = inspect(api, picture(yaw=3))
    assert response.status_code == 200
    assert response.json == {
        "faces": 1,
        "box": {"left": 0.0, "top": 0.0, "right": 0.5, "bottom": 0.5},
        "pose": {"yaw": 3.0, "pitch": 0.0, "roll": 0.0},
        "quality": {
            "face_width": 160.0,
            "sharpness": 150.0,
            "brightness": 128.0,
            "contrast": 50.0,
            "inside": 1.0,
            "visibility": 35.0,
            "eye_light": 0.9,
        },
        "hints": [],
        "ready": True,
    }


def test_without_a_face_there_is_nothing_to_measure(api: Api) -> None:
    body = inspect(api, picture(faces=0)).json
    assert (body["faces"], body["box"], body["pose"], body["quality"]) == (0, None, None, None)
    assert (body["hints"], body["ready"]) == (["camera_covered"], False)


def test_two_faces_are_counted(api: Api) -> None:
    body = inspect(api, picture(faces=2)).json
    assert (body["faces"], body["hints"], body["ready"]) == (2, ["several_faces"], False)


@pytest.mark.parametrize(("pose", "hints"), [(None, []), ("front", ["look_ahead"]), ("left", []), ("up", ["look_up"])])
def test_the_pose_that_is_wanted_decides_what_to_do(api: Api, pose: str | None, hints: list[str]) -> None:
    assert inspect(api, picture(yaw=12), **({"pose": pose} if pose else {})).json["hints"] == hints


def test_turns_are_measured_from_the_pose_that_an_earlier_answer_gave(api: Api) -> None:
    front = inspect(api, picture(yaw=6), pose="front").json["pose"]
    assert inspect(api, picture(yaw=12), pose="left", front=front).json["hints"] == ["turn_left"]
    assert inspect(api, picture(yaw=14), pose="left", front=front).json["ready"]


@pytest.mark.parametrize(
    "fields",
    [
        {"pose": "sideways"},
        {"pose": 1},
        {"front": {"yaw": 1}},
        {"front": {"yaw": 900, "pitch": 0}},
        {"front": {"yaw": "1", "pitch": 0}},
        {"username": "ada"},
        {"image": ["x"]},
    ],
)
def test_a_wrong_field_is_refused(api: Api, fields: dict[str, object]) -> None:
    response = inspect(api, **fields)
    assert (response.status_code, code_of(response)) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("image", "status", "code"),
    [("!", 400, "image_not_base64"), ("", 400, "image_empty"), ("aGVsbG8=", 415, "image_not_supported")],
)
def test_an_invalid_image_is_the_same_error_as_elsewhere(api: Api, image: str, status: int, code: str) -> None:
    response = inspect(api, image=image)
    assert (response.status_code, code_of(response)) == (status, code)
    assert response.json["error"]["details"]["image_index"] == 0


def test_a_frame_is_small(api: Api) -> None:
    response = inspect(api, image="A" * FRAME_BODY)
    assert (response.status_code, code_of(response)) == (413, "request_too_large")


def test_nothing_is_stored_and_the_database_is_used_only_for_the_rate_limit_and_not_each_time(
    api: Api, database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with query_log(database) as log:
        inspect(api)
    assert list(log) == log.reading("rate_limits")
    before = everything_in(settings.home)
    with query_log(database) as log, caplog.at_level("DEBUG"):
        inspect(api)
    assert list(log) == []
    assert everything_in(settings.home) == before
    assert all("facial/inspect" in line and "{" not in line for line in caplog.messages)


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_answers_are_not_cached(api: Api) -> None:
    assert inspect(api).headers["Cache-Control"] == "no-store"


def test_the_stages_are_timed_only_if_the_settings_say_so(
    api: Api, settings: Settings, database: Database, engine: FakeEngine
) -> None:
    timing_on = settings.model_copy(update={"server_timing": True})
    timed = Api(create_app(timing_on, build_services(timing_on, database, engine)).test_client())
    assert "Server-Timing" not in inspect(api).headers
    timing = inspect(timed).headers["Server-Timing"]
    assert [stage.split(";")[0] for stage in timing.split(", ")] == ["decode", "detect", "judge"]


def test_the_slow_detector_is_not_asked(api: Api, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(engine, "find_faces", lambda image, *, thorough=True, twice=True: asked.append(thorough) or [])
    inspect(api)
    assert asked == [False]
