"""What has to be done now and then, off the path of requests."""

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
"""Deletes one kind of thing that nobody can use any more, or does another small thing that may wait for an hour."""

RETURN_SECONDS = 3600.0
"""How often upkeep is considered where nobody signs up."""

logger = logging.getLogger(__name__)


class Upkeep:
    """Looks after the vector index, learns how alike the people enrolled are, sweeps out what has expired."""

    def __init__(
        self,
        database: Database,
        card: ModelCard,
        index: VectorIndex,
        sweeps: Sequence[Sweep],
        on_done: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_done`` hears of an end at which everything went well."""
        self._database = database
        self._on_done = on_done
        self._index = index
        self._sweeps = sweeps
        self._card = card
        self._lock = threading.Lock()
        self._is_working = False
        self._is_asked_again = False

    def consider(self) -> None:
        """Does what is due in a thread, without making the caller wait; at work already, it looks once more after that.

        So what changes while it is at work, such as the last of many sign-ups, is not left until the next hour.
        """
        with self._lock:
            if self._is_working:
                self._is_asked_again = True
                return
            self._is_working = True
        threading.Thread(target=self._work, name="upkeep", daemon=True).start()

    def return_regularly(self) -> None:
        """Considers it now, and from now on every ``RETURN_SECONDS`` for as long as the process lives."""
        self.consider()
        timer = threading.Timer(RETURN_SECONDS, self.return_regularly)
        timer.daemon = True
        timer.start()

    def _work(self) -> None:
        tasks: list[Callable[[], None]] = [self._look_after, *(partial(self._run, sweep) for sweep in self._sweeps)]
        while True:
            put_off = [task for task in tasks if not _is_done(task)]
            if not put_off:
                self._on_done()
            with self._lock:
                if not self._is_asked_again:
                    self._is_working = False
                    return
                self._is_asked_again = False

    def _look_after(self) -> None:
        look_after(self._database, self._card, self._index)

    def _run(self, sweep: Sweep) -> None:
        with self._database.unit_of_work() as work:
            sweep(work)


def _is_done(task: Callable[[], None]) -> bool:
    try:
        task()
    except DatabaseError as error:
        logger.warning("upkeep was put off: %s", error)
        return False
    except Exception:  # a mistake in one thing must not keep the others from being done
        logger.exception("a part of the upkeep failed")
        return False
    return True


def look_after(database: Database, card: ModelCard, index: VectorIndex) -> None:
    """Builds or tunes a model's index and learns how alike the people enrolled with it are, where that is due.

    Takes up to minutes; raises DatabaseUnavailableError. Where the templates are distributed, the index is the
    business of ``visage distribute``.
    """
    try:
        index.ensure()
    except DatabaseError:
        raise
    except Exception:  # what it does not know of must not keep the rest from being done
        logger.exception("the vector index could not be looked after")
    with database.unit_of_work() as work:
        people = templates.count_by_model(work.session, [card.model_id])[card.model_id]
        estimated = impostor_levels.read(work.session, [card.model_id]).get(card.model_id)
    if due(people, estimated, datetime.now(UTC)) and re_estimate(database, card.model_id, people) is not None:
        logger.info("learnt how alike the %d people enrolled are", people)
