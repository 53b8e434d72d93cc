"""A working service whose processes are killed, and the conditions that must hold afterwards."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.server.embedded import EmbeddedPostgres
from db.server.embedded_cluster import running_pid
from tests.running_service import RunningService

PASSWORD = "correct horse battery"
ANSWER_SECONDS = 60
"""A client that waits longer has been left without an answer."""

CLIENTS = 3

SPREAD_SECONDS = 0.3
"""Approximate duration of a sign-up under load, so that a kill can hit any part of it."""

ABSENT, NO_FACE, SOME_FACE = "no account", "no face", "some face"
"""The possible states of an account, beside a face that was enrolled at a known time."""

OK = 200
ENROLLED = 201
ERASED = 204


@dataclass
class Crowd:
    """Clients that sign up one account after the other, all with the same pictures, and then use the account.

    Attributes:
        possible: by username, the possible states of the account: one after an answer, several if the answer was an
            error or never arrived.
        statuses: how often each status was answered to each call; 0 for a broken connection.
    """

    service: RunningService
    images: Sequence[str]
    seed: int
    possible: dict[str, set[str]] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[BaseException] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Works during the block, and then waits for the last answers."""
        threads = [threading.Thread(target=self._work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
        assert self.failures == []

    def wait_for_sign_ups(self, more: int) -> None:
        """Waits until this many more users have signed up."""
        signed_up = ("POST /user/facial/store", ENROLLED)
        before = self.statuses[signed_up]
        self.service.wait_until(lambda: self.statuses[signed_up] >= before + more or bool(self.failures))

    def _work(self, client: int) -> None:
        chance, number = chances(f"{self.seed} {client}"), 0
        try:
            while not self._over.is_set():
                number += 1
                self._live(f"client-{client}-{number}", chance)
        except BaseException as failure:
            self.failures.append(failure)

    def _live(self, username: str, chance: random.Random) -> None:
        """Signs up, and sometimes makes later calls, as long as each is answered."""
        images = {"images": self.images, "consent": True}
        self.possible[username] = {ABSENT, SOME_FACE}
        status, body = self._ask("POST", "/user/facial/store", {"username": username, "password": PASSWORD, **images})
        if status != ENROLLED:
            return
        self.possible[username] = {body["facial_data"]["enrolled_at"]}
        token, deed = body["access_token"], chance.choice(["re-enrol", "recognize", "erase", "erase account", "rest"])
        if deed == "re-enrol":
            self.possible[username].add(SOME_FACE)
            status, body = self._ask("POST", "/user/facial/store", images, token)
            if status == ENROLLED:
                self.possible[username] = {body["facial_data"]["enrolled_at"]}
        elif deed == "recognize":
            status, body = self._ask("POST", "/user/facial/recognize", {"username": username, "image": self.images[0]})
            assert status != OK or body["user"]["username"] == username, body
        elif deed in {"erase", "erase account"}:
            path, after = ("/user/facial", NO_FACE) if deed == "erase" else ("/user/me", ABSENT)
            self.possible[username].add(after)
            status, _ = self._ask("DELETE", path, None, token)
            if status == ERASED:
                self.possible[username] = {after}

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None, token: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        status, answer = ask(self.service, method, path, body, token)
        self.statuses[f"{method} {path}", status] += 1
        assert status in {0, OK, ENROLLED, ERASED, 503}, answer
        return status, answer


def chances(seed: int | str) -> random.Random:
    """Returns random numbers that are the same in every run."""
    return random.Random(seed)  # noqa: S311


def ask(
    service: RunningService, method: str, path: str, body: Mapping[str, Any] | None = None, token: str | None = None
) -> tuple[int, dict[str, Any]]:
    """Returns status and JSON of the answer; status 0 for a broken connection. Raises TimeoutError."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection = HTTPConnection(urlsplit(service.url).netloc, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, path, json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"{}")
    except (ConnectionError, HTTPException):
        return 0, {}
    finally:
        connection.close()


def workers_of(service: RunningService) -> list[int]:
    """Returns the process ids of gunicorn's workers that have started."""
    return [child.pid for child in psutil.Process(service.pid).children() if "serve" in _command_line(child)]


def _command_line(process: psutil.Process) -> list[str]:
    """Returns the command line of a process, which may have just ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def kill_a_worker(service: RunningService, chance: random.Random) -> None:
    """Sends SIGKILL to one worker, and waits until another has replaced it."""
    before = workers_of(service)
    victim = chance.choice(before)
    os.kill(victim, signal.SIGKILL)
    service.wait_until(lambda: victim not in workers_of(service) and len(workers_of(service)) == len(before))


def kill_the_database(service: RunningService, sign: signal.Signals) -> None:
    """Sends SIGQUIT (an immediate shutdown) or SIGKILL, and waits until the service is ready with the next server."""
    data = service.home / "postgres" / "data"
    killed = running_pid(data)
    assert killed is not None
    os.kill(killed, sign)
    service.wait_until(lambda: running_pid(data) not in {None, killed} and service.is_ready())


def kill_both(service: RunningService, chance: random.Random) -> None:
    """Kills the database, and a worker whose successor finds no database."""
    data = service.home / "postgres" / "data"
    killed, victim = running_pid(data), chance.choice(workers_of(service))
    assert killed is not None
    os.kill(killed, signal.SIGQUIT)
    os.kill(victim, signal.SIGKILL)
    service.wait_until(lambda: running_pid(data) not in {None, killed} and service.is_ready())
    service.wait_until(lambda: victim not in workers_of(service) and len(workers_of(service)) > 1)


Blow = Callable[[RunningService, random.Random], None]

BLOWS: Mapping[str, Blow] = {
    "a worker": kill_a_worker,
    "the database, SIGQUIT": lambda service, _: kill_the_database(service, signal.SIGQUIT),
    "the database, SIGKILL": lambda service, _: kill_the_database(service, signal.SIGKILL),
    "both": kill_both,
}


def strike(crowd: Crowd, times: int, chance: random.Random) -> None:
    """Does each kind of kill this many times, in a random order and at random moments."""
    blows = [blow for blow in BLOWS.values() for _ in range(times)]
    chance.shuffle(blows)
    for blow in blows:
        crowd.wait_for_sign_ups(chance.randint(1, 3))
        moment = time.monotonic() + chance.uniform(0, SPREAD_SECONDS)
        crowd.service.wait_until(lambda moment=moment: time.monotonic() >= moment)
        blow(crowd.service, chance)
    crowd.wait_for_sign_ups(2)


@dataclass(frozen=True)
class Kept:
    """The database's and the disk's data of one account: named files, templates, and the time of the face."""

    files: frozenset[str]
    templates: int
    enrolled_at: str | None

    def states(self) -> set[str]:
        """Returns the possible states, in the terms of :class:`Crowd`."""
        return {NO_FACE} if self.enrolled_at is None else {SOME_FACE, self.enrolled_at}

    def is_whole(self) -> bool:
        """Whether a face is enrolled completely, or nothing of one exists."""
        return (self.templates, bool(self.files)) == ((0, False) if self.enrolled_at is None else (1, True))


def kept(home: Path) -> dict[str, Kept]:
    """Returns the data by username that the embedded database of a data folder has."""
    with EmbeddedPostgres(home).reached() as url:
        database = create_database(url)
        try:
            return kept_in(database)
        finally:
            database.dispose()


def kept_in(database: Database) -> dict[str, Kept]:
    """Returns the database's data by username; files as ``<user id>/<enrolment>/<name>``."""
    statement = text(
        "SELECT u.username, u.id::text AS id, u.facial_data AS document, count(t.user_id) AS templates "
        "FROM users u LEFT JOIN face_templates t ON t.user_id = u.id GROUP BY u.id"
    )
    with database.unit_of_work() as work:
        rows = work.session.execute(statement).all()
    return {row.username: _kept(row.id, row.document, row.templates) for row in rows}


def _kept(user_id: str, document: Mapping[str, Any] | None, templates: int) -> Kept:
    if document is None:
        return Kept(frozenset(), templates, None)
    files = (f"{user_id}/{document['enrolment']}/{capture['image']}" for capture in document["captures"])
    return Kept(frozenset(files), templates, document["enrolled_at"])


def image_files(home: Path) -> frozenset[str]:
    """Returns every file in the image folder, and every empty folder except the two that always exist."""
    images = home / "images"
    found = {path for path in images.rglob("*") if path.is_file() or not any(path.iterdir())}
    return frozenset(str(path.relative_to(images)) for path in found) - {".staging", ".undecided"}
