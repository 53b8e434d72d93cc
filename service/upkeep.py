"""What has to be done now and then, off the path of requests."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from db.engine import Database
from db.errors import DatabaseError
from db.unit_of_work import UnitOfWork
from embeddings.models import ModelCard
from service.gallery import Gallery
from service.impostors import due, re_estimate
from service.vector_index import VectorIndex

Sweep = Callable[[UnitOfWork], None]
"""Deletes one kind of thing that nobody can use any more."""

RETURN_SECONDS = 3600.0
"""How often upkeep is considered where nobody signs up."""

logger = logging.getLogger(__name__)


class Upkeep:
    """Looks after the vector index, learns how alike the people enrolled are, sweeps out what has expired."""

    def __init__(
        self,
        database: Database,
        gallery: Gallery,
        card: ModelCard,
        index: VectorIndex,
        sweeps: Sequence[Sweep],
        on_done: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_done`` hears of an end at which everything went well."""
        self._database = database
        self._on_done = on_done
        self._index = index
        self._gallery = gallery
        self._sweeps = sweeps
        self._card = card
        self._busy = threading.Lock()

    def consider(self) -> None:
        """Does what is due, without making the caller wait; once at a time."""
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._work, name="upkeep", daemon=True).start()

    def return_regularly(self) -> None:
        """Considers it now, and from now on every ``RETURN_SECONDS`` for as long as the process lives."""
        self.consider()
        timer = threading.Timer(RETURN_SECONDS, self.return_regularly)
        timer.daemon = True
        timer.start()

    def _work(self) -> None:
        tasks: list[Callable[[], None]] = [self._look_after, *(partial(self._run, sweep) for sweep in self._sweeps)]
        try:
            put_off = [task for task in tasks if not _is_done(task)]
            if not put_off:
                self._on_done()
        finally:
            self._busy.release()

    def _look_after(self) -> None:
        look_after(self._database, self._gallery, self._card, self._index)

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


def look_after(database: Database, gallery: Gallery, card: ModelCard, index: VectorIndex) -> None:
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
    model = gallery.now().models[card.model_id]
    if due(model.people, model.estimated, datetime.now(UTC)):
        estimate = re_estimate(database, card.model_id, model.people)
        if estimate is not None:
            logger.info("learnt how alike the %d people enrolled are", model.people)
