"""What happened in the last days: logins, sign-ups, refusals, challenges, time and load, from the history."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from db.core.unit_of_work import UnitOfWork
from service.history.history import History, Points
from service.history.quantiles import quantile
from service.runtime.metrics import LOGIN_SECONDS

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

MEDIAN, SLOW = 0.5, 0.95


@dataclass(frozen=True)
class Row:
    """The counts of one kind.

    Attributes:
        name: of the kind, a word of the history's vocabularies.
        total: over all steps: their sum; the largest or latest value for series that combine so.
        values: by step; 0 where nothing was counted.
    """

    name: str
    total: float
    values: Sequence[float]


@dataclass(frozen=True)
class Times:
    """How long the logins of one way took, in seconds; estimates from buckets. None where nobody logged in.

    Attributes:
        name: ``face``, ``password``, ``passkey`` or ``sign_up``.
        count: how many logins these are, matched or not; refused ones are not among them.
        p50: the median of all steps.
        p95: 95 % of all steps took at most this long.
        p50_values: the median by step.
        p95_values: by step.
    """

    name: str
    count: float
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
        starts: when each step began; the last one is not over.
        face_logins: by outcome.
        face_logins_of_users: the same with a given username.
        password_logins: by outcome.
        passkey_logins: by outcome.
        enrolments: sign-ups and re-enrolments.
        refusals: error answers by code, the most frequent first; ``other`` are the rest.
        challenges: replies to challenges by outcome.
        passive_checks: by outcome.
        requests: by class of status.
        unavailable: requests answered 503.
        queue: the most requests that waited for a slot in one process.
        times: by way.
    """

    days: int
    step_seconds: int
    starts: Sequence[datetime]
    face_logins: Sequence[Row]
    face_logins_of_users: Sequence[Row]
    password_logins: Sequence[Row]
    passkey_logins: Sequence[Row]
    enrolments: Sequence[Row]
    refusals: Sequence[Row]
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
        last = _floor(now, step)
        starts = [last - step * back for back in reversed(range(timedelta(days=days) // step))]
        period: Literal["hour", "day"] = "day" if step == timedelta(days=1) else "hour"
        table = _Table(self._history.read(work, period, starts[0], last + step), starts, step)
        return OverviewReport(
            days=days,
            step_seconds=int(step.total_seconds()),
            starts=starts,
            face_logins=table.rows("face_logins/gallery", ["matched", "unknown", "ambiguous"]),
            face_logins_of_users=table.rows("face_logins/person", ["matched", "unknown", "ambiguous"]),
            password_logins=table.rows("password_logins", ["matched"]),
            passkey_logins=table.rows("passkey_logins", ["matched"]),
            enrolments=table.rows("enrolments", ["sign_up", "re_enrolment"]),
            refusals=_most(row for row in table.rows("errors") if row.name not in NO_REFUSALS),
            challenges=table.last_part("challenges", ["passed"]),
            passive_checks=table.last_part("passive_checks", ["passed"]),
            requests=table.rows("requests"),
            unavailable=table.row("unavailable"),
            queue=table.row("queue", max),
            times=[table.times(way) for way in ("face", "password", "passkey", "sign_up")],
        )


def _floor(moment: datetime, step: timedelta) -> datetime:
    """The start of the step that a moment is in. Steps begin at midnight in UTC."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return moment - (moment - epoch) % step


def _most(rows: Iterable[Row]) -> Sequence[Row]:
    """The rows with the largest totals, and the sum of the others."""
    ordered = sorted(rows, key=lambda row: (-row.total, row.name))
    shown, others = ordered[:MOST_REFUSALS], ordered[MOST_REFUSALS:]
    return [*shown, _sum("other", others)] if others else shown


def _sum(name: str, rows: Sequence[Row]) -> Row:
    values = [sum(at) for at in zip(*(row.values for row in rows), strict=True)]
    return Row(name, sum(row.total for row in rows), values)


class _Table:
    """The values of series by step."""

    def __init__(self, history: Mapping[str, Points], starts: Sequence[datetime], step: timedelta) -> None:
        self._history = history
        self._starts = starts
        self._step = step

    def row(self, series: str, joined: Callable[[Iterable[float]], float] = sum) -> Row:
        """The values of one series."""
        return self._row(series, series, joined)

    def rows(self, prefix: str, known: Sequence[str] = ()) -> Sequence[Row]:
        """The rows of all series that begin so; ``known`` come first, whether they were counted or not."""
        found = sorted(name.removeprefix(f"{prefix}/") for name in self._history if name.startswith(f"{prefix}/"))
        names = [*known, *(name for name in found if name not in known)]
        return [self._row(name, f"{prefix}/{name}", sum) for name in names]

    def last_part(self, family: str, known: Sequence[str]) -> Sequence[Row]:
        """The rows of a family by the last part of the name, added up over the other labels."""
        parts: dict[str, list[Row]] = {name: [] for name in known}
        for row in self.rows(family):
            parts.setdefault(row.name.rpartition("/")[2], []).append(row)
        empty = Row("", 0.0, [0.0] * len(self._starts))
        return [_sum(name, rows or [empty]) for name, rows in parts.items()]

    def times(self, way: str) -> Times:
        """Estimates the time of the logins of one way."""
        bounds = [*LOGIN_SECONDS, float("inf")]
        buckets = {bound: self._row("", f"login_seconds/{way}/{_le(bound)}", sum) for bound in bounds}
        total = {bound: row.total for bound, row in buckets.items()}
        steps = [{bound: row.values[at] for bound, row in buckets.items()} for at in range(len(self._starts))]
        return Times(
            way,
            sum(total.values()),
            quantile(MEDIAN, total),
            quantile(SLOW, total),
            [quantile(MEDIAN, step) for step in steps],
            [quantile(SLOW, step) for step in steps],
        )

    def _row(self, name: str, series: str, joined: Callable[[Iterable[float]], float]) -> Row:
        values: list[float] = [0.0] * len(self._starts)
        for start, value in self._history.get(series, ()):
            place = (start - self._starts[0]) // self._step
            values[place] = joined((values[place], value))
        return Row(name, joined(values), values)


def _le(bound: float) -> str:
    """A bound as prometheus-client writes it."""
    return "+Inf" if bound == float("inf") else str(float(bound))
