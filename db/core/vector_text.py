"""Vectors as pgvector writes and reads them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def format_vector(vector: Sequence[float] | NDArray[np.floating[Any]]) -> str:
    """A vector, (dimension,), with the nine digits that tell every float32 apart.

    As many numbers with all the digits of a double take twice as long to write and to read.
    """
    numbers = np.asarray(vector, np.float32).tolist()
    return "[" + ("%.9g," * len(numbers) % tuple(numbers))[:-1] + "]"


def parse_vector(text: str) -> NDArray[np.float32]:
    """A vector that was cast to text, as (dimension,) float32."""
    return np.fromstring(text[1:-1], np.float32, sep=",")
