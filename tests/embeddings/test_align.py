"""Faces are aligned with FaceNet's stretched template."""

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.core.geometry import apply
from embeddings.core.types import Face, RGBImage
from embeddings.detect.align import FACENET_SIZE, TEMPLATE, facenet_crop, facenet_matrix

NATURAL = TEMPLATE.copy()
NATURAL[:, 0] = 0.5 + 0.788 * (NATURAL[:, 0] - 0.5)
"""A face with natural proportions, which the template stretches; the factor is ``align.SQUEEZE``."""


def in_image(degrees: float = 0.0, size: float = 300.0) -> NDArray[np.float32]:
    angle = np.radians(degrees)
    rotation = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    return np.asarray(NATURAL * size @ rotation.T + (40.0, 60.0), np.float32)


@pytest.mark.parametrize("degrees", [0.0, 25.0, -80.0])
@pytest.mark.parametrize("size", [40.0, 160.0, 900.0])
def test_a_natural_face_lands_on_the_stretched_template(degrees: float, size: float) -> None:
    points = in_image(degrees, size)
    assert apply(facenet_matrix(points), points) == pytest.approx(TEMPLATE * FACENET_SIZE, abs=1e-3)


def test_the_nose_does_not_change_the_alignment() -> None:
    points = in_image()
    moved = points.copy()
    moved[2] += 50.0
    assert facenet_matrix(moved) == pytest.approx(facenet_matrix(points))


def test_the_middle_of_the_mouth_is_enough() -> None:
    points = in_image(degrees=12.0)
    middle = points.copy()
    middle[3:] = points[3:].mean(axis=0)
    assert facenet_matrix(middle) == pytest.approx(facenet_matrix(points), abs=1e-3)


def test_a_crop_has_the_networks_size(astronaut: RGBImage, astronaut_face: Face) -> None:
    crop = facenet_crop(astronaut, astronaut_face.points)
    assert crop.shape == (160, 160, 3)
    assert crop.dtype == np.uint8
