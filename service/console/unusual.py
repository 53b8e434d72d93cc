"""Finds the hours in which something happened far more often than usual: an attack, or a fault.

The rule is simple, so that an operator can check it. The usual value at an hour of the day is the median of that hour
and its two neighbours, over all known days. A count is unusual if it is at least ``TIMES`` times the usual value and at
least ``MORE`` above it (``MORE_FAULTS`` for faults). A median time is unusual if it is at least ``SLOWER`` times the
usual time and at least ``SECONDS`` above it; hours with fewer than ``LOGINS`` logins have no median. Consecutive
unusual hours are one incident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from service.history.quantiles import Floats

TIMES = 5
MORE, MORE_FAULTS = 20, 5
SLOWER, SECONDS, LOGINS = 3, 0.1, 5

LEAST_HOURS = 24
"""With fewer known hours, nothing is reported."""

MOST = 20
"""The maximal number of incidents to report; the newest are reported."""

HOUR = timedelta(hours=1)
HOURS_A_DAY, NEAR = 24, 3
"""The hours of a day, and how many of them give the usual value of one: that hour and its two neighbours."""


@dataclass(frozen=True)
class Hourly:
    """The values of one series by hour, and the limits above which they are unusual.

    Attributes:
        values: (hours,) counts, or median seconds with nan where nobody logged in.
        more: the minimal difference from the usual value.
        times: the minimal ratio to the usual value.
        is_time: whether the values are seconds.
    """

    values: Floats
    more: float = MORE
    times: float = TIMES
    is_time: bool = False


@dataclass(frozen=True)
class Compared:
    """A series' value in some hours, and the usual value. Counts are sums; times are the longest median in seconds."""

    name: str
    value: float
    usual: float


@dataclass(frozen=True)
class Incident:
    """Hours in which something was unusual.

    Attributes:
        start: when the first of these hours began.
        end: when the last one was over.
        findings: what was unusual.
        matched: the logins by face that matched meanwhile, unusual or not.
    """

    start: datetime
    end: datetime
    findings: Sequence[Compared]
    matched: Compared


@dataclass(frozen=True)
class Unusual:
    """The incidents, the newest first, and the number of known hours; none are reported below ``LEAST_HOURS``."""

    hours: int
    incidents: Sequence[Incident]


def unusual(since: datetime, series: Mapping[str, Hourly], matched: Floats) -> Unusual:
    """Returns the incidents in a number of hours.

    Args:
        since: when the first hour began.
        series: by name, all of the same length; nothing is known before the first hour in which one is not 0.
        matched: (hours,) the logins by face that matched.
    """
    known = [np.nan_to_num(one.values) for one in series.values()]
    counted = np.flatnonzero(np.any([*known, matched], axis=0))
    first = int(counted[0]) if counted.size else len(matched)
    hours = len(matched) - first
    if hours < LEAST_HOURS:
        return Unusual(hours, [])
    usual = {name: _usual(one.values, first) for name, one in series.items()}
    high = {name: _is_high(one, usual[name]) for name, one in series.items()}
    usually_matched = _usual(matched, first)
    incidents = []
    for begin, end in reversed(_runs(np.any([*high.values()], axis=0))):
        part = slice(begin, end)
        findings = [_compared(name, one, usual[name], part) for name, one in series.items() if high[name][part].any()]
        meanwhile = _compared("matched", Hourly(matched), usually_matched, part)
        incidents.append(Incident(since + begin * HOUR, since + end * HOUR, findings, meanwhile))
    return Unusual(hours, incidents[:MOST])


def _usual(values: Floats, first: int) -> Floats:
    """Returns the usual value of each hour, computed from the hours after ``first``; 0 if none is known."""
    places = np.arange(len(values))
    by_hour = np.zeros(HOURS_A_DAY)
    for hour in range(HOURS_A_DAY):
        is_near = (places - hour + 1) % HOURS_A_DAY < NEAR  # this hour and its two neighbours
        near = values[is_near & (places >= first)]
        near = near[~np.isnan(near)]
        by_hour[hour] = np.median(near) if near.size else 0.0
    return by_hour[places % HOURS_A_DAY]


def _is_high(one: Hourly, usual: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    values = np.nan_to_num(one.values)
    high: np.ndarray[tuple[int], np.dtype[np.bool_]] = (values >= one.times * usual) & (values >= usual + one.more)
    return high & (usual > 0) if one.is_time else high


def _runs(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Sequence[tuple[int, int]]:
    """Returns the start and the end (exclusive) of each run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _compared(name: str, one: Hourly, usual: Floats, part: slice) -> Compared:
    if one.is_time:
        worst = part.start + int(np.nanargmax(one.values[part]))
        return Compared(name, float(one.values[worst]), float(usual[worst]))
    return Compared(name, float(one.values[part].sum()), float(usual[part].sum()))
