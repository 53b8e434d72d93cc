"""Logins by face through HTTP: one client's times by stage, many clients' throughput, and what too many get."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.common.http_client import Client
from benchmarks.common.load import LoadFigures, measure_load
from benchmarks.common.pictures import as_base64, as_jpeg, before_webcam, captures_for_sign_up
from benchmarks.common.timings import by_stage, raw_by_stage
from embeddings.embed.engine import FaceEngine
from tests.photographs import astronaut

PATH = "/user/facial/recognize"

REQUESTS, WARM_UP = 200, 20
"""Of the one client."""

CLIENTS = (1, 2, 4, 8, 16)
SECONDS = 4.0
"""For how long each number of clients is tried."""

OVERLOAD, OVERLOAD_CLIENTS = 2.0, 100
"""How many times the requests that were answered are sent then, and over how many connections."""

Runs = list[dict[str, float]]


@dataclass(frozen=True)
class Picture:
    """A person's picture to log in with: the file, and as the API takes it."""

    jpeg: bytes
    base64: str


def sign_up(client: Client, engine: FaceEngine) -> Picture:
    """Enrols the astronaut through the API; the picture they log in with afterwards."""
    picture = before_webcam(engine, astronaut())
    images = [as_base64(jpeg) for jpeg in captures_for_sign_up(engine, picture)]
    body = {"username": "astronaut", "password": "a benchmark's password", "images": images, "consent": True}
    client.post("/user/facial/store", body)
    jpeg = as_jpeg(picture)
    return Picture(jpeg, as_base64(jpeg))


def time_logins(url: str, picture: Picture) -> dict[str, Any]:
    """One client over one kept connection: milliseconds by stage, and the runs themselves."""
    client = Client(url)
    runs = [_log_in(client, picture) for _ in range(WARM_UP + REQUESTS)][WARM_UP:]
    client.close()
    return {
        "stages": {stage: timing.as_dict() for stage, timing in by_stage(runs).items()},
        "runs": raw_by_stage(runs),
    }


def load_logins(url: str, picture: Picture) -> Sequence[LoadFigures]:
    """More and more clients, each asking again as soon as it is answered; at last twice what was answered at best."""
    body = json.dumps({"image": picture.base64}).encode()
    figures = [measure_load(url + PATH, body, clients, SECONDS) for clients in CLIENTS]
    best = max(one.per_second for one in figures)
    return [*figures, measure_load(url + PATH, body, OVERLOAD_CLIENTS, SECONDS, rate=OVERLOAD * best)]


def _log_in(client: Client, picture: Picture) -> dict[str, float]:
    """One login: milliseconds by stage, ``total`` and what of it no stage accounts for as ``rest``."""
    reply, spent = client.post(PATH, {"image": picture.base64})
    if reply["status"] != "matched" or reply["user"]["username"] != "astronaut":
        raise RuntimeError(f"the astronaut was not recognised: {reply['status']}")
    total = spent.pop("total")
    return spent | {"rest": total - sum(spent.values()), "total": total}
