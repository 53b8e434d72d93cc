"""Queries on the history of the service: what its series counted, by hour and by day.

The name of a series begins with its family, such as ``errors`` in ``errors/no_face``. The family says how values of the
same series combine: in one hour, where several processes write, and in one day, where several hours do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

Period = Literal["hour", "day"]


@dataclass(frozen=True)
class Rules:
    """The families whose values are not summed.

    Attributes:
        largest: the largest value counts.
        latest: the latest value counts.
    """

    largest: Sequence[str]
    latest: Sequence[str]

    def _parameters(self) -> dict[str, list[str]]:
        return {"largest": list(self.largest), "latest": list(self.latest)}


@dataclass(frozen=True)
class Value:
    """The value of a series in the hour or day that began at ``start``."""

    series: str
    start: datetime
    value: float


@dataclass(frozen=True)
class Steps:
    """The values of a series by step: those at ``places``, counted from 0; no other step has one."""

    series: str
    places: Sequence[int]
    values: Sequence[float]


FAMILY = "split_part(service_history.series, '/', 1)"
"""SQL for the family of a stored row."""

JOINED = f"""
    CASE WHEN {FAMILY} = ANY(:largest) THEN greatest(service_history.value, excluded.value)
         WHEN {FAMILY} = ANY(:latest) THEN excluded.value
         ELSE service_history.value + excluded.value END
"""
"""SQL for the value of a row after another value is added to it."""

IS_LATEST = "split_part(series, '/', 1) = ANY(:latest)"
"""SQL for whether the latest value of a series counts."""

COMBINED = f"""
    CASE WHEN split_part(series, '/', 1) = ANY(:largest) THEN max(value)
         WHEN {IS_LATEST}
              THEN (array_agg(value ORDER BY start DESC) FILTER (WHERE {IS_LATEST}))[1]
         ELSE sum(value) END
"""
"""SQL for the value of several rows of one series together."""

_ADD = text(f"""
    INSERT INTO service_history (period, start, series, value)
    SELECT 'hour', date_trunc('hour', now(), 'UTC'), series, value
    FROM unnest(CAST(:series AS text[]), CAST(:values AS float8[])) AS given (series, value)
    ORDER BY series
    ON CONFLICT (period, start, series) DO UPDATE SET value = {JOINED}
""")  # noqa: S608 (constants)

_READ = text("""
    SELECT series, start, value FROM service_history
    WHERE period = 'hour' AND start >= :since AND start < :until ORDER BY series, start
""")

_READ_DAYS = text(f"""
    SELECT series, day AS start, {COMBINED} AS value
    FROM (SELECT series, start, date_trunc('day', start, 'UTC') AS day, value FROM service_history
          WHERE start >= :since AND start < :until) AS found
    GROUP BY series, day ORDER BY series, day
""")  # noqa: S608 (constants)

_READ_STEPS = text(f"""
    SELECT series, array_agg((extract(epoch FROM place - :since) / extract(epoch FROM :step))::int) AS places,
           array_agg(value) AS values
    FROM (SELECT series, date_bin(:step, start, :since) AS place, {COMBINED} AS value
          FROM service_history
          WHERE period = ANY(:periods) AND start >= :since AND start < :until
                AND split_part(series, '/', 1) = ANY(:families)
          GROUP BY series, place) AS steps
    GROUP BY series ORDER BY series
""")  # noqa: S608 (constants)

_OLDEST_KEPT = """
    SELECT start FROM (SELECT DISTINCT start FROM service_history WHERE period = :period) AS starts
    ORDER BY start DESC OFFSET :kept - 1 LIMIT 1
"""
"""The oldest period that is kept; none while there are fewer."""

_ROLL_UP = text(f"""
    WITH old AS (
        DELETE FROM service_history
        WHERE period = 'hour' AND start < (SELECT date_trunc('day', start, 'UTC') FROM ({_OLDEST_KEPT}) AS kept)
        RETURNING start, series, value
    ), days AS (
        SELECT date_trunc('day', start, 'UTC') AS day, series, {COMBINED} AS value FROM old GROUP BY 1, 2
    )
    INSERT INTO service_history (period, start, series, value)
    SELECT 'day', day, series, value FROM days ORDER BY day, series
    ON CONFLICT (period, start, series) DO UPDATE SET value = {JOINED}
""")  # noqa: S608 (constants)

_FORGET = text(f"DELETE FROM service_history WHERE period = :period AND start < ({_OLDEST_KEPT})")  # noqa: S608 (a constant)

LOCK = 0x686973746F7279
"""The advisory lock of the roll-up: the word "history" in ASCII."""


def add(connection: Connection | Session, values: Mapping[str, float], rules: Rules) -> None:
    """Adds values to the present hour, by the database's clock, in one statement.

    The rows are sorted, so two processes lock them in the same order and none waits for the other forever.
    """
    names = sorted(values)
    parameters = {"series": names, "values": [values[name] for name in names], **rules._parameters()}
    connection.execute(_ADD, parameters)


def read(session: Session, period: Period, since: datetime, until: datetime, rules: Rules) -> list[Value]:
    """Returns the values of the periods that begin from ``since`` on and before ``until``, by series and time.

    Days include those of which only hours are kept so far. A day that began before ``since`` is not whole.
    """
    parameters = {"since": since, "until": until}
    if period == "hour":
        found = session.execute(_READ, parameters)
    else:
        found = session.execute(_READ_DAYS, {**parameters, **rules._parameters()})
    return [Value(*row) for row in found]


def read_steps(
    session: Session, since: datetime, steps: int, step: timedelta, families: Sequence[str], rules: Rules
) -> list[Steps]:
    """Returns the values of these families in equal steps from ``since`` on, by series.

    The database combines the hours of a step, and days that are no longer kept by hours if a step is a day or more. So
    little is left to do in a process that serves.
    """
    parameters = {
        "since": since,
        "until": since + steps * step,
        "step": step,
        "periods": ["hour"] if step < timedelta(days=1) else ["hour", "day"],
        "families": list(families),
        **rules._parameters(),
    }
    return [Steps(*row) for row in session.execute(_READ_STEPS, parameters)]


def roll_up(session: Session, rules: Rules, *, hours: int, days: int) -> None:
    """Adds up old hours to days, and deletes old days. One transaction at a time does so; others leave it out.

    Args:
        session: of the transaction.
        rules: how hours become days.
        hours: how many hours with a value to keep. The oldest day of them is kept whole, so up to 23 more may stay.
        days: how many days to keep that are no longer kept by hours.
    """
    if not session.scalars(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}).one():
        return
    session.execute(_ROLL_UP, {"period": "hour", "kept": hours, **rules._parameters()})
    session.execute(_FORGET, {"period": "day", "kept": days})
