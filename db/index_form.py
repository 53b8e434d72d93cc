"""What a vector index is made of: its method, how it keeps vectors, and which of their numbers.

An index that keeps less than the whole vectors finds candidates, which the search then ranks by the whole vectors
(``db.templates``). What each form costs and finds is measured by ``benchmarks.frontier``.
"""

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
        first: the first number that is kept, counted from 1 as SQL does.
        length: how many are kept; None for all from ``first`` on.
    """

    dimension: int
    method: Method = Method.IVFFLAT
    storage: Storage = Storage.HALFVEC
    first: int = 1
    length: int | None = None

    @property
    def kept(self) -> int:
        """How many numbers of each vector are kept."""
        return self.length or self.dimension - self.first + 1

    @property
    def is_exact(self) -> bool:
        """Whether the index orders candidates by the whole vectors, so that there is nothing left to rank."""
        return self.storage is Storage.VECTOR and self.kept == self.dimension

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
        part = f"{vector}::vector({self.dimension:d})"
        if self.kept != self.dimension:
            part = f"subvector({part}, {self.first:d}, {self.kept:d})::vector({self.kept:d})"
        if self.storage is Storage.HALFVEC:
            return f"{part}::halfvec({self.kept:d})"
        if self.storage is Storage.BIT:
            return f"binary_quantize({part})::bit({self.kept:d})"
        return part

    def settings(self, effort: int) -> dict[str, str]:
        """What PostgreSQL is set to for a search that looks so hard, by the names of the settings."""
        return {EFFORTS[self.method]: str(effort), f"{self.method}.iterative_scan": ITERATIVE_SCAN}

    def in_words(self) -> str:
        """For an operator, such as ``ivfflat, numbers 513 to 704 as halfvec``."""
        numbers = "all numbers" if self.kept == self.dimension else f"numbers {self.first} to {self.last}"
        return f"{self.method}, {numbers} as {self.storage}"

    @property
    def last(self) -> int:
        """The last number that is kept."""
        return self.first + self.kept - 1


_DEFINITION = re.compile(
    r"USING (?P<method>ivfflat|hnsw) .*?\(embedding\)::vector\((?P<dimension>\d+)\)"
    r"(?:, (?P<first>\d+), (?P<length>\d+)\)\)::vector)?"
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
    dimension = int(found["dimension"])
    first, length = int(found["first"] or 1), int(found["length"] or dimension)
    return IndexForm(dimension, Method(found["method"]), storage, first, None if length == dimension else length)
