"""Measures face logins over HTTP: one client's times by stage, many clients' throughput, and overload."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.common.http_client import Client
from benchmarks.common.load import LoadFigures, measure_load
from benchmarks.common.pictures import as_base64, as_jpeg, before_webcam, captures_for_sign_up
from benchmarks.common.timings import by_stage, raw_by_stage
from embeddings.embed.engine import FaceEngine
from tests.photographs import astronaut

PATH = "/user/facial/recognize"

REQUESTS, WARM_UP = 200, 20
"""Requests of the one client."""

CLIENTS = (1, 2, 4, 8, 16)
SECONDS = 3.0
"""Seconds for which each number of clients is measured."""

OVERLOAD, OVERLOAD_CLIENTS = 2.0, 100
"""The overload: the factor on the requests that were answered, and the number of connections."""

Runs = list[dict[str, float]]


@dataclass(frozen=True)
class Picture:
    """A person's picture for logins: the file, and its base64 form for the API."""

    jpeg: bytes
    base64: str


class Caller(Protocol):
    """Sends JSON to a service, and raises an error unless it succeeds."""

    def post(self, path: str, body: dict[str, Any]) -> object: ...


def sign_up(client: Caller, engine: FaceEngine) -> Picture:
    """Enrols the astronaut through the API, and returns the picture for later logins."""
    picture = before_webcam(engine, astronaut())
    images = [as_base64(jpeg) for jpeg in captures_for_sign_up(engine, picture)]
    body = {"username": "astronaut", "password": "a benchmark's password", "images": images, "consent": True}
    client.post("/user/facial/store", body)
    jpeg = as_jpeg(picture)
    return Picture(jpeg, as_base64(jpeg))


def time_logins(url: str, picture: Picture) -> dict[str, Any]:
    """Measures one client on a persistent connection: milliseconds by stage, and the raw runs."""
    client = Client(url)
    runs = [_log_in(client, picture) for _ in range(WARM_UP + REQUESTS)][WARM_UP:]
    client.close()
    return {
        "stages": {stage: timing.as_dict() for stage, timing in by_stage(runs).items()},
        "runs": raw_by_stage(runs),
    }


def load_logins(url: str, picture: Picture) -> Sequence[LoadFigures]:
    """Measures more and more clients in a closed loop, and finally twice the best throughput in an open loop."""
    body = json.dumps({"image": picture.base64}).encode()
    figures = [measure_load(url + PATH, body, clients, SECONDS) for clients in CLIENTS]
    best = max(one.per_second for one in figures)
    return [*figures, measure_load(url + PATH, body, OVERLOAD_CLIENTS, SECONDS, rate=OVERLOAD * best)]


def _log_in(client: Client, picture: Picture) -> dict[str, float]:
    """Logs in once: milliseconds by stage, with ``total``, and the time outside all stages as ``rest``."""
    reply, spent = client.post(PATH, {"image": picture.base64})
    if reply["status"] != "matched" or reply["user"]["username"] != "astronaut":
        raise RuntimeError(f"the astronaut was not recognised: {reply['status']}")
    total = spent.pop("total")
    return spent | {"rest": total - sum(spent.values()), "total": total}
