"""What is counted and timed for Prometheus. No label names a person, an address or anything else that a client sent.

Several processes serve. Each keeps its numbers in files of one folder (prometheus-client's multiprocess mode), and
whichever is asked adds all of them up.
"""

import contextlib
import glob
import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client looks for its folder: it takes no argument for it."""

FILES = ("counter", "gauge_livesum", "gauge_max", "histogram")
"""How the names of a process's files begin, one file for each kind of metric below."""

FILE_BYTES = 1 << 20
"""As large as prometheus-client makes them at first; ours fill a tenth."""

REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)
"""Upper bounds: a login takes some 25 ms on an idle machine, its stages 2 to 10 ms each."""

SIMILARITIES = tuple(round(-0.2 + 0.05 * step, 2) for step in range(25))
"""Upper bounds, -0.2 to 1: cosines of strangers lie around 0, of captures with their own template around 0.7."""

Compared = Literal["gallery", "person"]
"""With whom a face was compared: everybody, or the one whose username was given."""


logger = logging.getLogger(__name__)


class Metrics:
    """The numbers of this process. Safe to use from several threads."""

    def __init__(self, folder: Path | None = None) -> None:
        """``folder`` is shared with the other processes of the service; None keeps the numbers in memory.

        So does a disk without room: a process that writes beyond it through mapped memory is killed (SIGBUS).
        """
        if folder is not None and not _reserve(folder):
            logger.warning("there is no room for this process's metrics on the disk: they are kept to itself")
            folder = None
        self._folder = folder
        self._registry = CollectorRegistry()
        if folder is not None:
            os.environ[FOLDER_VARIABLE] = str(folder)
            # otherwise chosen by the environment as it is at the import
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self._requests = Counter(
            "visage_requests", "Requests answered.", ["route", "method", "status"], registry=self._registry
        )
        self._request_seconds = Histogram(
            "visage_request_seconds",
            "Time to answer.",
            ["route", "method"],
            buckets=REQUEST_SECONDS,
            registry=self._registry,
        )
        self._errors = Counter("visage_errors", "Error answers by code.", ["code"], registry=self._registry)
        self._stages = Histogram(
            "visage_stage_seconds",
            "Time of one stage of a login by face, or of a look at a frame.",
            ["route", "stage"],
            buckets=STAGE_SECONDS,
            registry=self._registry,
        )
        self._outcomes = Counter(
            "visage_face_logins",
            "Logins by face by what they came to.",
            ["compared", "outcome"],
            registry=self._registry,
        )
        self._challenges = Counter(
            "visage_challenges",
            "Replies to challenges by what they came to.",
            ["purpose", "outcome"],
            registry=self._registry,
        )
        self._similarities = Histogram(
            "visage_similarity",
            "Cosine of a login's captures with the most similar template.",
            ["compared", "model"],
            buckets=SIMILARITIES,
            registry=self._registry,
        )
        self._waiting = self._gauge("visage_queue_waiting", "Requests that wait for their turn.")
        self._turns = self._gauge("visage_turns_taken", "Requests that have their turn.")
        self._connections = self._gauge("visage_pool_connections", "Connections to the database in use.")
        self._upkeep = Gauge(
            "visage_upkeep_timestamp_seconds",
            "When the last upkeep ended well.",
            registry=self._registry,
            multiprocess_mode="max",
        )

    def _gauge(self, name: str, documentation: str) -> Gauge:
        """A gauge that is added up over the processes that live."""
        return Gauge(name, documentation, registry=self._registry, multiprocess_mode="livesum")

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered; ``route`` is the rule that it matched, not the path."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route, method).observe(seconds)

    def error(self, code: str) -> None:
        """The answer was this error."""
        self._errors.labels(code).inc()

    def stages(self, route: str, stages: Mapping[str, float]) -> None:
        """How many milliseconds each stage took; ``route`` is as for :meth:`request`."""
        for stage, milliseconds in stages.items():
            self._stages.labels(route, stage).observe(milliseconds / 1000)

    def face_login(self, compared: Compared, outcome: str) -> None:
        """What a login by face came to."""
        self._outcomes.labels(compared, outcome).inc()

    def challenge(self, purpose: str, outcome: str) -> None:
        """What the reply to a challenge came to."""
        self._challenges.labels(purpose, outcome).inc()

    def similarity(self, compared: Compared, model_id: str, cosine: float) -> None:
        """How alike a login's captures are to the most similar template."""
        self._similarities.labels(compared, model_id).observe(cosine)

    def admission(self, waiting: int, turns: int) -> None:
        """How many requests of this process wait for their turn, and have it."""
        self._waiting.set(waiting)
        self._turns.set(turns)

    def connections(self, more: int) -> None:
        """So many more connections of this process are in use; fewer where it is below 0."""
        self._connections.inc(more)

    def upkeep_done(self) -> None:
        """The upkeep has ended well this moment."""
        self._upkeep.set_to_current_time()

    def exposition(self, *collectors: Collector) -> bytes:
        """The numbers of all processes, and what the collectors find now, in Prometheus's text format."""
        registry = CollectorRegistry()
        if self._folder is None:
            registry.register(self._registry)
        else:
            registry.register(_OfAllProcesses(self._folder))
        for collector in collectors:
            registry.register(collector)
        return generate_latest(registry)


class _OfAllProcesses(Collector):
    """Adds up the files of a folder; prometheus-client's own collector takes a bracket in its name for a pattern."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """What prometheus-client asks for."""
        files = sorted(map(str, self._folder.glob("*.db")))
        return MultiProcessCollector.merge(files, accumulate=True)  # type: ignore[no-untyped-call,no-any-return]


def _reserve(folder: Path) -> bool:
    """Takes room for this process's files now, which prometheus-client leaves for later; whether there was any."""
    for kind in FILES:
        path = folder / f"{kind}_{os.getpid()}.db"
        try:
            with path.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
        except OSError:
            path.unlink(missing_ok=True)
            return False
    return True


def empty_folder(folder: Path) -> None:
    """Makes the folder for the processes of a service that is about to start; raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)


def forget_process(folder: Path, pid: int) -> None:
    """Takes what a process that has ended was at out of the sums; what it has counted stays."""
    mark_process_dead(pid, glob.escape(str(folder)))  # type: ignore[no-untyped-call]
