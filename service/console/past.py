"""What the views Trust and Index show of the service's history."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.core.unit_of_work import UnitOfWork
from service.history.history import History, Points
from service.history.series import BYTES, EFFORT, PEOPLE, RECALL, SIMILARITY
from service.history.series import name as series_name
from service.runtime.metrics import SIMILARITIES

LOWEST = -1.0
"""The lowest cosine: where the first bucket begins."""

HOURLY_DAYS = 7
"""Periods up to this length are shown by hour, longer ones by day."""


@dataclass(frozen=True)
class Bucket:
    """How many logins had a best score above ``low`` and up to ``high``. The bounds are cosines, -1 to 1."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class IndexMoment:
    """The values of an hour or day; None where none was recorded.

    Attributes:
        start: when it began.
        recall: of the index, 0 to 1.
        effort: lists probed, or ``ef_search``.
        size: of the index, in bytes.
        people: with a template of the model.
    """

    start: datetime
    recall: float | None
    effort: float | None
    size: float | None
    people: float | None


class Past:
    """The history of the last days."""

    def __init__(self, history: History) -> None:
        self._history = history

    def read(self, work: UnitOfWork, days: int) -> Mapping[str, Points]:
        """Returns all series of the last ``days``, by hour or by day."""
        now = datetime.now(UTC)
        hour = now.replace(minute=0, second=0, microsecond=0)
        if days <= HOURLY_DAYS:
            return self._history.read(work, "hour", hour - timedelta(days=days), now)
        return self._history.read(work, "day", hour.replace(hour=0) - timedelta(days=days), now)


def scores(series: Mapping[str, Points], compared: str, model_id: str) -> Sequence[Bucket]:
    """Returns the distribution of the best scores of logins, by ascending score; nothing if there were no logins.

    A series ``similarity/<compared>/<model>/<upper bound>`` counts the logins of one bucket alone.

    Args:
        series: of the history.
        compared: ``gallery`` for logins by face alone, ``person`` for those with a username.
        model_id: of the scores.
    """
    prefix = series_name(SIMILARITY, compared, model_id, "")
    counts = [0] * len(SIMILARITIES)
    for name, points in series.items():
        if name.startswith(prefix):
            bound = float(name.removeprefix(prefix))
            place = min(bisect_left(SIMILARITIES, bound), len(counts) - 1)  # rounding makes a cosine of more than 1
            counts[place] += round(sum(value for _, value in points))
    if not any(counts):
        return []
    lows = (LOWEST, *SIMILARITIES)
    return [Bucket(low, high, count) for low, high, count in zip(lows, SIMILARITIES, counts, strict=False)]


def index_moments(series: Mapping[str, Points], model_id: str) -> Sequence[IndexMoment]:
    """Returns the recorded values of a model's index, by time."""
    names = (RECALL, EFFORT, BYTES, series_name(PEOPLE, model_id))
    values = [dict(series.get(name, ())) for name in names]
    return [IndexMoment(start, *(one.get(start) for one in values)) for start in sorted(set().union(*values))]
