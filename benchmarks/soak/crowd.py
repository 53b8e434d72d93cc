"""Clients that make all kinds of calls at once, and record the answers."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks.soak.ledger import Ledger

PASSWORD = "a soak test's password"  # noqa: S105  (of accounts that a soak test makes)
ANSWER_SECONDS = 60
IDLE_SECONDS = 10
"""After this pause a client opens a new connection. The service closes one that was idle for 30 seconds, and a call
on it would break."""

OK, STORED, ERASED, BUSY = 200, 201, 204, 503
BROKEN = 0
"""Replaces the status if the connection broke."""

MIX: Mapping[str, float] = {
    "verify": 0.3,
    "recognize": 0.2,
    "inspect": 0.26,
    "login": 0.08,
    "store": 0.08,
    "erase": 0.08,
}
"""The share of each kind of call. Sign-ups and erasures are equally frequent, except for refused ones."""


@dataclass(frozen=True)
class Pictures:
    """The pictures to send, as base64: for sign-ups, for logins and for guidance."""

    captures: Sequence[str]
    login: str
    frame: str


@dataclass
class Crowd:
    """Clients in threads, each with a persistent connection.

    Attributes:
        prefix: the beginning of all usernames.
        answers: the number of answers by call, status and error code.
        times: milliseconds from when a call was due to its answer, by call and status.
        wrong: answers that contradict the ledger.
    """

    url: str
    pictures: Pictures
    prefix: str
    ledger: Ledger = field(default_factory=Ledger)
    answers: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    times: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0

    def at_work(self, clients: int, seconds: float, rate: float | None = None) -> float:
        """Makes calls for a while; returns how many calls a second were answered without refusal.

        Args:
            clients: the maximal number of simultaneous calls.
            seconds: the time during which calls are started.
            rate: calls a second, evenly spaced, whatever happens to the earlier ones. None: each client calls again as
                soon as it is answered.
        """
        before = self._accepted()
        schedule = _Schedule(time.monotonic(), seconds, rate)
        threads = [threading.Thread(target=self._work, args=(schedule, number)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (self._accepted() - before) / (time.monotonic() - schedule.start)

    def _accepted(self) -> int:
        with self._lock:
            return sum(count for (_, status, _), count in self.answers.items() if status in {OK, STORED, ERASED})

    def _work(self, schedule: "_Schedule", number: int) -> None:
        client = _Client(self.url)
        chance = np.random.default_rng(number)
        calls: Mapping[str, Callable[[_Client, np.random.Generator, float], None]] = {
            "verify": self._verify,
            "recognize": self._recognize,
            "inspect": self._inspect,
            "login": self._log_in,
            "store": self._store,
            "erase": self._erase,
        }
        while (due := schedule.next()) is not None:
            name = str(chance.choice(list(MIX), p=list(MIX.values())))
            calls[name](client, chance, due)
        client.close()

    def _verify(self, client: "_Client", chance: np.random.Generator, due: float) -> None:
        name = self.ledger.any(chance)
        body = {"image": self.pictures.login, "username": name or "nobody"}
        status, answer = self._call("verify", client, due, "POST", "/user/facial/recognize", body)
        if status == OK and answer["status"] == "matched" and answer["user"]["username"] != name:
            self.wrong.append(f"{name} was taken for {answer['user']['username']}")

    def _recognize(self, client: "_Client", _chance: np.random.Generator, due: float) -> None:
        self._call("recognize", client, due, "POST", "/user/facial/recognize", {"image": self.pictures.login})

    def _inspect(self, client: "_Client", _chance: np.random.Generator, due: float) -> None:
        self._call("inspect", client, due, "POST", "/user/facial/inspect", {"image": self.pictures.frame})

    def _log_in(self, client: "_Client", chance: np.random.Generator, due: float) -> None:
        name = self.ledger.any(chance)
        if name is not None:
            self._password(client, name, due)

    def _store(self, client: "_Client", _chance: np.random.Generator, due: float) -> None:
        with self._lock:
            self._number += 1
            name = f"{self.prefix}-{self._number}"
        body = {"username": name, "password": PASSWORD, "images": self.pictures.captures, "consent": True}
        status, _ = self._call("store", client, due, "POST", "/user/facial/store", body)
        if status == STORED:
            self.ledger.add(name)
        elif status == BROKEN:
            self.ledger.uncertain.add(name)

    def _erase(self, client: "_Client", chance: np.random.Generator, due: float) -> None:
        name = self.ledger.take(chance)
        if name is None:
            return
        token = self._password(client, name, due, alone=True)
        if token is None:
            self.ledger.give_back(name)
            return
        status, _ = self._call("erase", client, time.monotonic(), "DELETE", "/user/me", None, token)
        if status == ERASED:
            self.ledger.erased.add(name)
        elif status == BROKEN:
            self.ledger.uncertain.add(name)
        else:
            self.ledger.give_back(name)

    def _password(self, client: "_Client", name: str, due: float, *, alone: bool = False) -> str | None:
        """Logs in and returns the token; ``alone`` says that no other client can be erasing this account."""
        body = {"username": name, "password": PASSWORD}
        status, answer = self._call("login", client, due, "POST", "/user/login", body)
        if alone and status not in {OK, BUSY, BROKEN}:
            self.wrong.append(f"{name}, whose account exists, could not log in: {answer['error']['code']}")
        return str(answer["access_token"]) if status == OK else None

    def _call(
        self, call: str, client: "_Client", due: float, method: str, path: str, body: Any, token: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        status, answer = client.ask(method, path, body, token)
        milliseconds = (time.monotonic() - due) * 1000
        code = answer.get("error", {}).get("code", "") if status else "broken connection"
        with self._lock:
            self.answers[call, status, code] += 1
            self.times.setdefault((call, status), []).append(milliseconds)
        return status, answer


class _Schedule:
    """The times when calls are due."""

    def __init__(self, start: float, seconds: float, rate: float | None) -> None:
        self.start = start
        self._end = start + seconds
        self._rate = rate
        self._given = 0
        self._lock = threading.Lock()

    def next(self) -> float | None:
        """Waits for the next call and returns when it is due, as ``time.monotonic``; None after the end."""
        if self._rate is None:
            now = time.monotonic()
            return now if now < self._end else None
        with self._lock:
            due = self.start + self._given / self._rate
            self._given += 1
        if due >= self._end:
            return None
        time.sleep(max(0.0, due - time.monotonic()))
        return due


class _Client:
    """A connection that is replaced when it breaks, and after a pause, because the service closes idle ones."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=ANSWER_SECONDS)
        self._used = time.monotonic()

    def ask(self, method: str, path: str, body: Any, token: str | None) -> tuple[int, dict[str, Any]]:
        """Returns status and JSON of the answer; ``BROKEN`` without an answer."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        if time.monotonic() - self._used > IDLE_SECONDS:
            self._connection.close()
        try:
            self._connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = self._connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, HTTPException):
            self._connection.close()
            return BROKEN, {}
        finally:
            self._used = time.monotonic()

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
