"""Reads the history of the service, and keeps it in bounded space."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from db.core.unit_of_work import UnitOfWork
from db.queries import history
from db.queries.history import Period
from db.search.index_status import status_on
from service.gallery.gallery import Gallery
from service.history.quantiles import Floats
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

    def read_steps(
        self, work: UnitOfWork, since: datetime, steps: int, step: timedelta, families: Sequence[str]
    ) -> Mapping[str, Floats]:
        """Returns the values of the series of these families in equal steps, for a plot.

        Args:
            work: the transaction.
            since: when the first step begins, in UTC: a full hour, or a full day if ``step`` is a day.
            steps: how many.
            step: a number of hours, or a day.
            families: of series, see :mod:`service.history.series`.

        Returns:
            (steps,) float64 by series; 0 in steps in which nothing was counted.
        """
        found = {}
        for row in history.read_steps(work.session, since, steps, step, families, RULES):
            found[row.series] = values = np.zeros(steps)
            values[row.places] = row.values
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
