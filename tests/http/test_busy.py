"""At capacity, some requests wait, others are refused at once, and cheap calls still work."""

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse, create_environ, run_wsgi_app
from werkzeug.wrappers import Request

from db.core.engine import Database
from service.app import create_app
from service.http.context import EXTENSION
from service.services import Services, build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.http.conftest import Api, code_of

QUEUE = 2


class HeldEngine(FakeEngine):
    """Finds no face until it is released.

    Attributes:
        held: one entry for each call.
    """

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.held: list[bool] = []

    def find_faces(self, image, **options):
        self.held.append(True)
        assert self.let_go.wait(30)
        return super().find_faces(image, **options)


@pytest.fixture
def engine() -> Iterator[HeldEngine]:
    engine = HeldEngine()
    yield engine
    engine.let_go.set()


@pytest.fixture
def app(tmp_path: Path, scratch_database: Database, engine: HeldEngine) -> Flask:
    settings = Settings(home=tmp_path, queue=QUEUE, workers=1)
    return create_app(settings, build_services(settings, scratch_database, engine))


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions[EXTENSION]
    return found


class Crowd:
    """Clients that send requests at the same time."""

    def __init__(self, app: Flask, services: Services, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
        self._app = app
        self._engine = engine
        self._services = services
        self._pool = pool

    def ask(self, call: Callable[[Api], TestResponse]) -> "Future[TestResponse]":
        return self._pool.submit(lambda: call(Api(self._app.test_client())))

    def fill_up(self) -> list["Future[TestResponse]"]:
        """Sends logins that occupy every slot and every place in the queue."""
        slots = self._services.settings.capacity.slots
        logins = [self.ask(Api.recognize) for _ in range(slots + QUEUE)]
        while self._services.admission.waiting < QUEUE or len(self._engine.held) < slots:
            assert not any(login.done() for login in logins)
        return logins


@pytest.fixture
def crowd(app: Flask, services: Services, engine: HeldEngine) -> Iterator[Crowd]:
    with ThreadPoolExecutor(32) as pool:
        yield Crowd(app, services, engine, pool)
        engine.let_go.set()


def test_a_request_beyond_the_queue_is_answered_503(api: Api, crowd: Crowd, engine: HeldEngine) -> None:
    logins = crowd.fill_up()
    for refused in (api.recognize(), api.store(username="eve"), api.login("eve")):
        assert (refused.status_code, code_of(refused)) == (503, "busy")
        assert refused.json["error"]["details"] == {"retryable": True}
        assert refused.headers["Retry-After"] in {"1", "2", "3"}
    engine.let_go.set()
    assert [login.result().status_code for login in logins] == [200] * len(logins)
    assert api.recognize().status_code == 200


def test_cheap_calls_are_answered_meanwhile(api: Api, crowd: Crowd) -> None:
    crowd.fill_up()
    for path in ("/health/live", "/health/ready", "/login", "/web/translations/en.js", "/.well-known/jwks.json"):
        assert api.client.get(path).status_code == 200


def test_guidance_is_refused_while_logins_wait(api: Api, crowd: Crowd) -> None:
    crowd.fill_up()
    refused = api.client.post("/user/facial/inspect", json={"image": data_url(picture())})
    assert (refused.status_code, code_of(refused)) == (503, "busy")
    assert refused.headers["Retry-After"] in {"1", "2", "3"}


def test_an_invalid_request_does_not_wait_for_a_slot(api: Api, crowd: Crowd) -> None:
    crowd.fill_up()
    assert code_of(api.recognize(nonsense=1)) == "invalid_request"


def test_a_body_that_is_still_arriving_takes_no_slot(
    app: Flask, api: Api, crowd: Crowd, services: Services, engine: HeldEngine
) -> None:
    read_end, asked = threading.Event(), threading.Event()

    class Stalled(io.RawIOBase):
        def readinto(self, _buffer: object) -> int:
            asked.set()
            assert read_end.wait(30)
            return 0

    def begin(_api: Api) -> TestResponse:
        environ = create_environ("/user/facial/recognize", method="POST", content_type="application/json")
        environ |= {"wsgi.input": Stalled(), "CONTENT_LENGTH": "10"}
        return TestResponse(*run_wsgi_app(app, environ), request=Request(environ))

    slow = [crowd.ask(begin) for _ in range(services.settings.capacity.slots)]
    assert asked.wait(30)
    engine.let_go.set()
    assert api.recognize().status_code == 200
    read_end.set()
    assert {code_of(one.result()) for one in slow} == {"bad_request"}


def test_no_connection_is_held_while_a_face_is_computed_or_a_turn_is_waited_for(
    crowd: Crowd, services: Services, engine: HeldEngine
) -> None:
    services.gallery.snapshot()
    logins = crowd.fill_up()
    assert services.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    engine.let_go.set()
    for login in logins:
        login.result()
