import pytest

from benchmarks.common.timings import by_stage, raw_by_stage, summarise


def test_the_median_and_the_percentiles_are_of_all_runs() -> None:
    timing = summarise([float(value) for value in range(101)])
    assert (timing.median, timing.p95, timing.p99, timing.runs) == (50.0, 95.0, 99.0, 101)


def test_every_stage_is_summarised_by_itself() -> None:
    timings = by_stage([{"decode": 1.0, "embed": 10.0}, {"decode": 3.0, "embed": 20.0}])
    assert timings["decode"].median == pytest.approx(2.0)
    assert timings["embed"].median == pytest.approx(15.0)


def test_raw_runs_are_kept_to_the_microsecond() -> None:
    assert raw_by_stage([{"decode": 1.23456}, {"decode": 2.0}]) == {"decode": [1.235, 2.0]}
