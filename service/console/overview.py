"""What happened in the last days: logins, sign-ups, refusals, challenges, time and load, from the history."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import numpy as np

from db.core.unit_of_work import UnitOfWork
from service.console.unusual import HOUR, LOGINS, MORE_FAULTS, SECONDS, SLOWER, Hourly, Unusual, unusual
from service.history.history import History
from service.history.quantiles import Floats, quantiles
from service.runtime.metrics import LOGIN_SECONDS, Way

Days = Literal[1, 7, 30, 90]

STEPS: Mapping[int, timedelta] = {
    1: timedelta(hours=1),
    7: timedelta(hours=1),
    30: timedelta(hours=4),
    90: timedelta(days=1),
}
"""How long a step of a plot is, by the days that it shows: at most 180 steps."""

MOST_REFUSALS = 5
"""How many codes of refusals have a row of their own; the rest are added up."""

NO_REFUSALS = frozenset(
    {"not_found", "console_session_required", "method_not_allowed", "token_missing", "token_expired", "token_invalid"}
)
"""Error codes that refuse nobody who tries to log in: addresses that do not exist, and sessions that have ended."""

FAULTS = frozenset({"busy", "database_unavailable", "internal", "storage_unavailable"})
"""Error codes of answers 5xx: the service could not do what was asked. They are no refusals."""

COMPARED_HOURS = 30 * 24
"""How many hours are compared with each other to find the unusual ones, whatever is shown; they are kept 35 days."""

UNUSUAL_FAMILIES = (
    "face_logins",
    "password_logins",
    "errors",
    "challenges",
    "requests",
    "unavailable",
    "login_seconds",
)
"""The series among which unusual hours are looked for."""

MEDIAN, SLOW = 0.5, 0.95

LONGEST_SECONDS = LOGIN_SECONDS[-1]
"""The time that stands for every longer one: up to here the buckets of the history tell times apart."""

DIGITS = 4
"""Digits of a time after the point: it is rounded to a tenth of a millisecond."""

FAMILIES = (
    "face_logins",
    "password_logins",
    "passkey_logins",
    "enrolments",
    "errors",
    "challenges",
    "passive_checks",
    "requests",
    "unavailable",
    "queue",
    "login_seconds",
)
"""The series that the overview reads."""


@dataclass(frozen=True)
class Row:
    """The counts of one kind.

    Attributes:
        name: the kind, a word of the history's vocabularies.
        total: the sum of all steps, or for ``queue`` the largest.
        values: by step; 0 if nothing was counted.
    """

    name: str
    total: int
    values: Sequence[int]


@dataclass(frozen=True)
class Times:
    """The seconds that logins of one way took, estimated from buckets; None if nobody logged in.

    ``LONGEST_SECONDS`` means more than that.

    Attributes:
        name: ``face``, ``password``, ``passkey`` or ``sign_up``.
        count: the number of logins, matched or not, without refused ones.
        p50: the median of the logins of all steps.
        p95: the 95th percentile of the logins of all steps.
        p50_values: the median by step.
        p95_values: the 95th percentile by step.
    """

    name: str
    count: int
    p50: float | None
    p95: float | None
    p50_values: Sequence[float | None]
    p95_values: Sequence[float | None]


@dataclass(frozen=True)
class OverviewReport:
    """What happened in some days.

    Attributes:
        days: how many.
        step_seconds: the length of a step.
        longest_seconds: the time that stands for every longer one.
        starts: when each step began; the last one is not over.
        unusual: the hours of the shown days in which something happened far more often than usual.
        face_logins: by outcome.
        face_logins_of_users: the same with a given username.
        password_logins: by outcome.
        passkey_logins: by outcome.
        enrolments: sign-ups and re-enrolments.
        refusals: error answers 4xx by code, the most frequent first; ``other`` are the rest.
        faults: error answers 5xx by code, the most frequent first.
        challenges: replies to challenges by outcome.
        passive_checks: by outcome.
        requests: by class of status.
        unavailable: requests answered 503.
        queue: the most requests that waited for a slot in one process.
        times: by way.
    """

    days: int
    step_seconds: int
    longest_seconds: float
    starts: Sequence[datetime]
    unusual: Unusual
    face_logins: Sequence[Row]
    face_logins_of_users: Sequence[Row]
    password_logins: Sequence[Row]
    passkey_logins: Sequence[Row]
    enrolments: Sequence[Row]
    refusals: Sequence[Row]
    faults: Sequence[Row]
    challenges: Sequence[Row]
    passive_checks: Sequence[Row]
    requests: Sequence[Row]
    unavailable: Row
    queue: Row
    times: Sequence[Times]


class Overview:
    """Reads what happened in the last days."""

    def __init__(self, history: History) -> None:
        self._history = history

    def read(self, work: UnitOfWork, days: Days, now: datetime) -> OverviewReport:
        """Returns the last ``days`` until ``now`` (in UTC), by steps that begin at full hours or days in UTC."""
        step = STEPS[days]
        steps = timedelta(days=days) // step
        since = _floor(now, step) - step * (steps - 1)
        table = _Table(self._history.read_steps(work, since, steps, step, FAMILIES), steps)
        errors = [row for row in table.rows("errors") if row.name not in NO_REFUSALS]
        return OverviewReport(
            days=days,
            step_seconds=int(step.total_seconds()),
            longest_seconds=LONGEST_SECONDS,
            starts=[since + step * place for place in range(steps)],
            unusual=self._unusual(work, since, now),
            face_logins=table.rows("face_logins/gallery", ["matched", "unknown", "ambiguous"]),
            face_logins_of_users=table.rows("face_logins/person", ["matched", "unknown", "ambiguous"]),
            password_logins=table.rows("password_logins", ["matched"]),
            passkey_logins=table.rows("passkey_logins", ["matched"]),
            enrolments=table.rows("enrolments", ["sign_up", "re_enrolment"]),
            refusals=_most([row for row in errors if row.name not in FAULTS]),
            faults=_ordered([row for row in errors if row.name in FAULTS]),
            challenges=table.last_part("challenges", ["passed"]),
            passive_checks=table.last_part("passive_checks", ["passed"]),
            requests=table.rows("requests"),
            unavailable=table.row("unavailable", np.sum),
            queue=table.row("queue", np.max),
            times=[table.times(way) for way in get_args(Way)],
        )

    def _unusual(self, work: UnitOfWork, shown_since: datetime, now: datetime) -> Unusual:
        """Finds the unusual hours since a moment, by comparison with the hours of the last 30 days."""
        since = _floor(now, HOUR) - HOUR * (COMPARED_HOURS - 1)
        table = _Table(self._history.read_steps(work, since, COMPARED_HOURS, HOUR, UNUSUAL_FAMILIES), COMPARED_HOURS)
        unavailable = table.sum("unavailable")
        refused = table.sum("errors/", but={*NO_REFUSALS, *FAULTS})
        series = {
            "unknown_faces": Hourly(table.sum("face_logins/", only={"unknown"})),
            "password_failures": Hourly(table.sum("password_logins/", but={"matched"})),
            "challenge_failures": Hourly(table.sum("challenges/", but={"passed"})),
            "refused": Hourly(refused),
            "unavailable": Hourly(unavailable, MORE_FAULTS),
            "other_faults": Hourly(np.maximum(table.sum("requests/5xx") - unavailable, 0), MORE_FAULTS),
            "face_seconds": Hourly(table.medians("face"), SECONDS, SLOWER, is_time=True),
        }
        found = unusual(since, series, table.sum("face_logins/", only={"matched"}))
        return Unusual(found.hours, [one for one in found.incidents if one.end > shown_since])


def _floor(moment: datetime, step: timedelta) -> datetime:
    """Returns the start of the step that contains a moment. Steps begin at full multiples since midnight in UTC."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return moment - (moment - epoch) % step


def _most(rows: Sequence[Row]) -> Sequence[Row]:
    """Returns the rows with the largest totals, and a row ``other`` with the sum of the rest."""
    ordered = _ordered(rows)
    shown, others = ordered[:MOST_REFUSALS], ordered[MOST_REFUSALS:]
    return [*shown, _row("other", np.sum([row.values for row in others], axis=0))] if others else shown


def _ordered(rows: Sequence[Row]) -> Sequence[Row]:
    """Sorts the rows by total, the largest first."""
    return sorted(rows, key=lambda row: (-row.total, row.name))


def _row(name: str, values: Floats, joined: Callable[[Floats], Any] = np.sum) -> Row:
    return Row(name, round(joined(values)), values.astype(int).tolist())


class _Table:
    """The values of series by step."""

    def __init__(self, found: Mapping[str, Floats], steps: int) -> None:
        self._found = found
        self._nothing = np.zeros(steps)

    def row(self, series: str, joined: Callable[[Floats], Any]) -> Row:
        """Returns the row of one series."""
        return _row(series, self._values(series), joined)

    def rows(self, prefix: str, known: Sequence[str] = ()) -> Sequence[Row]:
        """Returns the rows of all series with this prefix; those in ``known`` come first, counted or not."""
        found = sorted(name.removeprefix(f"{prefix}/") for name in self._found if name.startswith(f"{prefix}/"))
        names = [*known, *(name for name in found if name not in known)]
        return [_row(name, self._values(f"{prefix}/{name}")) for name in names]

    def last_part(self, family: str, known: Sequence[str]) -> Sequence[Row]:
        """Returns the rows of a family by the last label, summed over the other labels."""
        sums = dict.fromkeys(known, self._nothing)
        for series, values in self._found.items():
            if series.startswith(f"{family}/"):
                name = series.rpartition("/")[2]
                sums[name] = sums.get(name, self._nothing) + values
        return [_row(name, values) for name, values in sums.items()]

    def sum(self, prefix: str, *, only: Set[str] | None = None, but: Set[str] = frozenset()) -> Floats:
        """Returns the sum of the series with this prefix whose last label is in ``only`` (if given), not in ``but``."""
        sums = self._nothing
        for series, values in self._found.items():
            last = series.rpartition("/")[2]
            if series.startswith(prefix) and last not in but and (only is None or last in only):
                sums = sums + values
        return sums

    def medians(self, way: str) -> Floats:
        """Returns the median seconds of the logins of one way, by step; nan for steps with fewer than ``LOGINS``."""
        counts = self._buckets(way)
        return np.where(counts.sum(axis=1) >= LOGINS, _seconds(MEDIAN, counts), np.nan)

    def times(self, way: str) -> Times:
        """Estimates the time of the logins of one way."""
        counts = self._buckets(way)
        total = counts.sum(axis=0)
        median, slow = (_quantiles(share, np.vstack([counts, total])) for share in (MEDIAN, SLOW))
        return Times(way, round(total.sum()), median[-1], slow[-1], median[:-1], slow[:-1])

    def _buckets(self, way: str) -> Floats:
        """Returns the number of logins of one way, by step and bucket of time: (steps, buckets)."""
        return np.array([self._values(f"login_seconds/{way}/{_le(bound)}") for bound in (*LOGIN_SECONDS, np.inf)]).T

    def _values(self, series: str) -> Floats:
        return self._found.get(series, self._nothing)


def _quantiles(share: float, counts: Floats) -> list[float | None]:
    """Returns the quantile of each row in seconds; None for a row without values."""
    return [None if value != value else value for value in _seconds(share, counts).tolist()]  # noqa: PLR0124 (nan)


def _seconds(share: float, counts: Floats) -> Floats:
    """Estimates the quantile of each row in seconds: ``LONGEST_SECONDS`` if it is longer, nan without values."""
    found = quantiles(share, LOGIN_SECONDS, counts)
    known = np.minimum(found.round(DIGITS), LONGEST_SECONDS - 10**-DIGITS)
    return np.where(np.isinf(found), LONGEST_SECONDS, known)


def _le(bound: float) -> str:
    """Formats a bound as prometheus-client does."""
    return "+Inf" if np.isinf(bound) else str(float(bound))
