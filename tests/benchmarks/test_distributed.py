"""The figures of distributed galleries: the report, and the measurement if there is a cluster."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.common import logins
from benchmarks.speed import distributed
from benchmarks.speed.distributed import main, timed
from benchmarks.speed.distributed_report import as_markdown
from tests.citus_cluster import cluster_database, needs_cluster
from tests.running_service import MODELS

TIMING = {"median_ms": 4.0, "p95_ms": 5.0, "p99_ms": 6.0, "runs": 1}


def measured(shards: int) -> dict[str, Any]:
    return {
        "shards": shards,
        "steps": [("an index", 1.5)],
        "search": {"hit_rate": 0.995, **TIMING},
        "login": {"stages": {"total": TIMING | {"median_ms": 30.0}, "db": TIMING}},
        "load": [{"per_second": 40.0}, {"per_second": 50.0}],
    }


def test_every_number_of_shards_is_a_row() -> None:
    grown = {"people": 30_000, "before": measured(4)["search"], "after": measured(4)["search"], "steps": []}
    cluster = {"citus": "15.0", "postgres": "18.4", "pgvector": "0.8.5", "workers": 2}
    figures = {"people": 20_000, "cluster": cluster, "measured": [measured(0), measured(4)], "grown": grown}
    told = as_markdown(figures)
    assert "| the coordinator alone | 4.0 | 5.0 | 99.5% | 30.0 | 5.0 | 4.0 | 50 |" in told
    assert "| 4 shards | an index | 1.5 |" in told
    assert "To 30,000 people" in told


def test_a_step_lasts_until_the_next_begins() -> None:
    def steps() -> Iterator[str]:
        yield from ("first", "second")

    (first, one), (second, two) = timed(steps())
    assert (first, second) == ("first", "second")
    assert min(one, two) >= 0


@needs_cluster
@pytest.mark.slow
def test_a_cluster_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "CLIENTS", (1,))
    monkeypatch.setattr(logins, "SECONDS", 0.2)
    monkeypatch.setattr(distributed, "SEARCHES", 50)
    with cluster_database() as url:
        main(
            ["--url", url, "--people", "600", "--shards", "2", "4", "--models", str(MODELS), "--results", str(tmp_path)]
        )
    figures = json.loads((tmp_path / "distributed.json").read_text())["figures"]
    assert [one["shards"] for one in figures["measured"]] == [0, 2, 4]
    assert min(one["search"]["hit_rate"] for one in figures["measured"]) >= 0.95
