"""Where faces are challenged: who does what they are asked gets in, once, and nobody learns why a picture does not."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
import pytest
from sqlalchemy import func, select

from db.engine import Database
from db.models import AuditEvent, Challenge, SeenFrame, User
from embeddings.liveness import Flaw, Prompt
from service.admission import Admission
from service.challenges import LIFETIME, SEQUENCES
from service.frames import KEPT, MAX_FRAMES, MIN_FRAMES
from service.http.context import EXTENSION
from service.settings import Settings
from tests.fakes import FakeEngine, data_url, picture, pictures
from tests.films import FRAMES, FakeJudge, film
from tests.http.challenging import PLAYING, Challenged, challenging
from tests.http.conftest import Api, code_of

Frames = list[dict[str, Any]]


@pytest.fixture
def judge() -> FakeJudge:
    return FakeJudge()


@pytest.fixture
def door(
    settings: Settings, database: Database, engine: FakeEngine, judge: FakeJudge, quick_hashes: None
) -> Challenged:
    return challenging(settings, database, engine, judge)


def refused(response: Any) -> str:
    """The one reason for which somebody is not let in."""
    assert (response.status_code, code_of(response)) == (422, "liveness_failed"), response.text
    details = response.json["error"]["details"]
    assert set(details) == {"reasons", "retryable"}
    (reason,) = details["reasons"]
    return str(reason)


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


def test_who_does_what_is_asked_logs_in_at_the_higher_level(door: Challenged) -> None:
    door.enrol()
    body = door.enter().json
    assert (body["status"], body["user"]["username"]) == ("matched", "ada")
    me = door.me(body["access_token"]).json
    assert (me["amr"], me["acr"]) == (["face"], "urn:visage:face:challenge")


def test_the_level_outlasts_a_refresh(door: Challenged) -> None:
    door.enrol()
    door.enter()
    assert door.me(door.refresh().json["access_token"]).json["acr"] == "urn:visage:face:challenge"


def test_a_sign_up_is_a_password_login_here_too(door: Challenged) -> None:
    token = door.enrol().json["access_token"]
    assert door.me(token).json["acr"] == "urn:visage:pwd"
    assert door.re_enrol(token, **door.reply(purpose="signup")).status_code == 201


def test_with_a_username_it_is_a_comparison_with_that_person(door: Challenged) -> None:
    door.enrol(person=1, username="ada")
    assert door.enter(person=1, username="ada").json["status"] == "matched"
    assert door.enter(person=2, username="ada").json["status"] == "unknown"


def test_a_stranger_who_does_what_is_asked_is_unknown(door: Challenged) -> None:
    door.enrol(person=1)
    assert door.enter(person=2).json["status"] == "unknown"


def test_a_face_alone_does_not_get_in(door: Challenged) -> None:
    token = door.enrol().json["access_token"]
    for response in (
        door.recognize(),
        door.recognize(images=pictures(count=2)),
        door.store(username="eve"),
        door.re_enrol(token),
    ):
        assert (response.status_code, code_of(response)) == (403, "liveness_required")


def test_where_nobody_is_challenged_there_are_no_challenges(api: Api) -> None:
    frames = film(SEQUENCES[0])
    for response in (
        api.client.post("/user/facial/challenge", json={}),
        api.client.post("/user/facial/recognize", json={"nonce": "any", "frames": frames}),
        api.store(nonce="any", frames=frames),
    ):
        assert (response.status_code, code_of(response)) == (409, "liveness_off")


def test_options_say_whether_faces_are_challenged(api: Api, door: Challenged) -> None:
    assert api.client.get("/user/facial/options").json == {"liveness": "off", "signup": "open"}
    assert door.client.get("/user/facial/options").json["liveness"] == "challenge"


def test_what_is_not_done_is_told(door: Challenged) -> None:
    challenge = door.challenge()
    still = film(["blink", "look_up", "move_closer"])
    assert refused(door.enter(nonce=challenge["nonce"], frames=still)) == "prompt_not_performed"


@pytest.mark.parametrize("flaw", [Flaw.FLAT, Flaw.IMPLAUSIBLE_MOTION, Flaw.TEXTURE, Flaw.FROZEN])
def test_which_check_stops_a_picture_is_not_told(door: Challenged, judge: FakeJudge, flaw: Flaw) -> None:
    judge.flaws = [flaw]
    assert refused(door.enter()) == "not_live"


def test_of_several_reasons_the_one_that_helps_is_told(door: Challenged, judge: FakeJudge) -> None:
    judge.flaws = [Flaw.FLAT, Flaw.PROMPT_NOT_PERFORMED]
    assert refused(door.enter()) == "prompt_not_performed"


def test_frames_without_a_face_count_as_not_done(door: Challenged) -> None:
    reply = door.reply()
    for frame in reply["frames"][::4]:
        frame["image"] = data_url(picture(faces=0))
    assert refused(door.enter(**reply)) == "prompt_not_performed"


def test_a_frame_or_two_may_miss_the_face(door: Challenged) -> None:
    door.enrol()
    reply = door.reply()
    for place in (1, FRAMES + 1):
        reply["frames"][place]["image"] = data_url(picture(faces=0, take=200 + place))
    assert door.enter(**reply).json["status"] == "matched"


def test_somebody_else_who_does_the_turning_is_noticed(door: Challenged) -> None:
    challenge = door.challenge()
    own, others = door.film(challenge, person=1), door.film(challenge, person=2)
    turning = next(place for place, prompt in enumerate(challenge["prompts"]) if prompt.startswith("turn_"))
    mixed = [theirs if theirs["prompt"] == turning else mine for mine, theirs in zip(own, others, strict=True)]
    assert refused(door.enter(nonce=challenge["nonce"], frames=mixed)) == "different_people"


def test_that_there_are_two_people_is_told_where_nothing_else_is_wrong(door: Challenged, judge: FakeJudge) -> None:
    judge.flaws = [Flaw.IMPLAUSIBLE_MOTION]
    challenge = door.challenge()
    own, others = door.film(challenge, person=1), door.film(challenge, person=2)
    mixed = [*own[: 2 * FRAMES], *others[2 * FRAMES :]]
    assert refused(door.enter(nonce=challenge["nonce"], frames=mixed)) == "not_live"


def test_nobody_enrols_from_somebody_elses_photographs(door: Challenged, database: Database) -> None:
    assert refused(door.enrol(person=1, images=pictures(person=2))) == "different_people"
    with database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(User)) == 0


def test_a_face_that_cannot_be_made_out_is_told_with_the_frame(door: Challenged) -> None:
    reply = door.reply()
    for place, frame in enumerate(reply["frames"]):
        frame["image"] = data_url(picture(take=place, brightness=5, yaw=_yaw_of(frame)))
    response = door.enter(**reply)
    assert (response.status_code, code_of(response)) == (422, "face_too_dark")
    details = response.json["error"]["details"]
    assert set(details) == {"frame_index", "reasons", "retryable"}
    assert details["reasons"] == ["face_too_dark"]


def _yaw_of(frame: dict[str, Any]) -> int:
    raw = base64.b64decode(frame["image"].partition(",")[2])
    pixels = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR_RGB)
    return int(pixels[0, 1, 2]) - 128


@pytest.mark.parametrize("outcome", ["let in", "refused", "no image"])
def test_a_challenge_is_good_for_one_try_whatever_comes_of_it(door: Challenged, judge: FakeJudge, outcome: str) -> None:
    door.enrol()
    reply = door.reply()
    judge.flaws = [Flaw.FLAT] if outcome == "refused" else []
    first = {**reply, "frames": [{**frame, "image": "="} for frame in reply["frames"]]}
    response = door.enter(**(first if outcome == "no image" else reply))
    assert response.status_code == {"let in": 200, "refused": 422, "no image": 400}[outcome]
    judge.flaws = []
    again = door.enter(**reply)
    assert (again.status_code, code_of(again)) == (410, "challenge_expired")


@pytest.mark.usefixtures("quick_hashes")
def test_of_two_tries_at_once_one_gets_in(settings: Settings, scratch_database: Database) -> None:
    door = challenging(settings, scratch_database)
    door.enrol()
    reply = door.reply()
    with ThreadPoolExecutor(2) as pool:
        app = door.client.application
        statuses = pool.map(lambda _: Challenged(app.test_client(), door.clock).enter(**reply).status_code, range(2))
        assert sorted(statuses) == [200, 410]


def test_who_is_sent_away_because_too_much_goes_on_may_try_again(door: Challenged) -> None:
    door.enrol()
    login, sign_up = door.reply(), door.reply(person=2, purpose="signup")
    app = door.client.application
    services = app.extensions[EXTENSION]
    admission = Admission(slots=1, queue=0)
    app.extensions[EXTENSION] = replace(services, admission=admission)
    with admission.turn():
        assert code_of(door.enter(**login)) == "busy"
        assert code_of(door.enrol(person=2, username="bob", **sign_up)) == "busy"
    assert door.enter(**login).json["status"] == "matched"
    assert door.enrol(person=2, username="bob", **sign_up).status_code == 201


def test_a_challenge_lasts_for_a_while(door: Challenged) -> None:
    reply = door.reply()
    door.clock.pass_by(LIFETIME - PLAYING)
    assert code_of(door.enter(**reply)) == "challenge_expired"


@pytest.mark.parametrize(("asked", "used"), [("login", "store"), ("signup", "recognize")])
def test_a_challenge_is_good_for_its_purpose_alone(door: Challenged, asked: str, used: str) -> None:
    reply = door.reply(purpose=asked)
    response = door.enter(**reply) if used == "recognize" else door.enrol(**reply)
    assert code_of(response) == "challenge_expired"


def test_a_nonce_that_nobody_handed_out_is_worth_nothing(door: Challenged) -> None:
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
    response = door.enter(**reply)
    assert refused(response) in {"not_live", "prompt_not_performed"}


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
def test_a_purpose_that_there_is_not_is_refused(door: Challenged, purpose: Any) -> None:
    response = door.client.post("/user/facial/challenge", json={"purpose": purpose})
    assert code_of(response) == "invalid_request"


def test_logs_tell_the_outcome_alone(door: Challenged, judge: FakeJudge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="service.liveness")
    judge.flaws = [Flaw.FLAT]
    door.enter()
    assert [record.getMessage() for record in caplog.records if record.name == "service.liveness"] == [
        "challenge: not_live"
    ]


def test_a_refusal_is_recorded_without_whose_it_is(door: Challenged, judge: FakeJudge, database: Database) -> None:
    judge.flaws = [Flaw.FLAT]
    door.enter()
    with database.unit_of_work() as work:
        event = work.session.scalars(select(AuditEvent)).one()
    assert (event.event, event.outcome, event.user_id) == ("liveness_refused", "not_live", None)
    assert event.details == {"purpose": "login"}


def test_upkeep_forgets_challenges_and_frames(door: Challenged, database: Database) -> None:
    door.enrol()
    door.clock.pass_by(KEPT + timedelta(seconds=1))
    liveness = door.client.application.extensions[EXTENSION].liveness
    with database.unit_of_work() as work:
        liveness.forget_old(work)
        for table in (Challenge, SeenFrame):
            assert work.session.scalar(select(func.count()).select_from(table)) == 0


def test_what_was_asked_for_just_now_is_not_forgotten(door: Challenged, database: Database) -> None:
    reply = door.reply()
    with database.unit_of_work() as work:
        door.client.application.extensions[EXTENSION].liveness.forget_old(work)
    assert door.enter(**reply).status_code == 200
