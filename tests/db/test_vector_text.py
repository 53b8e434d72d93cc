"""The text form of vectors."""

import numpy as np

from db.core.vector_text import format_vector, parse_vector
from tests.db.gallery import unit_vectors


def test_a_vector_is_read_as_it_was_written() -> None:
    vector = unit_vectors(1, seed=1)[0]
    assert np.array_equal(parse_vector(format_vector(vector)), vector)


def test_a_list_of_numbers_is_formatted_as_a_vector() -> None:
    assert format_vector([1.0, -0.5]) == "[1,-0.5]"
