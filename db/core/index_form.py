"""What a vector index is made of: its method, and how it keeps vectors.

An index that keeps less than the vectors finds candidates, which the search then ranks by the vectors themselves
(``db.search.templates``). What each form costs and finds is measured by ``benchmarks.speed.scale``.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How an index narrows a search down; PostgreSQL's access method."""

    IVFFLAT = "ivfflat"
    HNSW = "hnsw"


class Storage(StrEnum):
    """How an index keeps vectors: as float32, as float16, or as one bit a number, its sign."""

    VECTOR = "vector"
    HALFVEC = "halfvec"
    BIT = "bit"


OPERATORS = {Storage.VECTOR: "<=>", Storage.HALFVEC: "<=>", Storage.BIT: "<~>"}
"""pgvector's cosine distance, and for bits its Hamming distance."""

BITS = {Storage.VECTOR: 32, Storage.HALFVEC: 16, Storage.BIT: 1}
"""What a number takes."""

OPERATOR_CLASSES = {
    Storage.VECTOR: "vector_cosine_ops",
    Storage.HALFVEC: "halfvec_cosine_ops",
    Storage.BIT: "bit_hamming_ops",
}


EFFORTS = {Method.IVFFLAT: "ivfflat.probes", Method.HNSW: "hnsw.ef_search"}
"""PostgreSQL's setting that says how hard a search looks."""

ITERATIVE_SCAN = "relaxed_order"
"""pgvector's setting by which a search looks further where deleted templates leave too few to rank."""


@dataclass(frozen=True)
class IndexForm:
    """What an index is made of.

    Attributes:
        dimension: the length of the model's vectors.
        method: see ``Method``.
        storage: see ``Storage``.
    """

    dimension: int
    method: Method = Method.IVFFLAT
    storage: Storage = Storage.HALFVEC

    @property
    def is_exact(self) -> bool:
        """Whether the index orders candidates by the vectors themselves, so that there is nothing left to rank."""
        return self.storage is Storage.VECTOR

    @property
    def bytes_each(self) -> int:
        """What a vector takes in the index, without what PostgreSQL adds to each row."""
        return math.ceil(BITS[self.storage] * self.dimension / 8)

    @property
    def operator(self) -> str:
        """The operator of SQL between two values of :meth:`expression`."""
        return OPERATORS[self.storage]

    @property
    def operator_class(self) -> str:
        """What the index is told to order by."""
        return OPERATOR_CLASSES[self.storage]

    def expression(self, vector: str) -> str:
        """What is indexed of a vector, as SQL; a search has to say the same, or the planner sees no use for the index.

        Args:
            vector: an SQL expression of any vector type.
        """
        whole = f"{vector}::vector({self.dimension:d})"
        if self.storage is Storage.HALFVEC:
            return f"{whole}::halfvec({self.dimension:d})"
        if self.storage is Storage.BIT:
            return f"binary_quantize({whole})::bit({self.dimension:d})"
        return whole

    def settings(self, effort: int) -> dict[str, str]:
        """What PostgreSQL is set to for a search that looks so hard, by the names of the settings."""
        return {EFFORTS[self.method]: str(effort), f"{self.method}.iterative_scan": ITERATIVE_SCAN}

    def in_words(self) -> str:
        """For an operator, such as ``ivfflat of bit``."""
        return f"{self.method} of {self.storage}"


_DEFINITION = re.compile(
    r"USING (?P<method>ivfflat|hnsw) .*?\(embedding\)::vector\((?P<dimension>\d+)\)"
    r".*? (?P<operators>vector_cosine|halfvec_cosine|bit_hamming)_ops\)"
)
"""What PostgreSQL says of an index on what :meth:`IndexForm.expression` makes of the column ``embedding``."""


def form_of(definition: str) -> IndexForm:
    """The form of an index.

    Args:
        definition: as ``pg_get_indexdef`` tells it.

    Raises:
        ValueError: this is no index of this module's.
    """
    found = _DEFINITION.search(definition)
    if found is None:
        raise ValueError(f"not an index of face templates: {definition}")
    storage = Storage(found["operators"].partition("_")[0])
    return IndexForm(int(found["dimension"]), Method(found["method"]), storage)
