"""Frames that have answered one challenge cannot answer another."""

import base64
from typing import Any

import cv2
import numpy as np
import pytest
from sqlalchemy import func, select

from db.core.engine import Database
from db.core.models import SeenFrame
from embeddings.liveness import Flaw
from service.http.context import EXTENSION
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.films import FRAMES, FakeJudge
from tests.http.challenging import Challenged, challenging
from tests.http.conftest import code_of


@pytest.fixture
def judge() -> FakeJudge:
    return FakeJudge()


@pytest.fixture
def door(
    settings: Settings,
    database: Database,
    engine: FakeEngine,
    judge: FakeJudge,
    monkeypatch: pytest.MonkeyPatch,
) -> Challenged:
    """All clients get the same prompts, so that an earlier film is wrong only because of its age."""
    monkeypatch.setattr("service.liveness.challenges.SEQUENCES", [("turn_left", "blink", "move_closer")])
    return challenging(settings, database, engine, judge)


def replayed(door: Challenged, reply: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Returns an earlier reply's frames as the reply to a new challenge."""
    return {"nonce": door.challenge()["nonce"], "frames": reply["frames"], **changes}


def test_a_film_that_let_somebody_in_does_so_once(door: Challenged) -> None:
    door.enrol()
    reply = door.reply()
    assert door.enter(**reply).json["status"] == "matched"
    again = door.enter(**replayed(door, reply))
    assert (again.status_code, code_of(again)) == (422, "liveness_failed")
    assert again.json["error"]["details"]["reasons"] == ["not_live"]


def test_frames_without_a_face_are_not_remembered(door: Challenged) -> None:
    door.enrol()
    nothing = data_url(picture(faces=0))
    for _ in range(2):
        reply = door.reply()
        reply["frames"][7]["image"] = reply["frames"][8]["image"] = nothing
        assert door.enter(**reply).json["status"] == "matched"
    with door.client.application.extensions[EXTENSION].database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(SeenFrame)) == 3 * 3 * FRAMES - 4


def lighter(frame: dict[str, Any]) -> dict[str, Any]:
    """Makes the frame six grey levels lighter, except for the line that the fake engine reads."""
    data = base64.b64decode(frame["image"].partition(",")[2])
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    pixels[1:] = np.minimum(pixels[1:], 249) + np.uint8(6)
    return {**frame, "image": data_url(cv2.imencode(".png", pixels)[1].tobytes())}


def test_a_film_that_is_made_lighter_is_known_again(door: Challenged) -> None:
    door.enrol()
    reply = door.reply()
    assert door.enter(**reply).json["status"] == "matched"
    again = replayed(door, reply, frames=[lighter(frame) for frame in reply["frames"]])
    assert code_of(door.enter(**again)) == "liveness_failed"


def test_a_film_of_a_sign_up_is_refused_at_a_login(door: Challenged) -> None:
    reply = door.reply(purpose="signup")
    assert door.enrol(**reply).status_code == 201
    assert code_of(door.enter(**replayed(door, reply))) == "liveness_failed"


def test_a_film_that_was_refused_stays_known(door: Challenged, judge: FakeJudge) -> None:
    door.enrol()
    reply = door.reply()
    judge.flaws = [Flaw.FLAT]
    assert code_of(door.enter(**reply)) == "liveness_failed"
    judge.flaws = []
    assert code_of(door.enter(**replayed(door, reply))) == "liveness_failed"


def test_a_few_old_frames_do_not_make_an_old_film(door: Challenged) -> None:
    door.enrol()
    earlier = door.reply()
    door.enter(**earlier)
    reply = door.reply()
    for place in (0, 1):
        reply["frames"][place]["image"] = earlier["frames"][place]["image"]
    assert door.enter(**reply).json["status"] == "matched"


def test_a_film_of_old_and_new_frames_is_old(door: Challenged) -> None:
    door.enrol()
    earlier = door.reply()
    door.enter(**earlier)
    reply = door.reply()
    for place in range(0, len(reply["frames"]), 3):
        reply["frames"][place]["image"] = earlier["frames"][place]["image"]
    assert code_of(door.enter(**reply)) == "liveness_failed"


def test_reordered_frames_are_known_again(door: Challenged) -> None:
    door.enrol()
    reply = door.reply()
    door.enter(**reply)
    first, second, third = (reply["frames"][start : start + FRAMES] for start in (0, FRAMES, 2 * FRAMES))
    swapped = [
        {**new, "image": old["image"]} for new, old in zip(reply["frames"], [*first, *third, *second], strict=True)
    ]
    assert code_of(door.enter(**replayed(door, reply, frames=swapped))) == "liveness_failed"
