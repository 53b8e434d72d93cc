"""Other software that people would use for face logins, as systems of ``benchmarks.speed.instead``."""

import time
from functools import lru_cache

import numpy as np
from sqlalchemy import text

from benchmarks.common.statistics import Floats
from benchmarks.peers.answer import Answer
from benchmarks.peers.face_recognition_peer import FaceRecognition
from benchmarks.peers.usual_stack import UsualStack
from benchmarks.speed.instead_systems import KEPT, People
from db.core.engine import Database
from db.core.vector_text import format_vector
from embeddings.core.types import Vector


class Usual:
    """MTCNN and FaceNet in fp32 TensorFlow. A table of pgvector holds the mean of each person's vectors."""

    def __init__(self, usual: UsualStack, database: Database) -> None:
        self._usual = usual
        self._database = database
        self._vector = lru_cache(KEPT)(usual.vector)

    def usable(self, jpeg: bytes) -> bool:
        """See ``System``."""
        return self._vector(jpeg) is not None

    def enrol(self, people: People) -> None:
        """See ``System``."""
        with self._database.autocommit() as connection:
            connection.execute(text("CREATE TABLE usual (name text, embedding vector)"))
            for name, jpegs in people.items():
                vectors = [vector for jpeg in jpegs if (vector := self._vector(jpeg)) is not None]
                mean = np.mean(vectors, axis=0)
                row = {"name": name, "embedding": format_vector(mean / np.linalg.norm(mean))}
                connection.execute(text("INSERT INTO usual VALUES (:name, CAST(:embedding AS vector))"), row)

    def search(self, jpeg: bytes) -> Answer | None:
        """See ``System``."""
        vector = self._vector(jpeg)
        return None if vector is None else self._nearest(vector)

    def log_in(self, jpeg: bytes) -> dict[str, float]:
        """See ``System``."""
        spent = self._usual.time(jpeg)
        vector = self._vector(jpeg)
        if vector is None:
            raise ValueError("no face found")
        start = time.perf_counter()
        self._nearest(vector)
        spent["search"] = (time.perf_counter() - start) * 1000
        return spent | {"total": sum(spent.values())}

    def _nearest(self, vector: Vector) -> Answer:
        statement = "SELECT name, embedding <=> CAST(:query AS vector) AS distance FROM usual ORDER BY 2 LIMIT 1"
        with self._database.autocommit_statement() as connection:
            row = connection.execute(text(statement), {"query": format_vector(vector)}).one()
        return Answer(row.name, 1.0 - row.distance)


class ByFaceRecognition:
    """The package ``face_recognition`` with all encodings of all people, as its README compares them."""

    def __init__(self, library: FaceRecognition) -> None:
        self._library = library
        self._names: list[str] = []
        self._encoded = lru_cache(KEPT)(self._encode)

    def usable(self, jpeg: bytes) -> bool:
        """See ``System``."""
        return self._encoded(jpeg) is not None

    def enrol(self, people: People) -> None:
        """See ``System``."""
        known = [(name, self._encoded(jpeg)) for name, jpegs in people.items() for jpeg in jpegs]
        usable = [(name, encoding) for name, encoding in known if encoding is not None]
        self._names = [name for name, _ in usable]
        self._library.know(np.stack([encoding for _, encoding in usable]))

    def search(self, jpeg: bytes) -> Answer | None:
        """See ``System``; the score is the negative distance."""
        try:
            found = self._library.recognise(jpeg)
        except ValueError:
            return None
        return None if found.nearest is None else Answer(self._names[found.nearest], -found.distance)

    def log_in(self, jpeg: bytes) -> dict[str, float]:
        """See ``System``."""
        spent = dict(self._library.recognise(jpeg).milliseconds)
        return spent | {"total": sum(spent.values())}

    def _encode(self, jpeg: bytes) -> Floats | None:
        try:
            return self._library.encode(jpeg)
        except ValueError:
            return None
