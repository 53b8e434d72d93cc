"""Searches in the memory of a process, to compare the database with: FAISS without an index and hnswlib's graph.

Both keep the templates of one model, and have no users, transactions or other processes. They search on one thread, as
a connection of PostgreSQL does, and use the inner product, which is the cosine for unit vectors.
"""

import tempfile
import time
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np

from benchmarks.common.synthetic import Vectors
from embeddings.core.types import Vector

M = 16
"""Neighbours of a template in the graph, pgvector's default; twice as many in its lowest layer."""

EF_CONSTRUCTION = 64
"""Candidates kept during the build, pgvector's default."""

EF = 40
"""Candidates kept during a search, pgvector's default."""


class Peer(Protocol):
    """A searchable set of templates.

    Attributes:
        build_seconds: the time to build it.
        memory_bytes: its memory, including the search structure.
    """

    build_seconds: float
    memory_bytes: int

    def nearest(self, query: Vector) -> int:
        """Returns the row of the template most similar to a unit vector, (dimension,)."""
        ...


class FaissFlat:
    """FAISS's exact search over all templates. It sets FAISS to one thread in this process."""

    def __init__(self, templates: Vectors) -> None:
        """
        Args:
            templates: (people, dimension) float32 unit vectors.
        """
        faiss.omp_set_num_threads(1)
        self._index = faiss.IndexFlatIP(templates.shape[1])
        start = time.perf_counter()
        self._index.add(np.ascontiguousarray(templates))
        self.build_seconds = time.perf_counter() - start
        self.memory_bytes = self._index.ntotal * self._index.d * templates.itemsize

    def nearest(self, query: Vector) -> int:
        """See ``Peer``."""
        _, found = self._index.search(query[np.newaxis], 1)
        return int(found[0, 0])


class Hnswlib:
    """The graph of hnswlib: it compares few templates, and sometimes misses the nearest one."""

    def __init__(
        self, templates: Vectors, m: int = M, ef_construction: int = EF_CONSTRUCTION, ef: int = EF, threads: int = 1
    ) -> None:
        """
        Args:
            templates: (people, dimension) float32 unit vectors.
            m: see ``M``.
            ef_construction: see ``EF_CONSTRUCTION``.
            ef: see :meth:`set_ef`.
            threads: threads for the build.
        """
        import hnswlib  # noqa: PLC0415 (it has no wheel for Python 3.13)

        self._index = hnswlib.Index(space="ip", dim=templates.shape[1])
        start = time.perf_counter()
        self._index.init_index(max_elements=len(templates), M=m, ef_construction=ef_construction)
        self._index.add_items(templates, num_threads=threads)
        self.build_seconds = time.perf_counter() - start
        self.memory_bytes = self._saved_bytes()
        self._index.set_num_threads(1)
        self.set_ef(ef)

    def set_ef(self, ef: int) -> None:
        """Sets the number of candidates that a search keeps: more candidates are slower and miss less."""
        self._index.set_ef(ef)

    def nearest(self, query: Vector) -> int:
        """See ``Peer``."""
        found, _ = self._index.knn_query(query, k=1)
        return int(found[0, 0])

    def _saved_bytes(self) -> int:
        """Returns the size of its saved file, which equals its memory."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            self._index.save_index(str(path))
            return path.stat().st_size
