"""Visage and other searches for its vectors, for ``benchmarks.speed.instead``, and the interface of every system."""

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from benchmarks.common.http_client import Client, StatusError
from benchmarks.common.pictures import MAX_PIXELS, as_base64
from benchmarks.peers.answer import Answer
from benchmarks.peers.python_scan import scan_everybody
from db.core.engine import Database
from db.core.vector_text import format_vector
from db.search import templates
from db.search.statement import Search, nearest_statement
from embeddings.core.models import ModelCard
from embeddings.core.types import Vector
from embeddings.decode.decode import decode_image
from embeddings.embed.engine import FaceEngine
from embeddings.quality.quality import check_capture, check_faces

People = Mapping[str, Sequence[bytes]]
"""The pictures, as JPEG, of each person to enrol."""

REFUSALS = (409, 422)
"""Statuses of a sign-up whose pictures cannot be used, or whose face is enrolled already."""

PASSWORD = "a benchmark's password"  # noqa: S105 (of accounts that are gone with the run)

KEPT = 8_192
"""Vectors that are kept between the searches of one run: those of all photographs."""


class System(Protocol):
    """Software that people enrol in and log in to with their face."""

    def usable(self, jpeg: bytes) -> bool:
        """Whether it accepts this picture, with one face at least."""
        ...

    def enrol(self, people: People) -> None:
        """Enrols people, once."""
        ...

    def search(self, jpeg: bytes) -> Answer | None:
        """Returns the best candidate; None if it does not accept the picture."""
        ...

    def log_in(self, jpeg: bytes) -> dict[str, float]:
        """Logs in once: milliseconds by stage, with ``total``."""
        ...


class Pipeline:
    """Visage's pipeline in this process, for the searches whose scores the service does not disclose."""

    def __init__(self, engine: FaceEngine) -> None:
        self._engine = engine
        self.known = lru_cache(KEPT)(self.vector)

    def vector(self, jpeg: bytes) -> Vector | None:
        """Returns the unit vector of the face, (dimension,); None if the service would refuse the picture."""
        pixels = decode_image(jpeg, MAX_PIXELS).pixels
        faces = self._engine.find_faces(pixels, twice=False)
        if check_faces(faces) or check_capture(faces[0], self._engine.measure(pixels, faces[0])):
            return None
        return self._engine.embed(pixels, faces[0])


class Visage:
    """The running service: people sign up and log in over HTTP."""

    def __init__(self, client: Client, database: Database, card: ModelCard, pipeline: Pipeline) -> None:
        self._client = client
        self._database = database
        self._card = card
        self._pipeline = pipeline
        self.refused = 0

    def usable(self, jpeg: bytes) -> bool:
        """See ``System``."""
        return self._pipeline.known(jpeg) is not None

    def enrol(self, people: People) -> None:
        """Signs people up; ``refused`` counts those whom the service refuses."""
        for name, jpegs in people.items():
            images = [as_base64(jpeg) for jpeg in jpegs]
            body = {"username": name, "password": PASSWORD, "images": images, "consent": True}
            try:
                self._client.post("/user/facial/store", body)
            except StatusError as error:
                if error.status not in REFUSALS:
                    raise
                self.refused += 1

    def search(self, jpeg: bytes) -> Answer | None:
        """Searches the service's database as a login does, and applies its margin to the second-best person."""
        vector = self._pipeline.known(jpeg)
        if vector is None:
            return None
        with self._database.single_statements() as work:
            best, second = templates.nearest(work.session, {self._card.model_id: vector})
        return Answer(best.username, best.similarity, best.similarity - second.similarity < self._card.margin)

    def log_in(self, jpeg: bytes) -> dict[str, float]:
        """See ``System``; from opening a connection to the answer with the session and the token."""
        reply, spent = self._recognize(jpeg)
        if reply["status"] != "matched":
            raise RuntimeError(f"a person was not recognised: {reply['status']}")
        return {"total": spent["total"]}

    def matches(self, jpeg: bytes) -> bool:
        """Whether a login with this picture succeeds at the service's own cut-off."""
        try:
            reply, _ = self._recognize(jpeg)
        except StatusError as error:
            if error.status not in REFUSALS:
                raise
            return False
        return bool(reply["status"] == "matched")

    def _recognize(self, jpeg: bytes) -> tuple[dict[str, Any], dict[str, float]]:
        self._client.close()  # the service has ended it while other systems had their turn; a request opens another
        return self._client.post("/user/facial/recognize", {"image": as_base64(jpeg)})


class ByVisagesVector:
    """Other searches for Visage's vector, in this process: everything but the search is Visage's pipeline."""

    def __init__(self, database: Database, card: ModelCard, pipeline: Pipeline) -> None:
        self._database = database
        self._card = card
        self._pipeline = pipeline

    def usable(self, jpeg: bytes) -> bool:
        """See ``System``."""
        return self._pipeline.known(jpeg) is not None

    def enrol(self, people: People) -> None:
        """Does nothing, because these searches read what the service has stored."""

    def search(self, jpeg: bytes) -> Answer | None:
        """See ``System``."""
        vector = self._pipeline.known(jpeg)
        return None if vector is None else self.nearest(vector)

    def log_in(self, jpeg: bytes) -> dict[str, float]:
        """See ``System``."""
        start = time.perf_counter()
        vector = self._pipeline.vector(jpeg)
        embedded = time.perf_counter()
        if vector is None:
            raise ValueError("the picture cannot be used")
        self.nearest(vector)
        end = time.perf_counter()
        return {
            "face": (embedded - start) * 1000,
            "search": (end - embedded) * 1000,
            "total": (end - start) * 1000,
        }

    def nearest(self, vector: Vector) -> Answer:
        """Returns the person whose template is the most similar to a unit vector, (dimension,)."""
        raise NotImplementedError


class ExactSQL(ByVisagesVector):
    """One SQL statement that compares the vector with every template, without an index."""

    def nearest(self, vector: Vector) -> Answer:
        """See ``ByVisagesVector``."""
        statement = nearest_statement([Search(self._card.model_id, self._card.dimension)], 1)
        with self._database.autocommit_statement() as connection:
            row = connection.execute(statement, {"query_0": format_vector(vector)}).one()
        return Answer(row.username, 1.0 - row.distance)


class PythonScan(ByVisagesVector):
    """Reads everybody's ``facial_data`` and compares it in Python."""

    def nearest(self, vector: Vector) -> Answer:
        """See ``ByVisagesVector``."""
        best, score = scan_everybody(self._database, self._card.model_id, vector)[0]
        return Answer(best, score)
