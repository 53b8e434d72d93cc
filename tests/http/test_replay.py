"""Frames that have answered one challenge answer no other."""

from typing import Any

import pytest

from db.engine import Database
from embeddings.liveness import Flaw
from service.settings import Settings
from tests.fakes import FakeEngine
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
    """Everybody is asked for the same, so that nothing but its age is wrong with an earlier film."""
    monkeypatch.setattr("service.challenges.SEQUENCES", [("turn_left", "blink", "move_closer")])
    return challenging(settings, database, engine, judge)


def replayed(door: Challenged, reply: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An earlier reply's frames, as the reply to a new challenge."""
    return {"nonce": door.challenge()["nonce"], "frames": reply["frames"], **changes}


def test_a_film_that_let_somebody_in_does_so_once(door: Challenged) -> None:
    door.enrol()
    reply = door.reply()
    assert door.enter(**reply).json["status"] == "matched"
    again = door.enter(**replayed(door, reply))
    assert (again.status_code, code_of(again)) == (422, "liveness_failed")
    assert again.json["error"]["details"]["reasons"] == ["not_live"]


def test_a_film_of_a_sign_up_is_no_login(door: Challenged) -> None:
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
