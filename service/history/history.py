"""Reads the history of the service, and keeps it in bounded space."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from db.core.unit_of_work import UnitOfWork
from db.queries import history
from db.queries.history import Period
from db.search.index_status import status_on
from service.gallery.gallery import Gallery
from service.history.series import (
    BYTES,
    DAYS_KEPT,
    EFFORT,
    HOURS_KEPT,
    PEOPLE,
    RECALL,
    RULES,
    TRAINED_ROWS,
    name,
)

Points = Sequence[tuple[datetime, float]]
"""The start of each hour or day in which something was counted, in UTC, and its value."""


class History:
    """What the service counted, by hour and day."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery

    def read(self, work: UnitOfWork, period: Period, since: datetime, until: datetime) -> Mapping[str, Points]:
        """Returns the values of each series from ``since`` (the start of an hour or day in UTC) until ``until``.

        A series is missing if nothing was counted. Hours are kept 35 days. The last period may not be over, and of its
        last minute not everything is counted.
        """
        found: dict[str, list[tuple[datetime, float]]] = {}
        for value in history.read(work.session, period, since, until, RULES):
            found.setdefault(value.series, []).append((value.start, value.value))
        return found

    def note_gallery(self, work: UnitOfWork) -> None:
        """Notes the size of the gallery and the state of its index; a task of the upkeep. Counts no templates."""
        snapshot = self._gallery.snapshot()
        people = {name(PEOPLE, model.model_id): float(model.people) for model in snapshot.models.values()}
        status = status_on(work.session.connection(), snapshot.main, snapshot.models[snapshot.main].people)
        tuning = status.tuning
        index = {
            RECALL: tuning.recall if tuning else None,
            EFFORT: tuning.effort if tuning else None,
            BYTES: status.size,
            TRAINED_ROWS: status.trained_rows,
        }
        known = {family: float(value) for family, value in index.items() if value is not None}
        history.add(work.session, {**people, **known}, RULES)

    def roll_up(self, work: UnitOfWork) -> None:
        """Adds up old hours to days and deletes old days; a task of the upkeep.

        It counts the hours and days that have values, and looks at no clock. So a clock that jumps deletes nothing.
        """
        history.roll_up(work.session, RULES, hours=HOURS_KEPT, days=DAYS_KEPT)
