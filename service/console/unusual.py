"""Finds the hours in which something happened far more often than usual: an attack, or a fault.

The rule is simple, so that an operator can check it. What is usual at an hour of the day is the median of that hour and
its two neighbours, over all days that are known. A count is unusual from ``TIMES`` times as many on, and at least
``MORE`` more (of faults ``MORE_FAULTS``). A median time is unusual from ``SLOWER`` times as long on, and at least
``SECONDS`` more, where ``LOGINS`` logins were counted. Unusual hours that follow each other are one incident.
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
"""Of fewer hours nobody knows what is usual."""

MOST = 20
"""How many incidents are told: the newest."""

HOUR = timedelta(hours=1)
HOURS_A_DAY, NEAR = 24, 3


@dataclass(frozen=True)
class Hourly:
    """What one series was in each hour.

    Attributes:
        values: (hours,) counts, or median seconds with nan where nobody logged in.
        more: how much more than usual is unusual, at least.
        times: how many times as much, at least.
        is_time: whether these are seconds.
    """

    values: Floats
    more: float = MORE
    times: float = TIMES
    is_time: bool = False


@dataclass(frozen=True)
class Compared:
    """A figure of some hours beside what is usual in them: counts are sums, times the longest median in seconds."""

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
    """What was unusual: ``hours`` are those compared; below ``LEAST_HOURS`` nothing is found. The newest first."""

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
    """What is usual in each hour, by the hours from ``first`` on; 0 where nothing is known."""
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
    """The first place of each run of true flags, and that after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _compared(name: str, one: Hourly, usual: Floats, part: slice) -> Compared:
    if one.is_time:
        worst = part.start + int(np.nanargmax(one.values[part]))
        return Compared(name, float(one.values[worst]), float(usual[worst]))
    return Compared(name, float(one.values[part].sum()), float(usual[part].sum()))
