"""Reads the rows of the service's history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.core.console_models import HistoryValue


def read(
    session: Session, periods: Collection[str], since: datetime, until: datetime
) -> Mapping[str, Sequence[tuple[datetime, float]]]:
    """Returns the start and the value of each period from ``since`` until ``until``, by series and time.

    ``periods`` are ``hour``, ``day`` or both.
    """
    columns = (HistoryValue.series, HistoryValue.start, HistoryValue.value)
    statement = select(*columns).where(
        HistoryValue.period.in_(periods), HistoryValue.start >= since, HistoryValue.start < until
    )
    found: dict[str, list[tuple[datetime, float]]] = {}
    for series, start, value in session.execute(statement.order_by(HistoryValue.series, HistoryValue.start)):
        found.setdefault(series, []).append((start, value))
    return found
