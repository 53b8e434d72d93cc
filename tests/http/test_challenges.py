"""A challenge is valid for one try, one purpose and a limited time, and its frames only at plausible times."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import Challenge
from embeddings.liveness import Flaw, Prompt
from service.app import create_app
from service.http.context import EXTENSION
from service.limiting.admission import Admission
from service.liveness.challenges import DRAW_HOLDS, LIFETIME, SEQUENCES
from service.liveness.frames import MAX_FRAMES, MIN_FRAMES
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.films import FakeJudge, film
from tests.http.challenging import PLAYING, Challenged, challenging
from tests.http.conftest import code_of

Frames = list[dict[str, Any]]


@pytest.fixture
def judge() -> FakeJudge:
    return FakeJudge()


@pytest.fixture
def door(settings: Settings, database: Database, engine: FakeEngine, judge: FakeJudge) -> Challenged:
    return challenging(settings, database, engine, judge)


def test_a_challenge_names_what_to_do_and_what_to_send(door: Challenged) -> None:
    challenge = door.challenge()
    assert set(challenge) == {"nonce", "prompts", "expires_in", "frames"}
    assert tuple(challenge["prompts"]) in SEQUENCES
    assert challenge["expires_in"] == LIFETIME.total_seconds()
    assert challenge["frames"] == {"min": MIN_FRAMES, "max": MAX_FRAMES, "per_second": 10}


def test_there_are_54_sequences_of_three_different_prompts_with_a_turn_to_a_side() -> None:
    turns = {Prompt.TURN_LEFT, Prompt.TURN_RIGHT}
    assert len(set(SEQUENCES)) == 54
    assert all(len(set(one)) == 3 and turns & set(one) for one in SEQUENCES)


def asked(door: Challenged, address: str = "192.0.2.1", purpose: str = "login") -> tuple[str, ...]:
    """Returns the prompts of a challenge for a client address."""
    response = door.client.post(
        "/user/facial/challenge", json={"purpose": purpose}, environ_base={"REMOTE_ADDR": address}
    )
    return tuple(response.json["prompts"])


def test_asking_again_does_not_change_what_is_asked_for(door: Challenged, judge: FakeJudge) -> None:
    door.enrol()
    first = asked(door, "127.0.0.1")
    assert {asked(door, "127.0.0.1") for _ in range(20)} == {first}
    judge.flaws = [Flaw.FLAT]
    for _ in range(3):
        assert code_of(door.enter()) == "liveness_failed"
        assert asked(door, "127.0.0.1") == first


def test_an_address_gets_another_sequence_after_a_while(door: Challenged) -> None:
    seen = set()
    for _ in range(30):
        seen.add(asked(door))
        door.clock.now += DRAW_HOLDS
    assert len(seen) > 10  # of 54, drawn with a random key


def test_addresses_and_purposes_are_asked_for_different_things(door: Challenged) -> None:
    assert len({asked(door, f"192.0.2.{number}") for number in range(1, 31)}) > 10
    assert len({asked(door, f"2001:db8::{number}") for number in range(1, 31)}) == 1
    unlike = [asked(door, f"192.0.2.{n}") != asked(door, f"192.0.2.{n}", "signup") for n in range(1, 11)]
    assert sum(unlike) > 5


@pytest.mark.parametrize("outcome", ["let in", "refused", "no image"])
def test_a_challenge_can_be_used_once_whatever_the_result(door: Challenged, judge: FakeJudge, outcome: str) -> None:
    door.enrol()
    reply = door.reply()
    judge.flaws = [Flaw.FLAT] if outcome == "refused" else []
    first = {**reply, "frames": [{**frame, "image": "="} for frame in reply["frames"]]}
    response = door.enter(**(first if outcome == "no image" else reply))
    assert response.status_code == {"let in": 200, "refused": 422, "no image": 400}[outcome]
    judge.flaws = []
    again = door.enter(**reply)
    assert (again.status_code, code_of(again)) == (410, "challenge_expired")


def test_only_one_of_two_concurrent_tries_gets_in(settings: Settings, scratch_database: Database) -> None:
    door = challenging(settings, scratch_database)
    door.enrol()
    reply = door.reply()
    with ThreadPoolExecutor(2) as pool:
        app = door.client.application
        statuses = pool.map(lambda _: Challenged(app.test_client(), door.clock).enter(**reply).status_code, range(2))
        assert sorted(statuses) == [200, 410]


def test_a_reply_that_was_refused_because_the_service_is_busy_can_be_sent_again(door: Challenged) -> None:
    door.enrol()
    login, sign_up = door.reply(), door.reply(person=2, purpose="signup")
    services = door.client.application.extensions[EXTENSION]
    admission = Admission(slots=1, queue=0)
    vars(services)["admission"] = admission
    door.client = create_app(services.settings, services).test_client()
    with admission.slot():
        assert code_of(door.enter(**login)) == "busy"
        assert code_of(door.enrol(person=2, username="bob", **sign_up)) == "busy"
    assert door.enter(**login).json["status"] == "matched"
    assert door.enrol(person=2, username="bob", **sign_up).status_code == 201


def test_a_challenge_lasts_for_a_while(door: Challenged) -> None:
    reply = door.reply()
    door.clock.now += LIFETIME - PLAYING
    assert code_of(door.enter(**reply)) == "challenge_expired"


@pytest.mark.parametrize(("asked", "used"), [("login", "store"), ("signup", "recognize")])
def test_a_challenge_can_be_used_only_for_its_purpose(door: Challenged, asked: str, used: str) -> None:
    reply = door.reply(purpose=asked)
    response = door.enter(**reply) if used == "recognize" else door.enrol(**reply)
    assert code_of(response) == "challenge_expired"


def test_an_invented_nonce_is_refused(door: Challenged) -> None:
    assert code_of(door.enter(**{**door.reply(), "nonce": "A" * 32})) == "challenge_expired"


def test_the_nonce_is_not_kept(door: Challenged, database: Database) -> None:
    nonce = door.challenge()["nonce"]
    with database.unit_of_work() as work:
        kept = work.session.scalars(select(Challenge.nonce_hash)).one()
    assert nonce.encode() not in kept
    assert len(kept) == 32


def backwards(frames: Frames) -> None:
    frames[3]["at"], frames[4]["at"] = frames[4]["at"], frames[3]["at"]


def at_once(frames: Frames) -> None:
    for place, frame in enumerate(frames):
        frame["at"] = place * 5.0


def with_a_long_gap(frames: Frames) -> None:
    frames[-1]["at"] += 20_000


def from_the_future(frames: Frames) -> None:
    for frame in frames:
        frame["at"] *= 3


def in_another_order(frames: Frames) -> None:
    for frame in frames:
        frame["prompt"] = 2 - frame["prompt"]


def without_the_last_prompt(frames: Frames) -> None:
    for frame in frames:
        frame["prompt"] = min(frame["prompt"], 1)


@pytest.mark.parametrize(
    "change", [backwards, at_once, with_a_long_gap, from_the_future, in_another_order, without_the_last_prompt]
)
def test_frames_that_cannot_be_from_when_they_say_are_refused(
    door: Challenged, change: Callable[[Frames], None]
) -> None:
    reply = door.reply()
    change(reply["frames"])
    assert code_of(door.enter(**reply)) == "liveness_failed"


@pytest.mark.parametrize(
    "change",
    [
        {"frames": film(SEQUENCES[0])[: MIN_FRAMES - 1]},
        {"frames": [*film(SEQUENCES[0])] * 3},
        {"frames": None},
        {"nonce": None},
        {"nonce": "A" * 65},
        {"image": data_url(picture())},
        {"frames": [{**frame, "at": -1.0} for frame in film(SEQUENCES[0])]},
        {"frames": [{**frame, "prompt": 3} for frame in film(SEQUENCES[0])]},
        {"frames": [{**frame, "image": "A" * 300_000} if frame["at"] == 0 else frame for frame in film(SEQUENCES[0])]},
    ],
    ids=["too few", "too many", "no frames", "no nonce", "long nonce", "image", "negative", "prompt", "large"],
)
def test_a_reply_of_another_shape_is_refused_and_spends_nothing(door: Challenged, change: dict[str, Any]) -> None:
    door.enrol()
    reply = door.reply()
    response = door.enter(**{**reply, **change})
    assert (response.status_code, code_of(response)) == (400, "invalid_request")
    assert door.enter(**reply).json["status"] == "matched"


def test_a_frame_of_too_many_pixels_is_refused_by_number(door: Challenged) -> None:
    reply = door.reply()
    large = cv2.imencode(".png", np.zeros((500, 640, 3), np.uint8))[1].tobytes()
    reply["frames"][5]["image"] = data_url(large)
    response = door.enter(**reply)
    assert (response.status_code, code_of(response)) == (413, "image_too_large")
    assert response.json["error"]["details"]["image_index"] == 5


@pytest.mark.parametrize("purpose", ["logout", 1, None])
def test_an_unknown_purpose_is_refused(door: Challenged, purpose: Any) -> None:
    response = door.client.post("/user/facial/challenge", json={"purpose": purpose})
    assert code_of(response) == "invalid_request"
