"""BlazeFace's output becomes boxes and points, each face once."""

import numpy as np
import pytest

from embeddings.core.types import Box, Face, RGBImage
from embeddings.detect.blazeface import (
    FULL_RANGE,
    LEFT_EYE,
    MOUTH,
    NOSE,
    RIGHT_EYE,
    SHORT_RANGE,
    BlazeFace,
    Variant,
    anchors,
    decode,
    letterbox,
    merge,
)


def candidate(left: float, top: float, size: float) -> np.ndarray:
    points = np.full((8, 2), (left + size / 2, top + size / 2), np.float32)
    points[0], points[1] = (left, top), (left + size, top + size)
    return points


@pytest.mark.parametrize(("variant", "count"), [(SHORT_RANGE, 896), (FULL_RANGE, 2304)])
def test_there_is_an_anchor_for_each_output(variant: Variant, count: int) -> None:
    assert anchors(variant).shape == (count, 2)


def test_anchors_lie_in_the_middle_of_their_cells_row_by_row() -> None:
    first = anchors(SHORT_RANGE)[:4]
    assert first == pytest.approx(np.array([(1 / 32, 1 / 32), (1 / 32, 1 / 32), (3 / 32, 1 / 32), (3 / 32, 1 / 32)]))


def test_a_candidate_is_decoded_around_its_anchor() -> None:
    raw = np.array([[2.0, -3.0, 20.0, 10.0] + [4.0, 5.0] * 6], np.float32)
    points, scores = decode(raw, np.array([2.0], np.float32), np.array([(0.5, 0.25)], np.float32), 128)
    assert points[0, :2] == pytest.approx(np.array([(56.0, 24.0), (76.0, 34.0)]))
    assert points[0, 2:] == pytest.approx(np.full((6, 2), (68.0, 37.0)))
    assert scores == pytest.approx([1 / (1 + np.exp(-2.0))])


def test_unsure_and_inside_out_candidates_are_dropped() -> None:
    raw = np.zeros((2, 16), np.float32)
    raw[0, 2:4], raw[1, 2:4] = 10.0, -10.0
    points, _ = decode(raw, np.array([-0.1, 5.0], np.float32), np.full((2, 2), 0.5, np.float32), 128)
    assert len(points) == 0


def test_extreme_logits_do_not_overflow() -> None:
    raw = np.full((2, 16), 10.0, np.float32)
    _, scores = decode(raw, np.array([1e9, -1e9], np.float32), np.full((2, 2), 0.5, np.float32), 128)
    assert scores == pytest.approx([1.0])


def test_similar_candidates_become_their_weighted_mean() -> None:
    pair = np.stack([candidate(0, 0, 10), candidate(3, 0, 10)])
    ((points, score),) = merge(pair, np.array([0.9, 0.6], np.float32))
    assert points[0] == pytest.approx((1.2, 0.0))
    assert score == pytest.approx(0.9)


def test_the_weighted_mean_is_bit_equal_to_that_of_numpy() -> None:
    random = np.random.default_rng(5)
    points = candidate(20, 20, 100) + random.uniform(-5, 5, (12, 8, 2)).astype(np.float32)
    scores = np.sort(random.uniform(0.5, 1.0, 12).astype(np.float32))[::-1]
    ((merged, _),) = merge(points, scores)
    assert merged.dtype == np.float32
    assert np.array_equal(merged, np.average(points, axis=0, weights=scores))


def test_a_small_box_within_a_large_one_is_the_same_face() -> None:
    pair = np.stack([candidate(0, 0, 100), candidate(30, 30, 30)])
    assert len(merge(pair, np.array([0.9, 0.8], np.float32))) == 1


def test_neighbours_stay_two_faces() -> None:
    pair = np.stack([candidate(0, 0, 100), candidate(80, 10, 100)])
    assert len(merge(pair, np.array([0.9, 0.8], np.float32))) == 2


def test_no_candidates_are_no_faces() -> None:
    assert merge(np.zeros((0, 8, 2), np.float32), np.zeros(0, np.float32)) == []


@pytest.mark.parametrize(("rows", "columns"), [(480, 640), (640, 480), (3, 500), (1, 1)])
def test_a_letterbox_keeps_proportions_in_the_middle(rows: int, columns: int) -> None:
    view, scale, left, top = letterbox(np.full((rows, columns, 3), 200, np.uint8), 128)
    lit = np.argwhere(view[:, :, 0] > 0)
    assert lit.min(axis=0).tolist() == [top, left]
    assert np.ptp(lit, axis=0) + 1 == pytest.approx(np.maximum(1, np.array([rows, columns]) * scale), abs=1)


def inside(point: np.ndarray, box: Box) -> bool:
    return bool(box.left < point[0] < box.right and box.top < point[1] < box.bottom)


@pytest.mark.parametrize("variant", [SHORT_RANGE, FULL_RANGE])
def test_the_real_network_finds_a_face_with_its_parts_in_place(
    variant: Variant, astronaut: RGBImage, astronaut_face: Face
) -> None:
    (detection,) = BlazeFace(variant).detect(astronaut)
    left_eye, right_eye, nose, mouth = detection.points[[LEFT_EYE, RIGHT_EYE, NOSE, MOUTH]]
    assert all(inside(point, detection.box) for point in (left_eye, right_eye, nose, mouth))
    assert left_eye == pytest.approx(astronaut_face.points[0], abs=8)
    assert right_eye == pytest.approx(astronaut_face.points[1], abs=8)
    assert mouth == pytest.approx(astronaut_face.points[3:].mean(axis=0), abs=8)
