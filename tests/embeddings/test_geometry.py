"""Similarity transforms, and crops of an image."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.core.geometry import apply, cut, fit_similarity, invert, stretch_x

TRIANGLE = np.array([(0.0, 0.0), (4.0, 0.0), (0.0, 3.0)])


def turned(points: NDArray[np.float64], degrees: float, scale: float, x: float, y: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    rotation = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    result: NDArray[np.float64] = scale * points @ rotation.T + (x, y)
    return result


@pytest.mark.parametrize(("degrees", "scale", "x", "y"), [(0, 1, 0, 0), (30, 2, 5, -7), (-170, 0.1, 1000, 3)])
def test_a_similarity_is_recovered(degrees: float, scale: float, x: float, y: float) -> None:
    target = turned(TRIANGLE, degrees, scale, x, y)
    assert apply(fit_similarity(TRIANGLE, target), TRIANGLE) == pytest.approx(target)


def test_a_mirror_image_is_not_fitted() -> None:
    matrix = fit_similarity(TRIANGLE, TRIANGLE * (-1.0, 1.0))
    assert np.linalg.det(matrix[:, :2]) >= 0.0


def test_the_fit_is_the_least_squares_one() -> None:
    target = TRIANGLE + np.array([(0.3, -0.1), (-0.2, 0.2), (0.1, 0.4)])
    rows = [row for x, y in TRIANGLE for row in ((x, -y, 1.0, 0.0), (y, x, 0.0, 1.0))]
    a, b, x, y = np.linalg.lstsq(np.array(rows), target.ravel(), rcond=None)[0]
    assert fit_similarity(TRIANGLE, target) == pytest.approx(np.array([(a, -b, x), (b, a, y)]))


def test_a_stretch_moves_points_away_from_its_centre() -> None:
    identity = np.eye(2, 3)
    points = np.array([(80.0, 5.0), (100.0, 5.0)])
    assert apply(stretch_x(identity, 1.5, 80.0), points) == pytest.approx(np.array([(80.0, 5.0), (110.0, 5.0)]))


def test_an_inverted_transform_goes_back() -> None:
    matrix = fit_similarity(TRIANGLE, turned(TRIANGLE, 40, 3, 1, 2))
    assert apply(invert(matrix), apply(matrix, TRIANGLE)) == pytest.approx(TRIANGLE)


def test_beyond_the_image_it_is_black() -> None:
    white = np.full((10, 10, 3), 255, np.uint8)
    region = cut(white, np.array([(1.0, 0.0, 5.0), (0.0, 1.0, 5.0)]), 20, 20)
    assert region[5:15, 5:15].min() == 255
    assert region[:5].max() == 0


@pytest.mark.parametrize("times", [3, 7.3, 16])
def test_shrinking_averages_instead_of_skipping_pixels(times: float) -> None:
    stripes = np.zeros((800, 800, 3), np.uint8)
    stripes[:, ::2] = 255
    region = cut(stripes, np.array([(1 / times, 0.0, 0.0), (0.0, 1 / times, 0.0)]), 40, 40)
    away_from_the_edge = region[2:, 2:].astype(int)
    assert np.abs(away_from_the_edge - 127).max() <= 16


@pytest.mark.parametrize("times", [3.0, 5.5, 12.0])
def test_shrinking_keeps_things_in_their_place(times: float) -> None:
    blob = np.zeros((900, 900, 3), np.uint8)
    cv2.circle(blob, (300, 540), 60, (255, 255, 255), -1)
    matrix = np.array([(1 / times, 0.0, 2.0), (0.0, 1 / times, -3.0)])
    region = cut(blob, matrix, 300, 300)[:, :, 0].astype(float)
    rows, columns = np.indices(region.shape)
    centre = np.array([(region * columns).sum(), (region * rows).sum()]) / region.sum()
    assert centre == pytest.approx(apply(matrix, np.array([(300.0, 540.0)]))[0], abs=0.1)


def test_a_region_beside_the_image_is_all_black() -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    assert cut(white, np.array([(0.1, 0.0, 500.0), (0.0, 0.1, 500.0)]), 20, 20).max() == 0
