"""Maintenance that runs from time to time, outside requests."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from db.core.engine import Database
from db.core.errors import DatabaseError
from db.core.unit_of_work import UnitOfWork
from db.queries import impostor_levels
from db.search import templates
from embeddings.core.models import ModelCard
from service.gallery.impostors import due, re_estimate
from service.gallery.vector_index import VectorIndex

Sweep = Callable[[UnitOfWork], None]
"""Deletes one kind of expired row, or does another small task that may wait for an hour."""

INTERVAL_SECONDS = 3600.0
"""The interval of upkeep without sign-ups."""

logger = logging.getLogger(__name__)


class Upkeep:
    """Maintains the vector index, estimates how alike enrolled people are, and deletes expired rows."""

    def __init__(
        self,
        database: Database,
        card: ModelCard,
        index: VectorIndex,
        sweeps: Sequence[Sweep],
        on_done: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_done`` is called after a run in which every task succeeded."""
        self._database = database
        self._on_done = on_done
        self._index = index
        self._sweeps = sweeps
        self._card = card
        self._lock = threading.Lock()
        self._is_working = False
        self._is_requested_again = False

    def request_run(self) -> None:
        """Starts a run in a thread, without making the caller wait. If one is running, another follows it.

        So a change during a run, such as the last of many sign-ups, does not wait for the next hour.
        """
        with self._lock:
            if self._is_working:
                self._is_requested_again = True
                return
            self._is_working = True
        threading.Thread(target=self._work, name="upkeep", daemon=True).start()

    def run_regularly(self) -> None:
        """Starts a run now, and then every ``INTERVAL_SECONDS`` for as long as the process lives."""
        self.request_run()
        timer = threading.Timer(INTERVAL_SECONDS, self.run_regularly)
        timer.daemon = True
        timer.start()

    def _work(self) -> None:
        tasks: list[Callable[[], None]] = [self._maintain, *(partial(self._run, sweep) for sweep in self._sweeps)]
        while True:
            postponed = [task for task in tasks if not _is_done(task)]
            if not postponed:
                self._on_done()
            with self._lock:
                if not self._is_requested_again:
                    self._is_working = False
                    return
                self._is_requested_again = False

    def _maintain(self) -> None:
        maintain(self._database, self._card, self._index)

    def _run(self, sweep: Sweep) -> None:
        with self._database.unit_of_work() as work:
            sweep(work)


def _is_done(task: Callable[[], None]) -> bool:
    try:
        task()
    except DatabaseError as error:
        logger.warning("upkeep is postponed: %s", error)
        return False
    except Exception:  # an error in one task must not prevent the others
        logger.exception("a part of the upkeep failed")
        return False
    return True


def maintain(database: Database, card: ModelCard, index: VectorIndex) -> None:
    """Builds or tunes a model's index, and estimates how alike its enrolled people are, if either is due.

    Takes up to minutes. Raises DatabaseUnavailableError. If the templates are distributed, ``visage distribute``
    maintains the index instead.
    """
    try:
        index.ensure()
    except DatabaseError:
        raise
    except Exception:  # an unexpected error must not prevent the rest
        logger.exception("the maintenance of the vector index failed")
    with database.unit_of_work() as work:
        people = templates.count_by_model(work.session, [card.model_id])[card.model_id]
        estimated = impostor_levels.read(work.session, [card.model_id]).get(card.model_id)
    if due(people, estimated, datetime.now(UTC)) and re_estimate(database, card.model_id, people) is not None:
        logger.info("estimated how alike the %d enrolled people are", people)
