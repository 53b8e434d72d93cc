"""The refusal of captures, and its reasons."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from embeddings.core.types import Box, Face, Pose, Quality, Reason, RGBImage
from embeddings.detect.finder import FaceFinder
from embeddings.quality.quality import (
    MAX_PITCH,
    MAX_ROLL,
    MAX_YAW,
    MIN_BRIGHTNESS,
    MIN_EYE_LIGHT,
    MIN_FACE_WIDTH,
    MIN_VISIBILITY,
    check_capture,
    check_faces,
    measure,
)
from tests.photographs import president_files

GOOD = Quality(face_width=150, sharpness=100, brightness=120, contrast=50, inside=1.0, visibility=35.0, eye_light=0.9)


def face(width: float = 100.0, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Face:
    points = np.zeros((5, 2), np.float32)
    return Face(Box(0, 0, width, width), 0.9, "blazeface-short", points, None, None, Pose(yaw, pitch, roll))


def covered(image: RGBImage, face: Face, top: float, bottom: float) -> RGBImage:
    """Draws a dark object before the face, from ``top`` to ``bottom`` in eye distances below the eyes."""
    left_eye, right_eye = face.points[:2]
    (x, y), width = (left_eye + right_eye) / 2.0, float(right_eye[0] - left_eye[0])
    picture = image.copy()
    picture[int(y + top * width) : int(y + bottom * width), int(x - 1.4 * width) : int(x + 1.4 * width)] = (60, 40, 50)
    return picture


def test_no_faces_give_the_reason_no_face() -> None:
    assert check_faces([]) == [Reason.NO_FACE]


def test_one_face_is_accepted() -> None:
    assert check_faces([face()]) == []


def test_a_second_person_at_a_similar_distance_is_refused() -> None:
    assert check_faces([face(100), face(60)]) == [Reason.SEVERAL_FACES]


def test_bystanders_in_the_background_do_not_count() -> None:
    assert check_faces([face(100), face(33), face(20)]) == []


def test_a_second_face_counts_from_a_third_of_the_largest() -> None:
    assert check_faces([face(99), face(33)]) == [Reason.SEVERAL_FACES]


def test_a_good_capture_is_accepted() -> None:
    assert check_capture(face(), GOOD) == []


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        (replace(GOOD, face_width=MIN_FACE_WIDTH - 1), Reason.TOO_SMALL),
        (replace(GOOD, brightness=MIN_BRIGHTNESS - 1), Reason.TOO_DARK),
        (replace(GOOD, brightness=230), Reason.TOO_BRIGHT),
        (replace(GOOD, contrast=5, brightness=60), Reason.TOO_DARK),
        (replace(GOOD, contrast=5, brightness=200), Reason.TOO_BRIGHT),
        (replace(GOOD, sharpness=4), Reason.BLURRED),
        (replace(GOOD, inside=0.7), Reason.CUT_OFF),
        (replace(GOOD, visibility=MIN_VISIBILITY - 1), Reason.COVERED),
        (replace(GOOD, eye_light=MIN_EYE_LIGHT - 0.1), Reason.COVERED),
    ],
)
def test_each_shortcoming_has_its_reason(quality: Quality, reason: Reason) -> None:
    assert check_capture(face(), quality) == [reason]


@pytest.mark.parametrize("angles", [{"yaw": MAX_YAW + 1}, {"pitch": -MAX_PITCH - 1}, {"roll": MAX_ROLL + 1}])
def test_a_face_turned_too_far_is_turned_away(angles: dict[str, float]) -> None:
    assert check_capture(face(**angles), GOOD) == [Reason.TURNED_AWAY]


@pytest.mark.parametrize("yaw", [-30.0, 30.0])
def test_the_turns_that_sign_up_asks_for_are_allowed(yaw: float) -> None:
    assert check_capture(face(yaw=yaw), GOOD) == []


def test_all_reasons_are_returned() -> None:
    assert check_capture(face(yaw=60.0), replace(GOOD, brightness=10, inside=0.5)) == [
        Reason.CUT_OFF,
        Reason.TOO_DARK,
        Reason.TURNED_AWAY,
    ]


def test_a_face_without_a_mesh_is_not_called_covered() -> None:
    assert check_capture(face(), replace(GOOD, visibility=None)) == []


def test_a_dark_face_is_not_called_covered() -> None:
    assert check_capture(face(), replace(GOOD, brightness=10, visibility=0.0)) == [Reason.TOO_DARK]


@pytest.mark.parametrize(("top", "bottom"), [(0.3, 3.0), (-0.22, 0.22)], ids=["scarf", "sunglasses"])
def test_a_covered_face_is_refused(
    finder: FaceFinder, astronaut: RGBImage, astronaut_face: Face, top: float, bottom: float
) -> None:
    image = covered(astronaut, astronaut_face, top, bottom)
    (found,) = finder.find(image)
    assert check_capture(found, measure(image, found)) == [Reason.COVERED]


def test_a_photograph_of_a_person_passes(astronaut: RGBImage, astronaut_face: Face) -> None:
    assert check_capture(astronaut_face, measure(astronaut, astronaut_face)) == []


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photograph_on_its_side_or_upside_down_is_turned_away(
    finder: FaceFinder, astronaut: RGBImage, quarters: int
) -> None:
    image = np.ascontiguousarray(np.rot90(astronaut, quarters))
    (found,) = finder.find(image)
    assert check_capture(found, measure(image, found)) == [Reason.TURNED_AWAY]


def test_darkness_is_measured_on_the_face(astronaut: RGBImage, astronaut_face: Face) -> None:
    dark = (astronaut * 0.15).astype(np.uint8)
    assert Reason.TOO_DARK in check_capture(astronaut_face, measure(dark, astronaut_face))


def test_blur_is_measured_on_the_face(astronaut: RGBImage, astronaut_face: Face) -> None:
    blurred = np.asarray(cv2.GaussianBlur(astronaut, (0, 0), 3.5), np.uint8)
    assert check_capture(astronaut_face, measure(blurred, astronaut_face)) == [Reason.BLURRED]


def test_the_part_beyond_the_edge_is_not_inside(astronaut: RGBImage) -> None:
    half_out = replace(face(), box=Box(-50, 0, 50, 100), points=np.array([(1, 2), (9, 2), (5, 5), (2, 8), (8, 8)]))
    assert measure(astronaut, half_out).inside == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["obama_partial_face.jpg", "obama_partial_face2.jpg"])
def test_a_face_at_the_edge_is_cut_off(name: str, request: pytest.FixtureRequest) -> None:
    image = np.asarray(cv2.imread(str(president_files()[name]), cv2.IMREAD_COLOR_RGB), np.uint8)
    (found,) = request.getfixturevalue("finder").find(image)
    assert check_capture(found, measure(image, found)) == [Reason.CUT_OFF]
