"""What the doctor finds, for the operators' console."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.core.engine import Database
from service.doctor.examination import examine_service
from service.doctor.finding import Finding
from service.settings.model import Settings

MAX_AGE_SECONDS = 15.0
"""Maximum age of a report. Counting the templates takes 50 ms for a million; nobody needs that more often."""


@dataclass(frozen=True)
class HealthReport:
    """What the doctor found, and when."""

    examined_at: datetime
    findings: Sequence[Finding]


class ServiceHealth:
    """Examines the service in the process that is asked. Safe to use from several threads."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """Examines nothing yet."""
        self._settings = settings
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._latest: tuple[float, HealthReport] | None = None

    def report(self) -> HealthReport:
        """Returns a report that is at most ``MAX_AGE_SECONDS`` old; one examination runs at a time.

        Call it outside a transaction: the examination opens its own, whose statements have the usual timeout. Raises
        DatabaseUnavailableError.
        """
        with self._lock:
            if self._latest is None or self._clock() - self._latest[0] > MAX_AGE_SECONDS:
                findings = list(examine_service(self._settings, self._database))
                self._latest = self._clock(), HealthReport(datetime.now(UTC), findings)
            return self._latest[1]
