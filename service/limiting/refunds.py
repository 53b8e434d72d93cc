"""Refunds what an attempt was charged too much.

A running service refunds after the answer, and together with the refunds of other attempts: a client does not wait for
it, and the counter of all clients changes once in ``DELAY_SECONDS`` instead of once a login. A process that is killed
loses the refunds of that time, so that a few attempts count as guesses.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence

from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.queries import rate_limits
from db.queries.rate_limits import Counter

DELAY_SECONDS = 0.05
"""For how long refunds are collected."""

logger = logging.getLogger(__name__)


class Refunds:
    """Refunds shares of charges, at once until :meth:`start` is called. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Runs no statement yet."""
        self._database = database
        self._seconds: defaultdict[tuple[str, bytes], float] = defaultdict(float)
        self._changed = threading.Condition()
        self._is_started = False

    def start(self) -> None:
        """From now on refunds later, in a thread. Call it after a fork, not before."""
        self._is_started = True
        threading.Thread(target=self._work, name="refunds", daemon=True).start()

    def give_back(self, counters: Sequence[Counter], share: float) -> None:
        """Refunds a share, 0 to 1, of the cost of a call to its counters. A failure is only logged."""
        with self._changed:
            for counter in counters:
                self._seconds[counter.scope, counter.subject] += counter.cost * share
            self._changed.notify()
        if not self._is_started:
            self._give_back_collected()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._seconds)
            time.sleep(DELAY_SECONDS)
            try:
                self._give_back_collected()
            except Exception:  # the thread must live: without it, every login would count as a wrong guess
                logger.exception("refunds of attempts were lost")

    def _give_back_collected(self) -> None:
        with self._changed:
            seconds, self._seconds = self._seconds, defaultdict(float)
        try:
            with self._database.autocommit_statement() as connection:
                for (scope, subject), some in seconds.items():
                    rate_limits.give_back(connection, scope, subject, some)
        except DatabaseUnavailableError as error:
            logger.warning("the refund of an attempt failed: %s", error)
