"""Records what this process counts in the history, beside the requests.

Each minute, and once more when the process stops, the growth of its counters since the last record is added to the row
of the present hour. A request only counts, as it does for Prometheus. A process that is killed loses at most its last
minute. While the database is away nothing is lost: the growth is added to the hour in which the database is back. If
the connection is lost just while the database commits, that minute may count twice.
"""

import logging
import threading

from db.core.engine import Database
from db.core.errors import DatabaseError
from db.queries import history
from service.history.series import QUEUE, RULES, SLOTS, totals_of
from service.runtime.metrics import Metrics

INTERVAL_SECONDS = 60.0
"""How often a process records: one statement of about a hundred rows."""

logger = logging.getLogger(__name__)


class Recorder:
    """Adds the counts of one process to the history. Safe to use from several threads."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        """Starts no thread yet."""
        self._database = database
        self._metrics = metrics
        self._recorded: dict[str, float] = {}
        self._peaks: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Records from time to time, in a thread. Call it after a fork, not before."""
        threading.Thread(target=self._work, name="history", daemon=True).start()

    def stop(self) -> None:
        """Records the last time. Takes as long as the database at most takes to answer or to time out."""
        self._stopped.set()
        self._try_to_record()

    def record(self) -> None:
        """Adds what was counted since the last successful record. Raises DatabaseError; nothing is then lost."""
        with self._lock:
            totals = totals_of(self._metrics.own_samples())
            growth = {series: total - self._recorded.get(series, 0.0) for series, total in totals.items()}
            for series, peak in zip((QUEUE, SLOTS), self._metrics.take_peaks(), strict=True):
                self._peaks[series] = max(peak, self._peaks.get(series, 0.0))
            values = {series: value for series, value in {**growth, **self._peaks}.items() if value > 0}
            if values:
                with self._database.autocommit_statement() as connection:
                    history.add(connection, values, RULES)
            self._recorded, self._peaks = totals, {}

    def _work(self) -> None:
        while not self._stopped.wait(INTERVAL_SECONDS):
            self._try_to_record()

    def _try_to_record(self) -> None:
        try:
            self.record()
        except DatabaseError as error:
            logger.warning("the history is recorded later: %s", error)
        except Exception:  # the thread must live, and a stop must go on
            logger.exception("the history could not be recorded")
