"""Counters and timings for Prometheus. No label holds a name, an address or anything else that a client sent.

Several processes serve. Each keeps its numbers in files in one folder (prometheus-client's multiprocess mode). The
process that is asked adds up the numbers of all.
"""

import contextlib
import glob
import logging
import os
import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client finds its folder; it accepts no argument for it."""

FILES = ("counter", "gauge_livesum", "gauge_max", "histogram")
"""Prefixes of a process's file names, one file for each kind of metric below."""

FILE_BYTES = 1 << 20
"""The initial size of prometheus-client's files, in bytes; the metrics below need a tenth of it."""

REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)
"""Bucket bounds in seconds: a login takes some 25 ms on an idle machine, each of its stages 2 to 10 ms."""

LOGIN_SECONDS = (0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
"""Bucket bounds in seconds, close where most logins by face are, so that a median can be estimated."""

SIMILARITIES = tuple(round(-0.2 + 0.05 * step, 2) for step in range(25))
"""Bucket bounds, -0.2 to 1: strangers have cosines around 0, captures and their own template around 0.7."""

Compared = Literal["gallery", "person"]
"""What a face was compared with: the whole gallery, or the template of the given username."""

Way = Literal["face", "password", "passkey", "sign_up"]
"""A call that lets a user in."""


logger = logging.getLogger(__name__)


class Metrics:
    """The metrics of this process. Safe to use from several threads."""

    def __init__(self, folder: Path | None = None) -> None:
        """``folder`` is shared with the other processes of the service; None keeps the metrics in memory.

        They also stay in memory if the disk is full: a process that writes to mapped memory without disk space behind
        it is killed (SIGBUS).
        """
        if folder is not None and not _reserve(folder):
            logger.warning("the disk has no room for the metrics of this process: they stay in its memory")
            folder = None
        self._folder = folder
        self._registry = CollectorRegistry()
        if folder is not None:
            os.environ[FOLDER_VARIABLE] = str(folder)
            # prometheus-client chooses it at import, from the environment at that time
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
        self._login_seconds = Histogram(
            "visage_login_seconds",
            "Time to answer a login, matched or not, or a sign-up; refused ones are not in it.",
            ["way"],
            buckets=LOGIN_SECONDS,
            registry=self._registry,
        )
        self._errors = Counter("visage_errors", "Error answers by code.", ["code"], registry=self._registry)
        self._stages = Histogram(
            "visage_stage_seconds",
            "Time of one stage of a login by face, or of the inspection of a frame.",
            ["route", "stage"],
            buckets=STAGE_SECONDS,
            registry=self._registry,
        )
        self._face_logins = Counter(
            "visage_face_logins",
            "Logins by face, by outcome.",
            ["compared", "outcome"],
            registry=self._registry,
        )
        self._password_logins = Counter(
            "visage_password_logins", "Logins by password, by outcome.", ["outcome"], registry=self._registry
        )
        self._passkey_logins = Counter(
            "visage_passkey_logins", "Logins by passkey, by outcome.", ["outcome"], registry=self._registry
        )
        self._enrolments = Counter(
            "visage_enrolments", "Faces enrolled, by occasion.", ["kind"], registry=self._registry
        )
        self._challenges = Counter(
            "visage_challenges",
            "Replies to challenges, by outcome.",
            ["purpose", "outcome"],
            registry=self._registry,
        )
        self._passive_checks = Counter(
            "visage_passive_checks",
            "Passive liveness checks, by outcome.",
            ["purpose", "outcome"],
            registry=self._registry,
        )
        self._comparisons = Counter(
            "visage_comparisons", "Comparisons of two pictures, by outcome.", ["outcome"], registry=self._registry
        )
        self._similarities = Histogram(
            "visage_similarity",
            "Cosine similarity of a login's captures and the most similar template.",
            ["compared", "model"],
            buckets=SIMILARITIES,
            registry=self._registry,
        )
        self._waiting = self._gauge("visage_queue_waiting", "Requests that wait for a slot.")
        self._slots = self._gauge("visage_slots_taken", "Requests that hold a slot.")
        self._connections = self._gauge("visage_pool_connections", "Database connections in use.")
        self._upkeep = Gauge(
            "visage_upkeep_timestamp_seconds",
            "When the last upkeep succeeded.",
            registry=self._registry,
            multiprocess_mode="max",
        )
        self._peaks = threading.Lock()
        self._most_waiting = self._most_slots = self._now_waiting = self._now_slots = 0

    def _gauge(self, name: str, documentation: str) -> Gauge:
        """Makes a gauge that is summed over the live processes."""
        return Gauge(name, documentation, registry=self._registry, multiprocess_mode="livesum")

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts an answered request. ``route`` is the URL rule that it matched, not the path."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route, method).observe(seconds)

    def error(self, code: str) -> None:
        """Counts an error answer."""
        self._errors.labels(code).inc()

    def stages(self, route: str, stages: Mapping[str, float]) -> None:
        """Records the time of each stage, in milliseconds; ``route`` is as for :meth:`request`."""
        for stage, milliseconds in stages.items():
            self._stages.labels(route, stage).observe(milliseconds / 1000)

    def face_login(self, compared: Compared, outcome: str) -> None:
        """Counts the outcome of a login by face."""
        self._face_logins.labels(compared, outcome).inc()

    def password_login(self, outcome: str) -> None:
        """Counts the outcome of a login by password."""
        self._password_logins.labels(outcome).inc()

    def passkey_login(self, outcome: str) -> None:
        """Counts the outcome of a login by passkey."""
        self._passkey_logins.labels(outcome).inc()

    def enrolment(self, kind: Literal["sign_up", "re_enrolment"]) -> None:
        """Counts an enrolled face."""
        self._enrolments.labels(kind).inc()

    def login_seconds(self, way: Way, seconds: float) -> None:
        """Records the time to answer a login or sign-up that was not refused."""
        self._login_seconds.labels(way).observe(seconds)

    def challenge(self, purpose: str, outcome: str) -> None:
        """Counts the outcome of a reply to a challenge."""
        self._challenges.labels(purpose, outcome).inc()

    def passive(self, purpose: str, outcome: str) -> None:
        """Counts the outcome of a passive liveness check."""
        self._passive_checks.labels(purpose, outcome).inc()

    def comparison(self, outcome: str) -> None:
        """Counts the outcome of a comparison of two pictures."""
        self._comparisons.labels(outcome).inc()

    def similarity(self, compared: Compared, model_id: str, cosine: float) -> None:
        """Records the cosine similarity of a login's captures and the most similar template."""
        self._similarities.labels(compared, model_id).observe(cosine)

    def admission(self, waiting: int, slots: int) -> None:
        """Sets how many requests of this process wait for a slot, and how many hold one."""
        self._waiting.set(waiting)
        self._slots.set(slots)
        with self._peaks:
            self._now_waiting, self._now_slots = waiting, slots
            self._most_waiting = max(self._most_waiting, waiting)
            self._most_slots = max(self._most_slots, slots)

    def take_peaks(self) -> tuple[int, int]:
        """Returns the most requests that waited, and that held a slot, in this process since the last call."""
        with self._peaks:
            peaks = self._most_waiting, self._most_slots
            self._most_waiting, self._most_slots = self._now_waiting, self._now_slots
        return peaks

    def own_samples(self) -> Sequence[Sample]:
        """Returns what this process alone has counted since its start. The buckets of histograms are cumulative."""
        return [sample for metric in self._registry.collect() for sample in metric.samples]

    def connections(self, more: int) -> None:
        """Changes the number of database connections in use by ``more``, which may be negative."""
        self._connections.inc(more)

    def upkeep_done(self) -> None:
        """Sets the time of the last successful upkeep to now."""
        self._upkeep.set_to_current_time()

    def exposition(self, *collectors: Collector) -> bytes:
        """Returns the metrics of all processes and of the collectors, in Prometheus's text format."""
        registry = CollectorRegistry()
        if self._folder is None:
            registry.register(self._registry)
        else:
            registry.register(_OfAllProcesses(self._folder))
        for collector in collectors:
            registry.register(collector)
        return generate_latest(registry)


class _OfAllProcesses(Collector):
    """Adds up the files of a folder. prometheus-client's own collector treats a bracket in the path as a pattern."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Returns the sums; prometheus-client calls this."""
        files = sorted(map(str, self._folder.glob("*.db")))
        return MultiProcessCollector.merge(files, accumulate=True)  # type: ignore[no-untyped-call,no-any-return]


def _reserve(folder: Path) -> bool:
    """Allocates this process's files now, which prometheus-client does later; returns whether the disk had room."""
    for kind in FILES:
        path = folder / f"{kind}_{os.getpid()}.db"
        try:
            with path.open("ab") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
                else:  # macOS
                    file.write(bytes(max(0, FILE_BYTES - file.tell())))
        except OSError:
            path.unlink(missing_ok=True)
            return False
    return True


def empty_folder(folder: Path) -> None:
    """Makes or empties the folder of the processes, before a service starts. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)


def forget_process(folder: Path, pid: int) -> None:
    """Removes an ended process's gauges from the sums; its counters stay."""
    mark_process_dead(pid, glob.escape(str(folder)))  # type: ignore[no-untyped-call]
