"""Real detectors on real photographs: every face once, the largest first, and nothing without a person."""

import cv2
import numpy as np
import pytest

from embeddings.core.types import Face, RGBImage
from embeddings.detect.blazeface import SHORT_RANGE, BlazeFace, Detection
from embeddings.detect.facemesh import SURE_LOGIT, FaceMesh
from embeddings.detect.finder import MAX_FACES, MOST_PIXELS, FaceFinder, distinct
from embeddings.quality.quality import MIN_VISIBILITY
from tests.photographs import cat, president


class NothingSeen(BlazeFace):
    def detect(self, image: RGBImage, shrink: float = 1.0) -> list[Detection]:
        return []


class NoMesh(FaceMesh):
    def locate(self, image: RGBImage, found: object, *, twice: bool = True) -> None:
        return None


@pytest.fixture(scope="session")
def only_dlib(finder: FaceFinder) -> FaceFinder:
    return FaceFinder(NothingSeen(SHORT_RANGE), NothingSeen(SHORT_RANGE), finder.mesh, finder.dlib)


@pytest.fixture(scope="session")
def without_mesh(finder: FaceFinder) -> FaceFinder:
    return FaceFinder(finder.short_range, finder.full_range, NoMesh(), finder.dlib)


@pytest.fixture(scope="session")
def portrait() -> RGBImage:
    """(562, 450, 3), a face 136 pixels wide."""
    photograph = president("obama.jpg")
    return np.asarray(cv2.resize(photograph, (450, 562), interpolation=cv2.INTER_AREA), np.uint8)


def on_canvas(picture: RGBImage, rows: int, columns: int, top: int, left: int) -> RGBImage:
    canvas = np.full((rows, columns, 3), 128, np.uint8)
    canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return canvas


@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"])
def test_a_portrait_shows_one_face(finder: FaceFinder, name: str) -> None:
    (face,) = finder.find(president(name))
    assert face.mesh is not None
    assert face.mesh_logit is not None
    assert face.mesh_logit > MIN_VISIBILITY


def test_a_face_in_a_picture_of_many_pixels_lies_where_it_lies_in_a_small_one(
    finder: FaceFinder, portrait: RGBImage
) -> None:
    times = 6
    assert portrait.size / 3 * times**2 > 4 * MOST_PIXELS
    large = cv2.resize(portrait, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR)
    (small,), (found,) = finder.find(portrait), finder.find(np.asarray(large, np.uint8))
    assert found.points / times == pytest.approx(small.points, abs=0.02 * small.box.width)
    assert found.box.width / times == pytest.approx(small.box.width, rel=0.02)


def test_one_look_at_a_sure_face_finds_nearly_what_two_find(finder: FaceFinder, portrait: RGBImage) -> None:
    (one,), (two,) = finder.find(portrait, twice=False), finder.find(portrait)
    assert one.points != pytest.approx(two.points, abs=1e-3)
    assert one.points == pytest.approx(two.points, abs=0.05 * two.box.width)


def test_a_face_that_is_hard_to_see_is_looked_at_twice_anyway(finder: FaceFinder, portrait: RGBImage) -> None:
    covered = portrait.copy()
    (face,) = finder.find(portrait)
    covered[int(face.points[:3, 1].mean()) :] = 90  # everything below the middle of the nose
    (one,), (two,) = finder.find(covered, twice=False), finder.find(covered)
    assert two.mesh_logit is not None
    assert two.mesh_logit < SURE_LOGIT
    assert one.points.tolist() == two.points.tolist()


def test_points_are_ordered_as_seen_in_the_image(astronaut_face: Face) -> None:
    left_eye, right_eye, nose, mouth_left, mouth_right = astronaut_face.points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert mouth_left[0] < mouth_right[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(mouth_left[1], mouth_right[1])


def test_a_mirrored_photograph_gives_mirrored_points(finder: FaceFinder, portrait: RGBImage) -> None:
    (face,) = finder.find(portrait)
    (mirrored,) = finder.find(np.ascontiguousarray(portrait[:, ::-1]))
    back = mirrored.points[[1, 0, 2, 4, 3]] * (-1, 1) + (portrait.shape[1] - 1, 0)
    assert back == pytest.approx(face.points, abs=0.04 * face.box.width)
    assert mirrored.pose.yaw == pytest.approx(-face.pose.yaw, abs=6.0)


def test_the_mesh_turns_with_the_head(finder: FaceFinder, astronaut: RGBImage, astronaut_face: Face) -> None:
    turn = cv2.getRotationMatrix2D((222.0, 128.0), -25.0, 1.0)
    (face,) = finder.find(np.asarray(cv2.warpAffine(astronaut, turn, (512, 512)), np.uint8))
    assert face.pose.roll - astronaut_face.pose.roll == pytest.approx(25.0, abs=4.0)
    expected = astronaut_face.points @ turn[:, :2].T + turn[:, 2]
    assert face.points == pytest.approx(expected, abs=4.0)


@pytest.mark.parametrize(("quarters", "roll"), [(1, 90.0), (2, 180.0), (3, -90.0)])
def test_the_roll_of_a_rotated_photograph_is_measured(
    finder: FaceFinder, astronaut: RGBImage, quarters: int, roll: float
) -> None:
    (face,) = finder.find(np.ascontiguousarray(np.rot90(astronaut, -quarters)))
    assert (face.pose.roll - roll + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=15.0)


def test_two_people_are_two_faces_the_larger_first(finder: FaceFinder, astronaut: RGBImage, portrait: RGBImage) -> None:
    both = np.hstack([astronaut[:, :400], on_canvas(portrait[:512], 512, 450, 0, 0)])
    faces = finder.find(both)
    assert len(faces) == 2
    assert faces[0].box.width > faces[1].box.width
    assert faces[0].box.left > 400


@pytest.mark.parametrize("margin", [-0.1, 0.0, 0.2])
def test_a_face_that_fills_the_image_is_found(
    finder: FaceFinder, astronaut: RGBImage, astronaut_face: Face, margin: float
) -> None:
    box = astronaut_face.box
    edge = margin * box.width
    tight = astronaut[int(box.top - edge) : int(box.bottom + edge), int(box.left - edge) : int(box.right + edge)]
    assert len(finder.find(np.ascontiguousarray(tight))) == 1


def test_a_face_far_away_is_found_by_the_full_range_detector(finder: FaceFinder, astronaut: RGBImage) -> None:
    (face,) = finder.find(on_canvas(astronaut, 900, 1200, 300, 500))
    assert face.detector == "blazeface-full"
    assert face.points[0] == pytest.approx((500 + 204, 300 + 101), abs=6)


def test_grey_photographs_work(finder: FaceFinder, portrait: RGBImage) -> None:
    grey = cv2.cvtColor(cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert len(finder.find(np.asarray(grey, np.uint8))) == 1


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((480, 640, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((2, 700, 3), 90, np.uint8),
    ],
    ids=["black", "noise", "one-pixel", "a-line"],
)
def test_a_picture_without_a_person_has_no_face(finder: FaceFinder, image: RGBImage) -> None:
    assert finder.find(image) == []


def test_a_cat_is_no_face(finder: FaceFinder) -> None:
    assert finder.find(cat()) == []


def test_dlib_finds_what_the_others_miss(only_dlib: FaceFinder, portrait: RGBImage, finder: FaceFinder) -> None:
    (face,) = only_dlib.find(portrait)
    assert face.detector == "dlib"
    assert face.points == pytest.approx(finder.find(portrait)[0].points, abs=5)


def test_dlib_is_skipped_unless_the_search_is_thorough(only_dlib: FaceFinder, portrait: RGBImage) -> None:
    assert only_dlib.find(portrait, thorough=False) == []


def test_dlib_gives_five_points_where_the_mesh_sees_no_face(
    finder: FaceFinder, only_dlib: FaceFinder, portrait: RGBImage
) -> None:
    (face,) = FaceFinder(only_dlib.short_range, only_dlib.full_range, NoMesh(), finder.dlib).find(portrait)
    assert face.mesh is None
    assert face.points == pytest.approx(finder.find(portrait)[0].points, abs=10)


def test_blazefaces_points_replace_those_of_a_missing_mesh(
    finder: FaceFinder, without_mesh: FaceFinder, portrait: RGBImage
) -> None:
    (face,) = without_mesh.find(portrait)
    expected = finder.find(portrait)[0]
    assert face.mesh is None
    assert face.mesh_logit is None
    assert np.array_equal(face.points[3], face.points[4])
    assert face.points[3] == pytest.approx(expected.points[3:].mean(axis=0), abs=10)
    assert face.pose.yaw == pytest.approx(expected.pose.yaw, abs=12)


def test_one_pair_of_eyes_is_one_face(astronaut_face: Face) -> None:
    assert distinct([astronaut_face, astronaut_face]) == [astronaut_face]


def test_at_most_ten_faces_of_a_crowd_are_returned(finder: FaceFinder, portrait: RGBImage) -> None:
    small = cv2.resize(portrait[:450], (150, 150), interpolation=cv2.INTER_AREA)
    crowd = np.tile(np.asarray(small, np.uint8), (4, 4, 1))
    assert 2 <= len(finder.find(crowd)) <= MAX_FACES
