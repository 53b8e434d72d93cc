"""People who turn their heads, and turned photographs, with the real networks and the real judge.

``benchmarks.pad`` draws them from photographs and measures how often the judge is wrong; here they are sent over HTTP.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from benchmarks.pad.footage import BONA_FIDE, Session
from benchmarks.pad.people import Person, packaged_people
from benchmarks.pad.staging import Call, stage
from db.core.engine import Database
from embeddings.core.models import SFACE
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.liveness import judge
from embeddings.weights.prepare import prepare_network
from service.settings.model import Settings
from tests.fakes import data_url
from tests.http.challenging import Challenged, challenging
from tests.http.conftest import code_of
from tests.running_service import MODELS
from tests.turned_heads import CAPTURINGS, capture_again, turn_head

pytestmark = pytest.mark.slow

YAWS = (0.0, 20.0, -20.0)


@pytest.fixture(scope="module")
def real_engine() -> LiteRTEngine:
    return LiteRTEngine({SFACE: prepare_network(SFACE, MODELS)}, interpreters=1)


@pytest.fixture(scope="module")
def people(real_engine: LiteRTEngine) -> Sequence[Person]:
    """One portrait each, so that a person signs up with pictures of the same day as the turns."""
    return [Person(one.name, one.portraits[:1]) for one in packaged_people(real_engine.find_faces)]


@pytest.fixture
def door(settings: Settings, database: Database, real_engine: LiteRTEngine) -> Challenged:
    return challenging(settings.model_copy(update={"max_request_mb": 32}), database, real_engine, judge)


def captures(person: Person) -> list[str]:
    """Returns the pictures that the person signs up with."""
    (portrait,) = person.portraits
    return [
        data_url(capture_again(turn_head(portrait.level, portrait.mesh, yaw), how), "image/jpeg")
        for yaw, how in zip(YAWS, CAPTURINGS, strict=False)
    ]


def reply(door: Challenged, session: Session, purpose: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Returns a session as the reply to a challenge that asks for its movements."""
    monkeypatch.setattr("service.liveness.challenges.SEQUENCES", [tuple(session.prompts)])
    nonce = door.challenge(purpose)["nonce"]
    door.clock.now += timedelta(milliseconds=session.at[-1])
    frames = [
        {"image": data_url(jpeg, "image/jpeg"), "at": float(at), "prompt": prompt}
        for jpeg, at, prompt in zip(session.frames, session.at, session.prompt, strict=True)
    ]
    return {"nonce": nonce, "frames": frames}


def log_in(door: Challenged, session: Session, monkeypatch: pytest.MonkeyPatch) -> TestResponse:
    return door.enter(**reply(door, session, "login", monkeypatch))


def test_a_turning_head_signs_up_and_logs_in_and_a_photograph_does_not(
    door: Challenged, people: Sequence[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, other, ada = people
    signing_up = reply(door, stage(Call(BONA_FIDE, 0, ada)), "signup", monkeypatch)
    stored = door.enrol(images=captures(ada), **signing_up)
    assert stored.status_code == 201, stored.text

    matched = log_in(door, stage(Call(BONA_FIDE, 1, ada)), monkeypatch).json
    assert matched["user"]["username"] == "ada"
    assert door.me(matched["access_token"]).json["acr"] == "urn:visage:face:challenge"
    assert log_in(door, stage(Call(BONA_FIDE, 0, other)), monkeypatch).json["status"] == "unknown"

    for species in ("printed photo, still", "printed photo, tilted"):
        refused = log_in(door, stage(Call(species, 2, ada)), monkeypatch)
        assert (refused.status_code, code_of(refused)) == (422, "liveness_failed")


def test_photographs_of_somebody_else_are_refused_at_a_sign_up(
    door: Challenged, people: Sequence[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    other, _, ada = people
    signing_up = reply(door, stage(Call(BONA_FIDE, 0, ada)), "signup", monkeypatch)
    response = door.enrol(images=captures(other), **signing_up)
    assert response.json["error"]["details"].get("reasons") == ["different_people"], response.text
