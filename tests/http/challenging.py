"""An application that requires challenges, and a client that replies."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from db.core.engine import Database
from embeddings.embed.engine import FaceEngine
from service.app import create_app
from service.liveness.live_person import Judge
from service.services import build_services
from service.settings.model import Settings
from tests.clocks import Clock
from tests.fakes import FakeEngine
from tests.films import FakeJudge, film
from tests.http.conftest import Api

PLAYING = timedelta(seconds=3)
"""The time to perform the movements, slightly longer than the films."""


@dataclass
class Challenged(Api):
    """The calls of the API, with challenges."""

    clock: Clock[datetime]
    takes: int = 0

    def challenge(self, purpose: str | None = None) -> dict[str, Any]:
        """Asks for a challenge and waits for the time to perform it."""
        response = self.client.post("/user/facial/challenge", json={"purpose": purpose} if purpose else {})
        assert response.status_code == 201, response.text
        self.clock.now += PLAYING
        found: dict[str, Any] = response.json
        return found

    def film(self, challenge: dict[str, Any], person: int = 1) -> list[dict[str, Any]]:
        """Returns a new film of a person who follows the prompts."""
        self.takes += len(frames := film(challenge["prompts"], person, self.takes))
        return frames

    def reply(self, person: int = 1, purpose: str = "login") -> dict[str, Any]:
        """Returns the reply of a person who follows the prompts."""
        challenge = self.challenge(purpose)
        return {"nonce": challenge["nonce"], "frames": self.film(challenge, person)}

    def enter(self, person: int = 1, **fields: Any) -> TestResponse:
        """Logs in with a correct reply, or with the given one."""
        reply = {} if "nonce" in fields else self.reply(person)
        return self.client.post("/user/facial/recognize", json={**reply, **fields})

    def enrol(self, person: int = 1, username: str = "ada", **fields: Any) -> TestResponse:
        """Signs up with a correct reply, or with the given one."""
        reply = {} if "nonce" in fields else self.reply(person, "signup")
        return self.store(person, username, **{**reply, **fields})


def challenging(
    settings: Settings, database: Database, engine: FaceEngine | None = None, judge: Judge | None = None
) -> Challenged:
    """Returns a client of an application that requires challenges."""
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
    services = build_services(
        settings.model_copy(update={"liveness": "challenge"}),
        database,
        engine or FakeEngine(),
        judge=judge or FakeJudge(),
        clock=clock,
    )
    return Challenged(create_app(services.settings, services).test_client(), clock)
