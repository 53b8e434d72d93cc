"""The same login by other ways, in one process without HTTP, which makes them look faster: milliseconds by stage."""

import time
import uuid
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.common.gallery import Seeded
from benchmarks.common.pictures import vector_of
from benchmarks.common.searches import time_searches
from benchmarks.common.synthetic import SyntheticPeople, Vectors
from benchmarks.common.timings import by_stage
from benchmarks.peers.deepface_peer import DeepFacePeer
from benchmarks.peers.face_recognition_peer import FaceRecognition
from benchmarks.peers.peers import FaissFlat, Hnswlib, Peer
from benchmarks.peers.python_scan import scan_everybody
from benchmarks.peers.usual_stack import UsualStack
from db.core.engine import Database
from db.search import templates
from embeddings.core.models import ModelCard
from embeddings.core.types import Vector
from embeddings.embed.engine import FaceEngine

RUNS, WARM_UP = 20, 3
SCANS = 3
"""Timed scans of everybody's ``facial_data``; one alone at ``SCAN_LIMIT``, where it takes more than ten seconds."""

SCAN_LIMIT = 100_000
"""The maximal number of people for the scan in Python, which then takes many seconds and needs 1.3 GB of test data."""

GRAPH_LIMIT = 100_000
"""The maximal number of people for hnswlib's graph of whole vectors; for a million it takes longer than all else."""

DEEPFACE_PEOPLE = 30_000
"""People in all timed searches of deepface together, but at least one search: with 100,000, it takes ten seconds."""

PEER_SEARCHES = 300
ENCODING = 128
"""The length of the encodings of ``face_recognition``."""

Stages = dict[str, dict[str, float]]


def the_usual_stack(
    usual: UsualStack, database: Database, card: ModelCard, jpeg: bytes, vector: Vector, rest: float
) -> Stages:
    """Times MTCNN and FaceNet in fp32 TensorFlow, with the same statement in the same database.

    Args:
        vector: the vector to search for: the service's own of the same picture, because the gallery has no others.
        rest: milliseconds of the service's login for everything else, which would take this stack as long.
    """
    return _timed(lambda: usual.time(jpeg), lambda: _search(database, card, vector), lambda: {"rest": rest})


def face_recognition_library(library: FaceRecognition, jpeg: bytes, people: int) -> Stages:
    """Times the package ``face_recognition`` as its README shows it, on one thread, with all encodings in memory."""
    library.know(np.random.default_rng(1).normal(0.0, 0.1, (people, ENCODING)))
    return _timed(lambda: dict(library.recognise(jpeg).milliseconds))


def deepface_library(library: DeepFacePeer | None, jpeg: bytes, people: int) -> dict[str, Stages]:
    """Times the package ``deepface`` on a folder of so many people, by its README and by its fast options.

    Nothing if it is not installed, or if there are too many people: it reads all vectors again at each search.
    """
    if library is None or people > SCAN_LIMIT:
        return {}
    library.grow(people - 1)
    runs = max(1, min(RUNS, DEEPFACE_PEOPLE // people))
    return {
        "deepface": _timed(lambda: library.log_in(jpeg), runs=runs, warm_up=0),
        "deepface_fast": _timed(lambda: library.log_in_fast(jpeg), runs=runs, warm_up=0),
    }


def scan_in_python(database: Database, engine: FaceEngine, jpeg: bytes, people: int) -> Stages | None:
    """Times comparing the service's vector with all ``facial_data`` in Python; None if there are too many people."""
    if people > SCAN_LIMIT:
        return None

    def scan() -> dict[str, float]:
        start = time.perf_counter()
        vector = vector_of(engine, jpeg)
        embedded = time.perf_counter()
        (best, _), _ = scan_everybody(database, engine.model_id, vector)
        end = time.perf_counter()
        if best != "astronaut":
            raise RuntimeError("the scan found another person than the astronaut")
        return {"face": (embedded - start) * 1000, "scan": (end - embedded) * 1000}

    return _timed(scan, runs=SCANS if people < SCAN_LIMIT else 1, warm_up=0)


def in_memory(card: ModelCard, people: int) -> dict[str, Any]:
    """Times searches alone with FAISS without an index and hnswlib's graph, in this process.

    hnswlib is left out where it is not installed: it has no wheel for Python 3.13.
    """
    drawn = SyntheticPeople(card, people)
    first = drawn.draw(PEER_SEARCHES, captures=1)
    gallery = np.concatenate([first.templates, *drawn.batches(people - PEER_SEARCHES)])
    found = {"faiss_flat": _of_peer(FaissFlat(gallery), first.captures[:, 0])}
    if people <= GRAPH_LIMIT and find_spec("hnswlib"):
        found["hnswlib"] = _of_peer(Hnswlib(gallery, ef=100, threads=2), first.captures[:, 0])
    return found


def _of_peer(peer: Peer, queries: Vectors) -> dict[str, Any]:
    people = Seeded([uuid.UUID(int=row) for row in range(len(queries))], queries)
    found = time_searches(peer.nearest, people, len(queries))
    return {**found.as_dict(), "build_seconds": peer.build_seconds, "megabytes": peer.memory_bytes / 2**20}


def _search(database: Database, card: ModelCard, vector: Vector) -> dict[str, float]:
    start = time.perf_counter()
    with database.single_statements() as work:
        templates.nearest(work.session, {card.model_id: vector})
    return {"db": (time.perf_counter() - start) * 1000}


def _timed(*parts: Callable[[], dict[str, float]], runs: int = RUNS, warm_up: int = WARM_UP) -> Stages:
    """Runs the parts one after the other, several times; the sum of their stages is ``total``."""
    timed = []
    for _ in range(warm_up + runs):
        spent: dict[str, float] = {}
        for part in parts:
            spent |= part()
        timed.append(spent | {"total": sum(spent.values())})
    return {stage: timing.as_dict() for stage, timing in by_stage(timed[warm_up:]).items()}
