"""Answers and the work behind them disclose neither who has an account nor how close a guess came."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from werkzeug.test import TestResponse

from db.core.engine import Database
from db.queries import users
from service.accounts.passwords import NO_PASSWORD
from tests.fakes import FakeEngine, data_url, picture
from tests.http.conftest import Api, code_of
from tests.query_log import query_log

NEAR, FAR = picture(1, take=60, noise=180), picture(9, take=61)
"""A slightly too poor picture of an enrolled user, and a stranger's: cosines of 0.47 and 0 to the template."""

CHANGING = {"X-Request-ID", "RateLimit"}
"""Headers that differ in every answer, or that count."""


@pytest.fixture
def api(api: Api) -> Api:
    """A browser without logins so far; Ada is enrolled."""
    Api(api.client.application.test_client()).store(person=1, username="ada")
    return api


def told(response: TestResponse) -> tuple[int, bytes, dict[str, str]]:
    """Returns an answer without the headers that differ in every answer."""
    body = re.sub(rb'"request_id":"[0-9a-f]+"', b"", response.data)
    headers = {name: value for name, value in response.headers.items() if name not in CHANGING}
    return response.status_code, body, headers


@pytest.mark.parametrize("username", ["ada", "nobody", None])
@pytest.mark.parametrize("number", [1, 3])
def test_the_answer_does_not_depend_on_the_similarity_of_a_wrong_face(
    api: Api, username: str | None, number: int
) -> None:
    fields = {"username": username} if username else {}
    near, far = (api.recognize(images=[data_url(image)] * number, **fields) for image in (NEAR, FAR))
    assert near.json["status"] == "unknown"
    assert told(near) == told(far)


def test_guidance_is_the_same_for_everybody_whether_enrolled_or_not(api: Api) -> None:
    answers = [api.client.post("/user/facial/inspect", json={"image": data_url(picture(person))}) for person in (1, 9)]
    assert len({answer.data for answer in answers}) == 1


def test_a_face_that_is_enrolled_already_is_refused_without_a_name_or_a_score(api: Api) -> None:
    response = api.store(person=1, username="eve")
    assert code_of(response) == "face_already_enrolled"
    assert response.json["error"]["details"] == {"retryable": False}


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(api: Api, database: Database) -> None:
    with database.unit_of_work() as work:
        users.add_user(work.session, username="imported", display_name="Imported", password_hash=NO_PASSWORD)
    answers = [told(api.login(name, "wrong password")) for name in ("ada", "nobody", "imported")]
    assert answers[0] == answers[1] == answers[2]


def work_of(call: Callable[[], TestResponse], database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns the work for an answer: hashes and faces computed, and statements."""
    done: list[str] = []

    def counted(kind: type, name: str) -> Callable[..., Any]:
        method = getattr(kind, name)

        def call_and_count(*args: Any, **kwargs: Any) -> Any:
            done.append(name)
            return method(*args, **kwargs)

        return call_and_count

    with monkeypatch.context() as patch, query_log(database) as log:
        for kind, name in [(PasswordHasher, "verify"), (PasswordHasher, "hash"), (FakeEngine, "embed_as")]:
            patch.setattr(kind, name, counted(kind, name))
        call()
    return done + [re.sub(r"_\d+$", "", statement) for statement in log]


@pytest.mark.parametrize(
    ("password", "hashes"),
    [("wrong password", 1), ("wrong pa\u0308ssword", 2), (None, 0)],
    ids=["", "decomposed", "face"],
)
def test_a_guess_takes_the_same_work_whether_the_name_exists(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch, password: str | None, hashes: int
) -> None:
    def guess(username: str) -> TestResponse:
        if password is not None:
            return api.login(username, password)
        return api.recognize(image=data_url(FAR), username=username)

    with database.unit_of_work() as work:
        users.add_user(work.session, username="imported", display_name="Imported", password_hash=NO_PASSWORD)
    existing, missing = (work_of(lambda name=name: guess(name), database, monkeypatch) for name in ("ada", "nobody"))
    assert existing == missing
    assert (existing.count("verify"), existing.count("embed_as") > 0) == (hashes, password is None)
    if password is not None:
        assert work_of(lambda: guess("imported"), database, monkeypatch).count("verify") == hashes
