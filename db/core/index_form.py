"""Describes a vector index: its method, and how it stores vectors.

An index that stores less than the whole vectors finds candidates, which the search then ranks by the whole vectors
(``db.search.templates``). ``benchmarks.speed.scale`` measures the cost and the recall of each form.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """The method by which an index narrows a search down; PostgreSQL's access method."""

    IVFFLAT = "ivfflat"
    HNSW = "hnsw"


class Storage(StrEnum):
    """The stored form of a vector: float32, float16, or one bit a component, its sign."""

    VECTOR = "vector"
    HALFVEC = "halfvec"
    BIT = "bit"


OPERATORS = {Storage.VECTOR: "<=>", Storage.HALFVEC: "<=>", Storage.BIT: "<~>"}
"""pgvector's cosine distance, and its Hamming distance for bits."""

BITS = {Storage.VECTOR: 32, Storage.HALFVEC: 16, Storage.BIT: 1}
"""Bits a component."""

OPERATOR_CLASSES = {
    Storage.VECTOR: "vector_cosine_ops",
    Storage.HALFVEC: "halfvec_cosine_ops",
    Storage.BIT: "bit_hamming_ops",
}
"""pgvector's operator classes of these operators."""

EFFORTS = {Method.IVFFLAT: "ivfflat.probes", Method.HNSW: "hnsw.ef_search"}
"""PostgreSQL's setting for the search effort of each method."""

ITERATIVE_SCAN = "relaxed_order"
"""The value of pgvector's setting that continues a search if deleted templates leave too few candidates."""


@dataclass(frozen=True)
class IndexForm:
    """The form of an index.

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
        """Whether the index orders candidates by the whole vectors, so that they need no further ranking."""
        return self.storage is Storage.VECTOR

    @property
    def bytes_each(self) -> int:
        """Bytes of a vector in the index, without PostgreSQL's overhead for each row."""
        return math.ceil(BITS[self.storage] * self.dimension / 8)

    @property
    def operator(self) -> str:
        """The SQL operator between two values of :meth:`expression`."""
        return OPERATORS[self.storage]

    @property
    def operator_class(self) -> str:
        """The operator class of the index."""
        return OPERATOR_CLASSES[self.storage]

    def expression(self, vector: str) -> str:
        """Returns the indexed expression as SQL; a search must use the same, or the planner cannot use the index.

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
        """Returns PostgreSQL's settings for a search of this effort, by name."""
        return {EFFORTS[self.method]: str(effort), f"{self.method}.iterative_scan": ITERATIVE_SCAN}

    def in_words(self) -> str:
        """Describes the form for an operator, such as ``ivfflat of bit``."""
        return f"{self.method} of {self.storage}"


_DEFINITION = re.compile(
    r"USING (?P<method>ivfflat|hnsw) .*?\(embedding\)::vector\((?P<dimension>\d+)\)"
    r".*? (?P<operators>vector_cosine|halfvec_cosine|bit_hamming)_ops\)"
)
"""Matches PostgreSQL's definition of an index on :meth:`IndexForm.expression` of the column ``embedding``."""


def form_of(definition: str) -> IndexForm:
    """Returns the form of an index.

    Args:
        definition: as ``pg_get_indexdef`` returns it.

    Raises:
        ValueError: it does not define an index that this module describes.
    """
    found = _DEFINITION.search(definition)
    if found is None:
        raise ValueError(f"not an index of face templates: {definition}")
    storage = Storage(found["operators"].partition("_")[0])
    return IndexForm(int(found["dimension"]), Method(found["method"]), storage)
