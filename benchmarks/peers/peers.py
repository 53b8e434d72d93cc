"""Searches in the memory of a process, to compare the database with: FAISS without an index and hnswlib's graph.

Both keep the templates of one model and know nothing of users, transactions or other processes. They search on one
thread, as a connection of PostgreSQL does, and take the inner product, which of unit vectors is the cosine.
"""

import tempfile
import time
from pathlib import Path
from typing import Protocol

import faiss
import hnswlib
import numpy as np

from benchmarks.common.synthetic import Vectors
from embeddings.core.types import Vector

M = 16
"""Neighbours to a template in the graph, pgvector's default; twice as many in its lowest layer."""

EF_CONSTRUCTION = 64
"""Candidates kept while the graph is built, pgvector's default."""

EF = 40
"""Candidates kept while searching, pgvector's default."""


class Peer(Protocol):
    """Templates that can be searched.

    Attributes:
        build_seconds: what it took to take them in.
        memory_bytes: what they take, with all that is kept to find them.
    """

    build_seconds: float
    memory_bytes: int

    def nearest(self, query: Vector) -> int:
        """The row of the template most similar to a unit vector, (dimension,)."""
        ...


class FaissFlat:
    """FAISS's exact search: every template is compared. Has FAISS use one thread in this process from then on."""

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
    """The graph of hnswlib: few templates are compared, and now and then the nearest one is not among them."""

    def __init__(
        self, templates: Vectors, m: int = M, ef_construction: int = EF_CONSTRUCTION, ef: int = EF, threads: int = 1
    ) -> None:
        """
        Args:
            templates: (people, dimension) float32 unit vectors.
            m: see ``M``.
            ef_construction: see ``EF_CONSTRUCTION``.
            ef: see :meth:`set_ef`.
            threads: to build with.
        """
        self._index = hnswlib.Index(space="ip", dim=templates.shape[1])
        start = time.perf_counter()
        self._index.init_index(max_elements=len(templates), M=m, ef_construction=ef_construction)
        self._index.add_items(templates, num_threads=threads)
        self.build_seconds = time.perf_counter() - start
        self.memory_bytes = self._saved_bytes()
        self._index.set_num_threads(1)
        self.set_ef(ef)

    def set_ef(self, ef: int) -> None:
        """How many candidates a search keeps: the more, the slower and the surer."""
        self._index.set_ef(ef)

    def nearest(self, query: Vector) -> int:
        """See ``Peer``."""
        found, _ = self._index.knn_query(query, k=1)
        return int(found[0, 0])

    def _saved_bytes(self) -> int:
        """The size of the file that it saves: what it has in memory, written down as it is."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            self._index.save_index(str(path))
            return path.stat().st_size
