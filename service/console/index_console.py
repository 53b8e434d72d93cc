"""The vector index at the console: its state, and work on it in the background."""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.core.index_due import Due
from db.search.index import MIN_ROWS, Action
from db.search.index_status import IndexStatus
from db.search.index_work import IndexWork
from service.audit.audit import Audit, Event
from service.domain.errors import IndexBusyError
from service.gallery.gallery import Gallery
from service.gallery.vector_index import VectorIndex

LEAST_PEOPLE = MIN_ROWS
"""From how many people on the service builds an index."""

PAUSES = (1.0, 10.0, 60.0, 600.0)
"""Seconds between the tries to record how work ended: a restart of the database, which ends the work, takes minutes."""

logger = logging.getLogger(__name__)


class Task(StrEnum):
    """Work on the index that an operator can start."""

    REBUILD = "rebuild"
    MEASURE = "measure"


class Begun(StrEnum):
    """What became of the request to work on the index.

    Attributes:
        BEGUN: the work goes on in the background.
        TOO_FEW: there are no templates, or there is no index to measure.
        DISTRIBUTED: Citus has distributed the templates, and ``visage distribute`` works on their indexes.
    """

    BEGUN = "begun"
    TOO_FEW = "too_few"
    DISTRIBUTED = "distributed"


@dataclass(frozen=True)
class Crowding:
    """How many people of a sample are much alike: see :class:`service.doctor.gallery_figures.OwnGallery`."""

    people: int
    suspected_pairs: int
    at: datetime


@dataclass(frozen=True)
class IndexReport:
    """The index of one model.

    Attributes:
        status: its state.
        is_main: whether new enrolments are by this model. Only this index is kept in order.
        due: why the next upkeep works on it, or None.
        crowding: None before the first estimate.
    """

    status: IndexStatus
    is_main: bool
    due: Due | None
    crowding: Crowding | None


class IndexConsole:
    """Describes the indexes, and starts work on the main one. Safe to use from several threads."""

    def __init__(
        self, database: Database, gallery: Gallery, index: VectorIndex, earlier: Sequence[VectorIndex], audit: Audit
    ) -> None:
        """``earlier`` are the indexes of earlier models."""
        self._database = database
        self._gallery = gallery
        self._index = index
        self._earlier = earlier
        self._audit = audit

    def reports(self) -> Sequence[IndexReport]:
        """Describes the index of each model in use, the main one first; counts their templates.

        Call it before a transaction opens. Raises DatabaseUnavailableError.
        """
        main, *others = [index.status() for index in (self._index, *self._earlier)]
        reports = [IndexReport(main, True, self._index.due(main), self._crowding(main.model_id))]
        return reports + [
            IndexReport(status, False, None, self._crowding(status.model_id)) for status in others if status.rows
        ]

    def work(self) -> IndexWork:
        """Returns the work under way, by whatever process."""
        return self._index.work()

    def begin(self, task: Task, operator: UUID) -> Begun:
        """Starts work on the main index in the background.

        The audit gets one event when the work begins, and one when it ends. If the process stops meanwhile, or the
        database stays unavailable for ten minutes after the work, the second event is missing.

        Raises:
            IndexBusyError: some process works on an index.
            DatabaseUnavailableError: the work could not begin.
        """
        begun: Future[Begun] = Future()
        threading.Thread(target=self._run, args=(task, operator, begun), name=f"index {task}", daemon=True).start()
        return begun.result()

    def _run(self, task: Task, operator: UUID, begun: Future[Begun]) -> None:
        def on_begun() -> None:
            self._record(task, operator, "begun")
            begun.set_result(Begun.BEGUN)

        try:
            action = self._index.rebuild(on_begun) if task is Task.REBUILD else self._index.tune(on_begun)
        except Exception as error:
            if begun.done():
                logger.exception("work on the vector index failed")
                self._record_end(task, operator, "failed")
            else:
                begun.set_exception(error)
            return
        if begun.done():
            self._record_end(task, operator, action.name.lower())
        elif action is Action.BUSY:
            begun.set_exception(IndexBusyError())
        else:
            begun.set_result(Begun.DISTRIBUTED if action is Action.DISTRIBUTED else Begun.TOO_FEW)

    def _record_end(self, task: Task, operator: UUID, outcome: str) -> None:
        """Records how work ended, and tries again if the database is unavailable."""
        for pause in PAUSES:
            try:
                return self._record(task, operator, outcome)
            except DatabaseUnavailableError:
                logger.warning("the end of work on the vector index is not recorded yet", exc_info=True)
                time.sleep(pause)
        self._record(task, operator, outcome)

    def _record(self, task: Task, operator: UUID, outcome: str) -> None:
        event = Event.INDEX_REBUILT if task is Task.REBUILD else Event.INDEX_MEASURED
        with self._database.unit_of_work() as work:
            self._audit.by(operator).record(work, event, outcome=outcome)

    def _crowding(self, model_id: str) -> Crowding | None:
        model = self._gallery.snapshot().models.get(model_id)
        if model is None or model.estimated is None:
            return None
        level = model.estimated.level
        return Crowding(level.sampled_people, level.suspected_pairs, model.estimated.estimated_at)
