"""Formats the figures of ``benchmarks.speed.distributed`` as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.common.results import table

NOTE = """\
{people:,} people, Citus {citus} on PostgreSQL {postgres}, pgvector {pgvector}: a coordinator and {workers} workers.
Where the saved figures were measured, all of them, the service and the clients share the cores of one machine. A search
is the database's part of a login, from the query vector to the two nearest people. A login is the whole call over HTTP
by one client, including the work on the picture and the session. Milliseconds.
"""

HEADER = (
    "templates on", "search: median", "p95", "right person first",
    "login: median", "p95", "of which database: median", "logins a second at most",
)  # fmt: skip

BUILT = "## What `visage distribute` did\n\nSeconds of each step.\n\n"

GROWN = """\
## A gallery that grew

To {people:,} people on the last shards: with the old index, and after another `visage distribute`.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats a row for each number of shards, and the steps that led there."""
    grown, measured = figures["grown"], sorted(figures["measured"], key=lambda one: int(one["shards"]))
    parts = [
        NOTE.format(people=figures["people"], **figures["cluster"]),
        table(HEADER, [_row(one) for one in measured]),
        BUILT + table(("templates on", "step", "seconds"), list(_steps(measured))),
        GROWN.format(people=grown["people"]),
        table(("", *HEADER[1:4]), [_search(name, grown[name]) for name in ("before", "after")]),
        table(("step", "seconds"), [(step, f"{seconds:.1f}") for step, seconds in grown["steps"]]),
    ]
    return "\n".join(parts)


def _where(shards: int) -> str:
    return f"{shards} shards" if shards else "the coordinator alone"


def _row(one: Mapping[str, Any]) -> Sequence[str]:
    total, database = (one["login"]["stages"][stage] for stage in ("total", "db"))
    return (
        *_search(_where(one["shards"]), one["search"]),
        f"{total['median_ms']:.1f}",
        f"{total['p95_ms']:.1f}",
        f"{database['median_ms']:.1f}",
        f"{max(load['per_second'] for load in one['load']):.0f}",
    )


def _search(name: str, search: Mapping[str, Any]) -> Sequence[str]:
    return name, f"{search['median_ms']:.1f}", f"{search['p95_ms']:.1f}", f"{search['hit_rate']:.1%}"


def _steps(measured: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    for one in measured:
        for step, seconds in one["steps"]:
            yield _where(one["shards"]), step, f"{seconds:.1f}"
