"""With challenges, a user who follows the prompts gets in once, and no answer says why a picture does not."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.core.engine import Database
from db.core.models import AuditEvent, Challenge, SeenFrame, User
from embeddings.liveness import Flaw
from service.http.context import EXTENSION
from service.liveness.challenges import SEQUENCES
from service.liveness.frames import KEPT
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture, pictures
from tests.films import FRAMES, FakeJudge, film
from tests.http.challenging import Challenged, challenging
from tests.http.conftest import Api, code_of

Frames = list[dict[str, Any]]


@pytest.fixture
def judge() -> FakeJudge:
    return FakeJudge()


@pytest.fixture
def door(settings: Settings, database: Database, engine: FakeEngine, judge: FakeJudge) -> Challenged:
    return challenging(settings, database, engine, judge)


def refused(response: Any) -> str:
    """Returns the single reason of a refusal."""
    assert (response.status_code, code_of(response)) == (422, "liveness_failed"), response.text
    details = response.json["error"]["details"]
    assert set(details) == {"reasons", "retryable"}
    (reason,) = details["reasons"]
    return str(reason)


def test_a_user_who_performs_the_movements_logs_in_at_the_higher_level(door: Challenged) -> None:
    door.enrol()
    body = door.enter().json
    assert (body["status"], body["user"]["username"]) == ("matched", "ada")
    me = door.me(body["access_token"]).json
    assert (me["amr"], me["acr"]) == (["face"], "urn:visage:face:challenge")


def test_replies_are_counted_by_what_they_came_to(door: Challenged, judge: FakeJudge) -> None:
    door.enrol()
    door.enter()
    judge.flaws = [Flaw.FLAT]
    door.enter()
    metrics = door.client.get("/metrics").text
    for purpose, outcome in (("signup", "passed"), ("login", "passed"), ("login", "not_live")):
        assert f'visage_challenges_total{{outcome="{outcome}",purpose="{purpose}"}} 1.0' in metrics


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


def test_without_challenges_the_calls_for_them_are_refused(api: Api) -> None:
    frames = film(SEQUENCES[0])
    for response in (
        api.client.post("/user/facial/challenge", json={}),
        api.client.post("/user/facial/recognize", json={"nonce": "any", "frames": frames}),
        api.store(nonce="any", frames=frames),
    ):
        assert (response.status_code, code_of(response)) == (409, "liveness_off")


def test_options_say_whether_faces_are_challenged(api: Api, door: Challenged) -> None:
    assert api.client.get("/user/facial/options").json == {
        "liveness": "off",
        "signup": "open",
        "passkey_domain": "localhost",
    }
    assert door.client.get("/user/facial/options").json["liveness"] == "challenge"


def test_a_movement_that_was_not_performed_is_reported(door: Challenged) -> None:
    challenge = door.challenge()
    still = film(["blink", "look_up", "move_closer"])
    assert refused(door.enter(nonce=challenge["nonce"], frames=still)) == "prompt_not_performed"


@pytest.mark.parametrize("flaw", [Flaw.FLAT, Flaw.IMPLAUSIBLE_MOTION, Flaw.FROZEN])
def test_the_check_that_failed_is_not_disclosed(door: Challenged, judge: FakeJudge, flaw: Flaw) -> None:
    judge.flaws = [flaw]
    assert refused(door.enter()) == "not_live"


def test_of_several_flaws_the_helpful_one_is_reported(door: Challenged, judge: FakeJudge) -> None:
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


def test_two_people_are_not_reported_beside_another_flaw(door: Challenged, judge: FakeJudge) -> None:
    judge.flaws = [Flaw.IMPLAUSIBLE_MOTION]
    challenge = door.challenge()
    own, others = door.film(challenge, person=1), door.film(challenge, person=2)
    mixed = [*own[: 2 * FRAMES], *others[2 * FRAMES :]]
    assert refused(door.enter(nonce=challenge["nonce"], frames=mixed)) == "not_live"


def test_photographs_of_somebody_else_are_refused_at_a_sign_up(door: Challenged, database: Database) -> None:
    assert refused(door.enrol(person=1, images=pictures(person=2))) == "different_people"
    with database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(User)) == 0


def test_each_photograph_must_be_of_who_was_there(door: Challenged, database: Database) -> None:
    """Two good photographs do not compensate for a third that is half another person's, as a morph is."""
    blend = data_url(picture(1, take=2, noise=200))
    assert refused(door.enrol(images=[*pictures(1, count=2), blend])) == "different_people"
    assert door.enrol(images=pictures(1)).status_code == 201
    with database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(User)) == 1


def test_a_face_that_is_too_dark_has_its_usual_reason(door: Challenged) -> None:
    challenge = door.challenge()
    response = door.enter(nonce=challenge["nonce"], frames=film(challenge["prompts"], brightness=5))
    assert (response.status_code, code_of(response)) == (422, "face_too_dark")
    details = response.json["error"]["details"]
    assert set(details) == {"frame_index", "reasons", "retryable"}
    assert details["reasons"] == ["face_too_dark"]


def test_logs_contain_only_the_outcome(door: Challenged, judge: FakeJudge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="service.liveness.verification")
    judge.flaws = [Flaw.FLAT]
    door.enter()
    assert [record.getMessage() for record in caplog.records if record.name == "service.liveness.verification"] == [
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
    door.clock.now += KEPT + timedelta(seconds=1)
    liveness = door.client.application.extensions[EXTENSION].liveness
    with database.unit_of_work() as work:
        liveness.forget_old(work)
        for table in (Challenge, SeenFrame):
            assert work.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_recent_challenge_is_not_deleted(door: Challenged, database: Database) -> None:
    reply = door.reply()
    with database.unit_of_work() as work:
        door.client.application.extensions[EXTENSION].liveness.forget_old(work)
    assert door.enter(**reply).status_code == 200
