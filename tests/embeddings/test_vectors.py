"""Arithmetic on embeddings and their text form."""

import numpy as np
import pytest

from embeddings.core.types import Vector
from embeddings.core.vectors import average, decode_vector, encode_vector, normalise, template


def unit(*values: float) -> Vector:
    return normalise(np.array(values))


@pytest.fixture
def vector() -> Vector:
    return normalise(np.random.default_rng(0).normal(size=512))


def test_a_normalised_vector_has_unit_length_and_32_bits(vector: Vector) -> None:
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("values", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_values_without_a_direction_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="direction"):
        normalise(np.array(values))


def test_an_average_scores_as_its_vectors_do_on_average(vector: Vector) -> None:
    vectors = [normalise(np.random.default_rng(seed).normal(size=512) + 20 * vector) for seed in range(1, 4)]
    direction, length = average(vectors)
    assert np.linalg.norm(direction) == pytest.approx(1.0)
    assert direction @ vector * length == pytest.approx(np.mean([one @ vector for one in vectors]))


def test_a_template_lies_in_the_middle_of_its_captures() -> None:
    assert template([unit(1, 0), unit(0, 1)]) == pytest.approx([0.5**0.5, 0.5**0.5])


def test_a_template_of_one_capture_is_that_capture(vector: Vector) -> None:
    assert template([vector]) == pytest.approx(vector, abs=1e-7)


def test_a_template_of_no_captures_is_refused() -> None:
    with pytest.raises(ValueError, match="no vectors"):
        template([])


def test_a_vector_can_be_encoded_and_decoded(vector: Vector) -> None:
    assert decode_vector(encode_vector(vector)) @ vector > 1 - 1e-5


def test_512_numbers_are_1368_characters(vector: Vector) -> None:
    assert len(encode_vector(vector)) == 1368


def test_the_text_is_little_endian_half_precision() -> None:
    assert encode_vector(unit(1, 0)) == "ADwAAA=="


@pytest.mark.parametrize("text", ["?", "AAA=", "AAAA", ""])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|float16|direction"):
        decode_vector(text)
