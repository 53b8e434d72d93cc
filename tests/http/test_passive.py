"""With the passive check, pictures that look like an attack are refused, and a challenge is the way around."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import AuditEvent, Challenge
from embeddings.liveness.types import Sight
from service.app import create_app
from service.domain.rates import Limit, Scope
from service.services import build_services
from service.settings.model import Settings
from tests.clocks import Clock
from tests.fakes import FakeEngine, data_url, picture, pictures
from tests.films import FakeJudge
from tests.http.challenging import Challenged
from tests.http.conftest import code_of

LIVE, ATTACK = 0.02, 0.999


@dataclass
class FakeCheck:
    """Judges frames as the test says, and remembers what it has seen.

    Attributes:
        judge: the score of a frame.
        seen: the frames.
    """

    judge: Callable[[Sight], float] = lambda _sight: LIVE
    seen: list[Sight] = field(default_factory=list)

    def score_frame(self, sight: Sight) -> float:
        self.seen.append(sight)
        return self.judge(sight)

    def warm_up(self) -> None:
        pass


@pytest.fixture
def check() -> FakeCheck:
    return FakeCheck()


@pytest.fixture
def door(settings: Settings, database: Database, engine: FakeEngine, check: FakeCheck) -> Challenged:
    """A service with the passive check, whose clients may reply to challenges too."""
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
    services = build_services(
        settings.model_copy(update={"liveness": "passive"}),
        database,
        engine,
        judge=FakeJudge(),
        clock=clock,
        passive_check=check,
    )
    return Challenged(create_app(services.settings, services).test_client(), clock)


def frame(take: int = 78) -> str:
    """A small frame of the same scene as the pictures."""
    image = cv2.imdecode(np.frombuffer(picture(1, take=take), np.uint8), cv2.IMREAD_COLOR)
    small = image[::2, ::2].copy()
    small[0, 0] = take
    return data_url(cv2.imencode(".png", small)[1].tobytes())


def test_pages_learn_of_the_check(door: Challenged) -> None:
    assert door.client.get("/user/facial/options").json["liveness"] == "passive"


def test_a_live_user_signs_up_and_logs_in_at_a_level_of_its_own(door: Challenged) -> None:
    assert door.store().status_code == 201
    body = door.recognize().json
    assert (body["status"], body["user"]["username"]) == ("matched", "ada")
    me = door.me(body["access_token"]).json
    assert (me["amr"], me["acr"]) == (["face"], "urn:visage:face:passive")
    assert door.me(door.refresh().json["access_token"]).json["acr"] == "urn:visage:face:passive"


def test_every_picture_of_a_sign_up_is_judged(door: Challenged, check: FakeCheck) -> None:
    door.store(images=pictures(1, count=4))
    assert len(check.seen) == 4


def test_an_attack_is_refused_without_a_word_on_who_it_shows(door: Challenged, check: FakeCheck) -> None:
    door.store()
    check.judge = lambda _sight: ATTACK
    for response in (door.recognize(1), door.recognize(2), door.recognize(1, username="ada"), door.store(2, "eve")):
        assert (response.status_code, code_of(response)) == (422, "liveness_uncertain")
        assert response.json["error"]["details"] == {"retryable": True}


def test_nothing_is_kept_of_a_sign_up_that_was_refused(door: Challenged, check: FakeCheck) -> None:
    check.judge = lambda _sight: ATTACK
    door.store()
    check.judge = lambda _sight: LIVE
    assert door.login().status_code == 401
    assert door.store().status_code == 201


def test_frames_from_just_before_are_judged_together_with_the_image(door: Challenged, check: FakeCheck) -> None:
    door.store()
    check.seen.clear()
    check.judge = lambda sight: ATTACK if len(check.seen) == 1 else LIVE
    assert door.recognize(recent_frames=[frame(78), frame(79)]).json["status"] == "matched"
    heights = [len(sight.image) for sight in check.seen]
    assert heights == [heights[2] // 2, heights[2] // 2, heights[2]]
    small, large = check.seen[0].face.box, check.seen[2].face.box
    assert np.allclose([2 * small.left, 2 * small.bottom], [large.left, large.bottom], rtol=0.02)


def test_a_still_picture_that_a_program_sends_again_is_refused(door: Challenged) -> None:
    door.store()
    assert code_of(door.recognize(recent_frames=[frame(), frame()])) == "liveness_uncertain"


def test_frames_are_read_only_where_the_check_is_on(api: Challenged) -> None:
    api.store()
    assert api.recognize(recent_frames=["no image"]).json["status"] == "matched"


def test_an_invalid_frame_is_an_error(door: Challenged) -> None:
    door.store()
    response = door.recognize(recent_frames=[data_url(b"no image")])
    assert code_of(response) == "image_not_supported"


def test_too_many_frames_are_an_error(door: Challenged) -> None:
    response = door.recognize(recent_frames=[frame()] * 3)
    assert (code_of(response), list(response.json["error"]["details"]["fields"])) == (
        "invalid_request",
        ["recent_frames"],
    )


def test_a_challenge_gets_a_user_in_whom_the_check_doubts(door: Challenged, check: FakeCheck) -> None:
    door.store()
    check.judge = lambda _sight: ATTACK
    check.seen.clear()
    body = door.enter().json
    assert body["status"] == "matched"
    assert door.me(body["access_token"]).json["acr"] == "urn:visage:face:challenge"
    assert door.enrol(person=2, username="eve").status_code == 201
    assert check.seen == []


def test_no_challenge_is_spent_by_a_passive_login(door: Challenged, database: Database) -> None:
    door.store()
    door.recognize()
    with database.unit_of_work() as work:
        assert work.session.scalars(select(Challenge)).all() == []


def test_refusals_are_recorded_and_counted(door: Challenged, check: FakeCheck, database: Database) -> None:
    door.store()
    check.judge = lambda _sight: ATTACK
    door.recognize()
    with database.unit_of_work() as work:
        (event,) = work.session.scalars(select(AuditEvent).where(AuditEvent.event == "liveness_refused"))
        assert (event.outcome, event.user_id, event.details) == ("uncertain", None, {"purpose": "login"})
    metrics = door.client.get("/metrics").text
    for purpose, outcome in (("signup", "passed"), ("login", "uncertain")):
        assert f'visage_passive_checks_total{{outcome="{outcome}",purpose="{purpose}"}} 1.0' in metrics


def test_a_refusal_counts_as_a_full_attempt(
    settings: Settings, database: Database, engine: FakeEngine, check: FakeCheck
) -> None:
    limit = {Scope.ADDRESS: Limit.parse("3/hour")}
    limited = settings.model_copy(update={"liveness": "passive", "limits": "on", "limit_recognize": limit})
    services = build_services(limited, database, engine, passive_check=check)
    door = Challenged(create_app(limited, services).test_client(), Clock(datetime(2026, 1, 1, tzinfo=UTC)))
    check.judge = lambda _sight: ATTACK
    codes = [code_of(door.recognize()) for _ in range(4)]
    assert codes == [*["liveness_uncertain"] * 3, "too_many_requests"]
