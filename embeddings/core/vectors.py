"""Arithmetic on embeddings, and their compact text form."""

import base64
import binascii
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Vector

STORED_TYPE = np.dtype("<f2")
"""Little-endian IEEE 754 half precision: 128 numbers are 344 characters, and a cosine changes by less than 1e-5."""


def normalise(values: NDArray[np.floating]) -> Vector:
    """The same direction at unit length, float32.

    Raises:
        ValueError: the values are not finite or all zero, and so have no direction.
    """
    length = float(np.linalg.norm(values.astype(np.float64)))
    if not np.isfinite(length) or length == 0.0:
        raise ValueError("a vector without a direction")
    return (values / length).astype(np.float32)


def average(vectors: Sequence[Vector]) -> tuple[Vector, float]:
    """The mean of unit vectors, as its direction and its length.

    The cosine of any vector to the direction, times the length, is the average of its cosines to the vectors.

    Returns:
        A unit vector, (dimension,) float32, and a length of 0 to 1, the nearer to 1 the more alike the vectors are.

    Raises:
        ValueError: there are none, or they cancel out.
    """
    if not vectors:
        raise ValueError("no vectors to average")
    mean = np.asarray(np.mean(vectors, axis=0, dtype=np.float64))
    return normalise(mean), float(np.linalg.norm(mean))


def template(vectors: Sequence[Vector]) -> Vector:
    """One person's template: the direction of the mean of their captures' vectors; raises as :func:`average`."""
    direction, _ = average(vectors)
    return direction


def encode_vector(vector: Vector) -> str:
    """Base64 (standard alphabet) of the numbers as little-endian float16."""
    return base64.b64encode(vector.astype(STORED_TYPE).tobytes()).decode("ascii")


def decode_vector(text: str) -> Vector:
    """The vector that ``encode_vector`` wrote, brought to unit length again.

    Raises:
        ValueError: the text is not that.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(data) % STORED_TYPE.itemsize:
        raise ValueError("not a whole number of float16")
    return normalise(np.frombuffer(data, STORED_TYPE).astype(np.float32))
