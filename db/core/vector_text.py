"""Converts vectors to and from pgvector's text form."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.types import UserDefinedType


class VectorText(UserDefinedType[str]):
    """The type of a parameter that is a vector as :func:`format_vector` writes it."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Returns the name of pgvector's type."""
        return "vector"


def format_vector(vector: Sequence[float] | NDArray[np.floating[Any]]) -> str:
    """Formats a vector, (dimension,), with the nine digits that distinguish every float32.

    With all digits of a double, writing and reading take twice as long.
    """
    numbers = np.asarray(vector, np.float32).tolist()
    return "[" + ("%.9g," * len(numbers) % tuple(numbers))[:-1] + "]"


def parse_vector(text: str) -> NDArray[np.float32]:
    """Parses a vector that was cast to text, as (dimension,) float32."""
    return np.fromstring(text[1:-1], np.float32, sep=",")
