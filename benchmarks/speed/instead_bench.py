"""Starts Visage and the other systems of ``benchmarks.speed.instead``."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2

from benchmarks.common.engines import open_engine
from benchmarks.common.http_client import Client
from benchmarks.common.other_python import NotInstalledError
from benchmarks.common.own_process import stay_on, usable_cores
from benchmarks.peers.deepface_peer import deepface_peer
from benchmarks.peers.face_recognition_peer import face_recognition_peer
from benchmarks.peers.usual_stack import usual_stack
from benchmarks.peers.verifyface_peer import verifyface_peer
from benchmarks.speed.instead_others import ByFaceRecognition, Usual
from benchmarks.speed.instead_systems import ExactSQL, Pipeline, PythonScan, System, Visage
from db.core.engine import create_database
from db.server.embedded import EmbeddedPostgres
from embeddings.core.models import CARDS, FACENET_CASIA_WEBFACE
from embeddings.embed.engine import FaceEngine
from embeddings.weights.weights import locate_weights
from tests.running_service import RunningService

IN_THIS_PROCESS = ("visage", "exact_sql", "python_scan")
"""The systems that share one pipeline in this process."""

UNLIMITED = "address=1000000/hour, account=1000000/hour, all=1000000/hour"
"""The limit of sign-ups, which all come from one address here; all other limits are the defaults."""


@dataclass(frozen=True)
class Bench:
    """Everything started and warm.

    Attributes:
        engine: the service's pipeline, in this process.
        visage: the service.
        systems: all systems by their key, Visage first.
        left_out: why systems are missing, a sentence each.
    """

    engine: FaceEngine
    visage: Visage
    systems: Mapping[str, System]
    left_out: Sequence[str]


@contextmanager
def opened(models: Path) -> Iterator[Bench]:
    """Starts the service and every other system, each on one core."""
    cores = usable_cores()
    first, last = cores[0], cores[-1]
    engine, card = open_engine(CARDS[0].model_id, models)
    weights = locate_weights(FACENET_CASIA_WEBFACE, models)
    left_out: list[str] = []
    with ExitStack() as stack:
        stay_on({first})  # inherited by the service and its database
        cv2.setNumThreads(1)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="visage-bench-"))
        settings = {"VISAGE_LIMITS": "on", "VISAGE_LIMIT_STORE": UNLIMITED, "VISAGE_MODELS": str(models.resolve())}
        service = RunningService(Path(folder) / "home", **settings)
        stack.callback(service.stop)
        service.start()
        url = stack.enter_context(EmbeddedPostgres(service.home).reached())
        database = create_database(url)
        stack.callback(database.dispose)
        client = Client(service.url)
        stack.callback(client.close)
        pipeline = Pipeline(engine)
        visage = Visage(client, database, card, pipeline)
        systems: dict[str, System] = {
            "visage": visage,
            "exact_sql": ExactSQL(database, card, pipeline),
            "python_scan": PythonScan(database, card, pipeline),
            "verifyface": stack.enter_context(verifyface_peer(last)),
            "face_recognition": ByFaceRecognition(stack.enter_context(face_recognition_peer(first))),
            "usual": Usual(stack.enter_context(usual_stack(weights, {last})), database),
        }
        try:
            systems["deepface"] = stack.enter_context(deepface_peer({first}))
        except NotInstalledError as error:
            left_out.append(str(error))
        yield Bench(engine, visage, systems, left_out)
