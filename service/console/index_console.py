"""The vector index at the console: its state, and work on it in the background."""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from db.core.engine import Database
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

        The audit gets one event when the work begins, and one when it ends.

        Raises:
            IndexBusyError: some process works on an index.
            DatabaseUnavailableError: the work could not begin.
        """
        begun: Future[Begun] = Future()
        audit = self._audit.by(operator)
        threading.Thread(target=self._run, args=(task, audit, begun), name=f"index {task}", daemon=True).start()
        return begun.result()

    def _run(self, task: Task, audit: Audit, begun: Future[Begun]) -> None:
        event = Event.INDEX_REBUILT if task is Task.REBUILD else Event.INDEX_MEASURED

        def record(outcome: str) -> None:
            with self._database.unit_of_work() as work:
                audit.record(work, event, outcome=outcome)

        def on_begun() -> None:
            record("begun")
            begun.set_result(Begun.BEGUN)

        try:
            action = self._index.rebuild(on_begun) if task is Task.REBUILD else self._index.tune(on_begun)
            if begun.done():
                record(action.name.lower())
        except Exception as error:
            if begun.done():
                logger.exception("work on the vector index failed")
                record("failed")
            else:
                begun.set_exception(error)
            return
        if action is Action.BUSY:
            begun.set_exception(IndexBusyError())
        elif not begun.done():
            begun.set_result(Begun.DISTRIBUTED if action is Action.DISTRIBUTED else Begun.TOO_FEW)

    def _crowding(self, model_id: str) -> Crowding | None:
        model = self._gallery.snapshot().models.get(model_id)
        if model is None or model.estimated is None:
            return None
        level = model.estimated.level
        return Crowding(level.sampled_people, level.suspected_pairs, model.estimated.estimated_at)
