"""Times face logins on a Citus cluster: ``python -m benchmarks.speed.distributed --url postgresql://...``.

The URL names an empty database on the coordinator, to which the workers have been added (see docs/scaling.md). The
benchmark fills it, starts the real service on it, and times searches and logins over HTTP: on the coordinator alone,
then with each number of shards. At the end the gallery grows, and `visage distribute` runs once more.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.gallery import Seeded, seed_gallery
from benchmarks.common.http_client import Client
from benchmarks.common.logins import Picture, load_logins, sign_up, time_logins
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, write_results
from benchmarks.common.searches import search_as_a_login_does, snapshot_now
from benchmarks.speed.distributed_report import as_markdown
from db.core.engine import Database, create_database
from db.core.index_form import Method
from db.core.presence import models_served
from db.search.index_status import index_status
from db.server.migrate import upgrade
from db.sharding.distribution import distribute, undistribute
from embeddings.core.models import CARDS, ModelCard
from service.gallery.vector_index import VectorIndex, index_form, query_similarities
from tests.running_service import RunningService
from tests.waiting import wait_until

PEOPLE = 20_000
SHARDS = (2, 8, 32, 4)
"""The last number is what `visage distribute` makes for two workers; with it the gallery grows."""

SEARCHES = 1_000
GROWTH = 1.5
"""The factor by which the gallery grows before the last run of `visage distribute`."""

PACKAGES = ("ai-edge-litert", "numpy", "flask", "gunicorn", "sqlalchemy", "psycopg2-binary", "pgvector")

_CLUSTER = text("""
    SELECT current_setting('server_version') AS postgres,
           (SELECT extversion FROM pg_extension WHERE extname = 'citus') AS citus,
           (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS pgvector,
           (SELECT count(*) FROM pg_dist_node WHERE isactive AND groupid <> 0) AS workers
""")


@dataclass(frozen=True)
class Bench:
    """The fixtures for every number of shards.

    Attributes:
        database: on the coordinator.
        service: stopped while the templates are distributed.
        card: the model.
        picture: of the person who is enrolled and logs in.
        seeded: other people to search for.
    """

    database: Database
    service: RunningService
    card: ModelCard
    picture: Picture
    seeded: Seeded

    def on_one_server(self) -> dict[str, Any]:
        """Returns the figures before the templates are distributed."""
        start = time.perf_counter()
        VectorIndex(self.database, self.card, Method.IVFFLAT).ensure()
        return self._figures(0, [("the index, and how hard searches look in it", time.perf_counter() - start)])

    def on_shards(self, shards: int) -> dict[str, Any]:
        """Returns the figures with this many shards, which stay."""
        return self._figures(shards, self.distribute(shards))

    def distribute(self, shards: int) -> list[tuple[str, float]]:
        """Returns what `visage distribute` reports, and the seconds of each step."""
        form = index_form(self.card, Method.IVFFLAT)
        steps = distribute(self.database, self.card.model_id, form, query_similarities(self.card), shards)
        return timed(steps)

    def search(self) -> dict[str, Any]:
        """Times searches as logins make them, one after the other."""
        snapshot = snapshot_now(self.database, self.card)
        return search_as_a_login_does(self.database, self.card, self.seeded, SEARCHES, snapshot).as_dict()

    def _figures(self, shards: int, steps: Sequence[tuple[str, float]]) -> dict[str, Any]:
        status = index_status(self.database, self.card.model_id)
        search = self.search()
        with running(self.service, self.database):
            login = time_logins(self.service.url, self.picture)
            load = [figures.as_dict() for figures in load_logins(self.service.url, self.picture)]
        return {
            "shards": shards,
            "steps": steps,
            "effort": status.tuning.effort if status.tuning else None,
            "recall": status.tuning.recall if status.tuning else None,
            "search": search,
            "login": login,
            "load": load,
        }


def timed(steps: Iterator[str]) -> list[tuple[str, float]]:
    """Returns each step with the seconds until the next one."""
    told, begun = [], []
    for step in steps:
        told.append(step)
        begun.append(time.perf_counter())
    ends = [*begun[1:], time.perf_counter()]
    return [(step, end - start) for step, start, end in zip(told, begun, ends, strict=True)]


@contextmanager
def running(service: RunningService, database: Database) -> Iterator[None]:
    """Runs the service, and waits at the end until its connections have ended."""
    service.start()
    try:
        yield
    finally:
        service.stop()
        wait_until(lambda: not _served(database))


def measure(bench: Bench, shard_counts: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Measures on the coordinator alone, then with each number of shards; the last one stays."""
    yield bench.on_one_server()
    for number, shards in enumerate(shard_counts):
        if number:
            list(undistribute(bench.database))
        yield bench.on_shards(shards)


def grow(bench: Bench, people: int) -> dict[str, Any]:
    """Enrols more people on the shards, and runs `visage distribute` for the indexes."""
    more = round((GROWTH - 1) * people)
    seed_gallery(bench.database, bench.card, more, first=people, facial_data=False)
    before = bench.search()
    return {"people": people + more, "before": before, "steps": bench.distribute(0), "after": bench.search()}


@contextmanager
def opened(url: str, people: int, models: Path) -> Iterator[Bench]:
    """Yields a filled database with the service stopped."""
    upgrade(url)
    engine, card = open_engine(CARDS[0].model_id, models)
    database = create_database(url, statement_timeout_ms=0)
    with tempfile.TemporaryDirectory(prefix="visage-bench-") as folder:
        settings = {"DATABASE_URL": url, "VISAGE_SERVER_TIMING": "true", "VISAGE_MODELS": str(models.resolve())}
        service = RunningService(Path(folder) / "home", **settings)
        with running(service, database):
            client = Client(service.url)
            picture = sign_up(client, engine)
            client.close()
        seeded = seed_gallery(database, card, people - 1)
        yield Bench(database, service, card, picture, seeded)
    database.dispose()


def cluster_of(database: Database) -> dict[str, str | int]:
    """Returns the versions and the number of workers."""
    with database.unit_of_work() as work:
        return dict(work.session.execute(_CLUSTER).one()._mapping)


def _served(database: Database) -> bool:
    with database.unit_of_work() as work:
        return bool(models_served(work.session))


def main(arguments: list[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.distributed", description=__doc__)
    parser.add_argument("--url", required=True, help="an empty database on the coordinator")
    parser.add_argument("--people", type=int, default=PEOPLE, help="number of people to enrol")
    parser.add_argument("--shards", type=int, nargs="+", default=SHARDS, help="numbers of shards, one after the other")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    with opened(chosen.url, chosen.people, chosen.models) as bench:
        cluster = cluster_of(bench.database)
        measured = []
        for figures in measure(bench, chosen.shards):
            measured.append(figures)
            print(figures["shards"] or "one server", figures["search"], flush=True)
        grown = grow(bench, chosen.people)
    figures = {"people": chosen.people, "cluster": cluster, "measured": measured, "grown": grown}
    markdown = as_markdown(figures)
    print(markdown)
    title = f"Face logins of {chosen.people:,} people on a Citus cluster"
    write_results("distributed", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)


if __name__ == "__main__":
    main(sys.argv[1:])
