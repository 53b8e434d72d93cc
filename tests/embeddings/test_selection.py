"""Which captures of an enrolment are kept, with synthetic vectors and real photographs."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from embeddings.core.models import FACENET_CASIA_WEBFACE, card
from embeddings.core.types import Box, Face, Pose, Quality, Reason, RGBImage, Vector
from embeddings.core.vectors import normalise
from embeddings.detect.finder import FaceFinder
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.quality.selection import (
    ALIKE,
    MIN_TURN,
    View,
    choose,
    likeness,
    repetition,
    shape_difference,
    strangers,
    turn_between,
    worth,
)
from tests.camera_film import webcam_picture
from tests.photographs import president
from tests.turned_heads import CAPTURINGS, capture_again, turn_head

FLOOR = 0.45
QUALITY = Quality(
    face_width=150, sharpness=150, brightness=120, contrast=50, inside=1.0, visibility=40.0, eye_light=0.9
)
ONE_SITTING = 0.97
"""Cosine of two captures taken within seconds."""


def view(yaw: float, vector: Vector, sharpness: float = 150.0, mesh: np.ndarray | None = None) -> View:
    pose = Pose(yaw, 0.0, 0.0)
    face = Face(Box(0, 0, 150, 150), 0.9, "blazeface-short", np.zeros((5, 2), np.float32), mesh, None, pose)
    return View(face, replace(QUALITY, sharpness=sharpness), vector)


def vectors(count: int, cosine: float, seed: int = 1) -> list[Vector]:
    """Returns unit vectors, (512,) each; every two have this cosine."""
    basis = np.linalg.qr(np.random.default_rng(seed).normal(size=(512, count + 1)))[0].T
    return [normalise(np.sqrt(cosine) * basis[0] + np.sqrt(1.0 - cosine) * own) for own in basis[1:]]


def sitting(*yaws: float, sharpness: Sequence[float] = ()) -> list[View]:
    """Returns captures of a person who turns the head between them."""
    known = sharpness or [150.0] * len(yaws)
    return [
        view(yaw, vector, sharp)
        for yaw, vector, sharp in zip(yaws, vectors(len(yaws), ONE_SITTING), known, strict=True)
    ]


def test_captures_of_one_person_hold_no_stranger() -> None:
    assert strangers(vectors(3, 0.7), FLOOR) == []


@pytest.mark.parametrize("count", [2, 4])
def test_only_the_stranger_among_captures_is_found(count: int) -> None:
    own, (stranger,) = vectors(count, 0.7), vectors(1, 0.5, seed=2)
    assert strangers([own[0], stranger, *own[1:]], FLOOR) == [1]


def test_two_captures_that_disagree_are_both_strangers() -> None:
    assert strangers([*vectors(1, 0.7), *vectors(1, 0.7, seed=2)], FLOOR) == [0, 1]
    assert strangers(vectors(2, 0.7), FLOOR) == []


def test_of_captures_of_different_people_all_but_one_are_strangers() -> None:
    assert len(strangers(vectors(4, 0.1), FLOOR)) == 3


def test_two_captures_of_a_second_person_do_not_vouch_for_each_other() -> None:
    own, others = vectors(3, 0.7), vectors(2, 0.7, seed=2)
    assert strangers([*own, *others], FLOOR) == [3, 4]


def test_views_of_a_head_that_turns_are_all_kept() -> None:
    assert choose(sitting(0.0, 8.0, -8.0), FLOOR).left_out == {}


def test_a_pose_that_another_capture_shows_is_left_out() -> None:
    choice = choose(sitting(0.0, 8.0, -8.0, 8.0 + 0.5 * MIN_TURN), FLOOR)
    assert len(choice.kept) == 3
    assert list(choice.left_out.values()) == [Reason.SAME_POSE]


def test_portraits_of_different_days_are_kept_in_one_pose() -> None:
    assert choose([view(0.0, vector) for vector in vectors(3, 0.8)], FLOOR).left_out == {}


def test_the_better_of_two_that_repeat_each_other_is_kept() -> None:
    choice = choose(sitting(0.0, 8.0, -8.0, 0.0, sharpness=[60.0, 150.0, 150.0, 150.0]), FLOOR)
    assert choice.kept == [1, 2, 3]


def test_as_many_as_possible_are_kept_rather_than_the_best_one() -> None:
    between = sitting(0.0, 0.7 * MIN_TURN, 1.4 * MIN_TURN, sharpness=[40.0, 150.0, 40.0])
    assert choose(between, FLOOR).kept == [0, 2]


def test_the_best_of_captures_that_are_all_alike_is_kept() -> None:
    assert choose(sitting(0.0, 0.0, 0.0, sharpness=[50.0, 90.0, 70.0]), FLOOR).kept == [1]


def test_a_tilt_of_the_head_does_not_change_the_pose() -> None:
    assert turn_between(Pose(3.0, 4.0, 20.0), Pose(0.0, 0.0, 0.0)) == pytest.approx(5.0)


def test_likeness_is_counted_from_the_floor_of_the_model() -> None:
    one, other = vectors(2, 0.8)
    assert likeness(one, other, 0.6) == pytest.approx(0.5, abs=1e-6)
    assert likeness(one, one, 0.6) == pytest.approx(1.0, abs=1e-6)


def test_a_capture_without_a_mesh_is_worth_less() -> None:
    assert 0.0 < worth(replace(QUALITY, visibility=None)) < worth(QUALITY)


def test_unknown_shapes_differ() -> None:
    one, other = sitting(0.0, 0.0)
    assert shape_difference(one.face, other.face) == 1.0


def test_a_shape_is_the_same_wherever_and_however_large_it_lies(astronaut_face: Face) -> None:
    assert astronaut_face.mesh is not None
    turn = cv2.getRotationMatrix2D((10.0, 20.0), 25.0, 0.6)
    moved = astronaut_face.mesh.copy()
    moved[:, :2] = moved[:, :2] @ turn[:, :2].T + turn[:, 2]
    assert shape_difference(astronaut_face, replace(astronaut_face, mesh=moved)) == pytest.approx(0.0, abs=1e-3)


@pytest.fixture(scope="module")
def before_webcam(finder: FaceFinder) -> RGBImage:
    photograph = president("obama.jpg")
    return webcam_picture(photograph, finder.find(photograph)[0].box)


def seen(engine: LiteRTEngine, picture: RGBImage) -> View:
    """Reads a picture, (height, width, 3) uint8 RGB, as the service does."""
    (face,) = engine.find_faces(picture)
    vector = engine.embed_as(picture, face, [FACENET_CASIA_WEBFACE])[FACENET_CASIA_WEBFACE]
    return View(face, engine.measure(picture, face), vector)


def decoded(jpeg: bytes) -> RGBImage:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)


FACENET_FLOOR = card(FACENET_CASIA_WEBFACE).same_person_floor


@pytest.mark.parametrize(
    "copy",
    [
        lambda picture: decoded(cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 60])[1].tobytes()),
        lambda picture: cv2.resize(picture, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA),
        lambda picture: np.ascontiguousarray(picture[20:, 30:-10]),
    ],
    ids=["encoded-again", "smaller", "cropped"],
)
def test_a_copy_is_the_same_picture(engine: LiteRTEngine, before_webcam: RGBImage, copy) -> None:
    assert repetition(seen(engine, before_webcam), seen(engine, copy(before_webcam)), FACENET_FLOOR) == (
        Reason.SAME_PICTURE
    )


def test_frames_of_somebody_who_holds_still_repeat_each_other(engine: LiteRTEngine, before_webcam: RGBImage) -> None:
    frames = [seen(engine, decoded(capture_again(before_webcam, how))) for how in CAPTURINGS]
    assert len(choose(frames, FACENET_FLOOR).kept) == 1


@pytest.mark.parametrize("turn", [10.0, 20.0])
def test_front_left_and_right_are_three_views(engine: LiteRTEngine, before_webcam: RGBImage, turn: float) -> None:
    mesh = seen(engine, before_webcam).face.mesh
    assert mesh is not None
    views = [
        seen(engine, decoded(capture_again(turn_head(before_webcam, mesh, yaw), how)))
        for yaw, how in zip((0.0, turn, -turn), CAPTURINGS[:3], strict=True)
    ]
    assert choose(views, FACENET_FLOOR).left_out == {}


def test_portraits_of_one_person_years_apart_do_not_repeat_each_other(engine: LiteRTEngine) -> None:
    one, other = (seen(engine, president(name)) for name in ("obama.jpg", "obama2.jpg"))
    assert repetition(one, other, FACENET_FLOOR) is None
    assert likeness(one.vector, other.vector, FACENET_FLOOR) < ALIKE
