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
    """Scales a vector to unit length, float32.

    Raises:
        ValueError: the values are not finite, or all are zero, so there is no direction.
    """
    length = float(np.linalg.norm(values.astype(np.float64)))
    if not np.isfinite(length) or length == 0.0:
        raise ValueError("a vector without a direction")
    return (values / length).astype(np.float32)


def average(vectors: Sequence[Vector]) -> tuple[Vector, float]:
    """Returns the direction and the length of the mean of unit vectors.

    The cosine of any vector to the direction, times the length, is the average of its cosines to the vectors.

    Returns:
        A unit vector, (dimension,) float32, and a length of 0 to 1. The more similar the vectors are, the nearer the
        length is to 1.

    Raises:
        ValueError: there are no vectors, or they cancel out.
    """
    if not vectors:
        raise ValueError("no vectors to average")
    mean = np.asarray(np.mean(vectors, axis=0, dtype=np.float64))
    return normalise(mean), float(np.linalg.norm(mean))


def template(vectors: Sequence[Vector]) -> Vector:
    """Returns a person's template: the direction of the mean of their captures' vectors; raises as :func:`average`."""
    direction, _ = average(vectors)
    return direction


def encode_vector(vector: Vector) -> str:
    """Encodes a vector as base64 (standard alphabet) of little-endian float16."""
    return base64.b64encode(vector.astype(STORED_TYPE).tobytes()).decode("ascii")


def decode_vector(text: str) -> Vector:
    """Decodes a vector of ``encode_vector`` and scales it to unit length again.

    Raises:
        ValueError: the text is not in that form.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(data) % STORED_TYPE.itemsize:
        raise ValueError("not a whole number of float16")
    return normalise(np.frombuffer(data, STORED_TYPE).astype(np.float32))
