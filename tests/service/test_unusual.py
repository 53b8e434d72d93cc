"""The unusual hours that the console tells."""

from datetime import UTC, datetime, timedelta

import numpy as np

from service.console.unusual import LEAST_HOURS, MORE, MOST, TIMES, Hourly, unusual

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = 7 * 24


def at(
    *values: float, place: int, usual: float = 10.0, hours: int = WEEK
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Hours that are all usual, but those from a place on."""
    found = np.full(hours, usual)
    found[place : place + len(values)] = values
    return found


class TestUnusual:
    def test_hours_that_follow_each_other_are_one_incident(self) -> None:
        counts = at(500, 600, place=50)
        (incident,) = unusual(SINCE, {"refused": Hourly(counts)}, at(place=0)).incidents
        assert (incident.start, incident.end) == (SINCE + timedelta(hours=50), SINCE + timedelta(hours=52))
        (found,) = incident.findings
        assert (found.name, found.value, found.usual) == ("refused", 1100, 20)
        assert (incident.matched.value, incident.matched.usual) == (20, 20)

    def test_series_that_are_unusual_at_once_are_one_incident(self) -> None:
        series = {"refused": Hourly(at(500, place=50)), "unknown_faces": Hourly(at(500, place=51))}
        (incident,) = unusual(SINCE, series, at(place=0)).incidents
        assert [one.name for one in incident.findings] == ["refused", "unknown_faces"]

    def test_a_count_must_be_many_times_and_many_more(self) -> None:
        def is_told(value: float, usual: float) -> bool:
            found = unusual(SINCE, {"refused": Hourly(at(value, place=50, usual=usual))}, at(place=0))
            return bool(found.incidents)

        assert is_told(10 * TIMES, 10)
        assert not is_told(10 * TIMES - 1, 10)
        assert is_told(1 + MORE, 1)
        assert not is_told(MORE, 1)

    def test_counts_that_recur_each_day_at_this_hour_are_usual(self) -> None:
        mornings = np.tile([*[2.0] * 8, 100.0, 120.0, 90.0, *[2.0] * 13], 7)
        assert unusual(SINCE, {"refused": Hourly(mornings)}, at(place=0)).incidents == []

    def test_an_incident_has_the_longest_median_time(self) -> None:
        seconds = at(0.5, 0.9, place=50, usual=0.02)
        seconds[:20] = np.nan
        series = {"face_seconds": Hourly(seconds, more=0.1, times=3, is_time=True)}
        (incident,) = unusual(SINCE, series, at(place=0)).incidents
        assert (incident.findings[0].value, incident.findings[0].usual) == (0.9, 0.02)

    def test_hours_before_the_first_count_say_nothing(self) -> None:
        counts = at(*[0] * (WEEK - LEAST_HOURS), place=0, usual=30)
        assert unusual(SINCE, {"refused": Hourly(counts)}, np.zeros(WEEK)).incidents == []

    def test_a_short_history_has_no_incidents(self) -> None:
        counts = np.zeros(WEEK)
        counts[-LEAST_HOURS + 1 :] = 1
        counts[-1] = 1_000
        found = unusual(SINCE, {"refused": Hourly(counts)}, np.zeros(WEEK))
        assert (found.hours, found.incidents) == (LEAST_HOURS - 1, [])

    def test_the_newest_incidents_come_first_and_their_number_is_limited(self) -> None:
        counts = np.full(30 * 24, 1.0)
        counts[::29] = 1_000
        found = unusual(SINCE, {"refused": Hourly(counts)}, counts).incidents
        assert len(found) == MOST
        assert found[0].start > found[-1].start
