"""The hint for a frame; tests/test_guidance_films.py tests films."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from embeddings.core.types import Box, Face, Pose, Quality, Reason, RGBImage
from embeddings.quality.frame_quality import DARK
from embeddings.quality.guidance import (
    ASIDE,
    FRONT_PITCH,
    FRONT_YAW,
    MAX_WIDTH,
    MIN_WIDTH,
    MOST_PITCH,
    MOST_YAW,
    NOD,
    ORDER,
    SEEN_AHEAD,
    TURN,
    Ahead,
    Hint,
    Target,
    guide,
)
from embeddings.quality.quality import MAX_YAW
from embeddings.quality.selection import MIN_TURN, turn_between
from tests.camera_film import empty_room

FRAME = np.full((240, 320, 3), 110, np.uint8)
GOOD = Quality(face_width=96, sharpness=80, brightness=120, contrast=50, inside=1.0, visibility=35.0, eye_light=0.9)


def face(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0, width: float = 96.0) -> Face:
    points = np.zeros((5, 2), np.float32)
    return Face(Box(0, 0, width, width), 0.9, "blazeface-short", points, None, None, Pose(yaw, pitch, roll))


def hints_of(
    one: Face, quality: Quality = GOOD, target: Target | None = None, ahead: Ahead | None = None
) -> list[Hint]:
    return guide(FRAME, [one], quality, target, ahead)


def without_a_face(picture: RGBImage) -> list[Hint]:
    return guide(picture, [], None)


def shaded(colour: tuple[int, int, int], depth: float = 0.3) -> RGBImage:
    """Returns one colour that fades from corner to corner, with the sensor's noise."""
    rows, columns = np.meshgrid(np.linspace(1, 1 - depth, 240), np.linspace(1, 1 - depth, 320), indexing="ij")
    noise = np.random.default_rng(0).normal(0, 4, (240, 320, 3))
    return np.clip((rows * columns)[..., None] * np.array(colour) + noise, 0, 255).astype(np.uint8)


def test_a_good_face_gets_no_hint() -> None:
    assert hints_of(face()) == []


@pytest.mark.parametrize(
    ("one", "quality", "hint"),
    [
        (face(width=0.9 * MIN_WIDTH * 320), GOOD, Hint.TOO_SMALL),
        (face(width=1.1 * MAX_WIDTH * 240), GOOD, Hint.TOO_CLOSE),
        (face(), replace(GOOD, inside=0.87), Hint.CUT_OFF),
        (face(), replace(GOOD, brightness=20), Hint.TOO_DARK),
        (face(), replace(GOOD, brightness=230), Hint.TOO_BRIGHT),
        (face(), replace(GOOD, sharpness=5), Hint.BLURRED),
        (face(), replace(GOOD, visibility=2.0), Hint.COVERED),
        (face(yaw=MAX_YAW + 1), GOOD, Hint.TURNED_AWAY),
        (face(roll=60), GOOD, Hint.TURNED_AWAY),
    ],
)
def test_each_shortcoming_has_its_hint(one: Face, quality: Quality, hint: Hint) -> None:
    assert hints_of(one, quality) == [hint]


def test_a_small_picture_is_not_said_to_show_a_small_face() -> None:
    small = np.full((120, 160, 3), 110, np.uint8)
    assert guide(small, [face(width=36)], replace(GOOD, face_width=36)) == []


def test_the_distance_is_judged_alike_in_portrait_format() -> None:
    upright = np.full((320, 240, 3), 110, np.uint8)
    assert guide(upright, [face()], GOOD) == []


def test_several_faces_are_the_most_urgent_hint() -> None:
    assert guide(FRAME, [face(width=50), face(width=45)], GOOD)[0] is Hint.SEVERAL_FACES


@pytest.mark.parametrize("gain", [0.5, 1.0])
def test_little_detail_for_the_contrast_is_a_blur_in_any_light(gain: float) -> None:
    rows, columns = np.indices((240, 320)) // 16
    squares = np.where((rows + columns) % 2, 200.0, 60.0)[..., None].repeat(3, axis=2)
    sharp, blurred = gain * squares, gain * cv2.GaussianBlur(squares, (0, 0), 7)
    assert guide(sharp.astype(np.uint8), [face()], GOOD) == []
    assert guide(blurred.astype(np.uint8), [face()], GOOD) == [Hint.BLURRED]
    assert guide(blurred.astype(np.uint8), [face()], replace(GOOD, visibility=2.0)) == [Hint.BLURRED]


def test_a_white_face_between_dark_hair_is_too_bright() -> None:
    frame = np.full((240, 320, 3), 30, np.uint8)
    frame[20:80, 20:80] = 255
    assert Hint.TOO_BRIGHT in guide(frame, [face()], GOOD)


def test_a_face_beyond_the_picture_is_only_cut_off() -> None:
    outside = replace(face(), box=Box(-100, 0, -4, 96))
    assert guide(FRAME, [outside], replace(GOOD, inside=0.0)) == [Hint.CUT_OFF]


@pytest.mark.parametrize("change", [{"visibility": None}, {"visibility": SEEN_AHEAD - 1}, {"eye_light": 2.0}])
def test_a_head_that_looks_ahead_and_is_hardly_visible_is_covered(change: dict[str, float | None]) -> None:
    assert hints_of(face(), replace(GOOD, **change)) == [Hint.COVERED]


def test_a_turned_head_may_be_less_visible() -> None:
    assert hints_of(face(yaw=20), replace(GOOD, visibility=SEEN_AHEAD - 1)) == []


def test_a_turned_head_is_asked_to_look_ahead_before_it_is_called_covered() -> None:
    assert hints_of(face(yaw=20), replace(GOOD, visibility=2.0), Target.FRONT) == [Hint.LOOK_AHEAD]


def test_a_head_on_its_side_is_not_asked_to_turn() -> None:
    assert hints_of(face(yaw=20, roll=60), target=Target.FRONT) == [Hint.TURNED_AWAY]


@pytest.mark.parametrize(
    ("target", "hint", "enough"),
    [
        (Target.LEFT, Hint.TURN_LEFT, {"yaw": TURN}),
        (Target.RIGHT, Hint.TURN_RIGHT, {"yaw": -TURN}),
        (Target.UP, Hint.LOOK_UP, {"pitch": NOD}),
        (Target.DOWN, Hint.LOOK_DOWN, {"pitch": -NOD}),
    ],
)
def test_a_turn_is_requested_until_it_is_made(target: Target, hint: Hint, enough: dict[str, float]) -> None:
    assert hints_of(face(), target=target) == [hint]
    assert hints_of(face(**{axis: 0.9 * angle for axis, angle in enough.items()}), target=target) == [hint]
    assert hints_of(face(**enough), target=target) == []
    assert hints_of(face(**{axis: -3 * angle for axis, angle in enough.items()}), target=target) == [hint]


@pytest.mark.parametrize(
    ("target", "pose"),
    [
        (Target.LEFT, {"yaw": MOST_YAW + 1}),
        (Target.RIGHT, {"yaw": -MOST_YAW - 1}),
        (Target.UP, {"pitch": MOST_PITCH + 1}),
        (Target.DOWN, {"pitch": -MOST_PITCH - 1}),
    ],
)
def test_a_turn_too_far_is_turned_away(target: Target, pose: dict[str, float]) -> None:
    assert hints_of(face(**pose), target=target) == [Hint.TURNED_AWAY]


def test_the_direction_to_turn_comes_before_turned_away() -> None:
    assert hints_of(face(yaw=-MAX_YAW - 1), target=Target.LEFT) == [Hint.TURN_LEFT, Hint.TURNED_AWAY]


@pytest.mark.parametrize(
    ("target", "pose", "hint"),
    [
        (Target.LEFT, {"yaw": 15, "pitch": ASIDE + 1}, Hint.LOOK_DOWN),
        (Target.RIGHT, {"yaw": -15, "pitch": -ASIDE - 1}, Hint.LOOK_UP),
        (Target.UP, {"pitch": 12, "yaw": ASIDE + 1}, Hint.TURN_RIGHT),
        (Target.DOWN, {"pitch": -12, "yaw": -ASIDE - 1}, Hint.TURN_LEFT),
    ],
)
def test_a_head_that_leaves_the_level_is_led_back(target: Target, pose: dict[str, float], hint: Hint) -> None:
    assert hints_of(face(**pose), target=target) == [hint]


@pytest.mark.parametrize("pose", [{"yaw": FRONT_YAW + 1}, {"yaw": -FRONT_YAW - 1}, {"pitch": FRONT_PITCH + 1}])
def test_a_head_beside_the_front_is_asked_to_look_ahead(pose: dict[str, float]) -> None:
    assert hints_of(face(**pose), target=Target.FRONT) == [Hint.LOOK_AHEAD]


@pytest.mark.parametrize("pose", [{}, {"yaw": FRONT_YAW}, {"pitch": FRONT_PITCH}, {"pitch": -FRONT_PITCH}])
def test_cameras_above_and_below_the_eyes_see_a_front(pose: dict[str, float]) -> None:
    assert hints_of(face(**pose), target=Target.FRONT) == []


def test_turns_are_measured_from_where_the_person_looks_ahead() -> None:
    assert hints_of(face(yaw=8), target=Target.LEFT, ahead=Ahead(yaw=5)) == [Hint.TURN_LEFT]
    assert hints_of(face(yaw=5 + TURN), target=Target.LEFT, ahead=Ahead(yaw=5)) == []
    assert hints_of(face(pitch=-5), target=Target.UP, ahead=Ahead(pitch=-12)) == []


def test_a_login_takes_any_usable_view() -> None:
    assert hints_of(face(yaw=20, pitch=12)) == []


def test_pictures_taken_in_each_pose_do_not_repeat_each_other() -> None:
    least = [Pose(0, 0, 0), Pose(TURN, 0, 0), Pose(-TURN, 0, 0), Pose(0, NOD, 0), Pose(0, -NOD, 0)]
    turns = [turn_between(one, other) for index, one in enumerate(least) for other in least[:index]]
    assert min(turns) >= 2 * MIN_TURN


def test_an_empty_room_has_no_face() -> None:
    assert without_a_face(empty_room()) == [Hint.NO_FACE]


def test_a_blank_wall_has_no_face() -> None:
    assert without_a_face(shaded((170, 165, 150))) == [Hint.NO_FACE]


@pytest.mark.parametrize("colour", [(0, 0, 0), (12, 12, 14), (35, 30, 28), (120, 30, 25), (220, 70, 60)])
def test_a_covered_lens_is_reported(colour: tuple[int, int, int]) -> None:
    assert without_a_face(shaded(colour)) == [Hint.CAMERA_COVERED]


def test_a_dark_room_is_too_dark() -> None:
    assert without_a_face((empty_room() * 0.1).astype(np.uint8)) == [Hint.TOO_DARK]
    assert empty_room().mean() * 0.1 < DARK


def test_a_picture_that_is_all_white_is_too_bright() -> None:
    assert without_a_face(np.full((240, 320, 3), 250, np.uint8)) == [Hint.TOO_BRIGHT]


def test_a_picture_of_one_pixel_is_judged_too() -> None:
    assert without_a_face(np.full((1, 1, 3), 128, np.uint8)) == [Hint.NO_FACE]


def test_every_reason_that_one_picture_can_be_refused_for_is_a_hint() -> None:
    of_several = {Reason.DIFFERENT_PEOPLE, Reason.SAME_PICTURE, Reason.SAME_POSE}
    assert {reason.value for reason in set(Reason) - of_several} <= {hint.value for hint in Hint}


def test_every_hint_on_a_face_has_its_place_in_the_order() -> None:
    assert set(ORDER) == set(Hint) - {Hint.NO_FACE, Hint.CAMERA_COVERED}


def test_hints_on_a_covered_lens_do_not_depend_on_the_size_of_the_picture() -> None:
    large = np.asarray(cv2.resize(shaded((120, 30, 25)), (1280, 960)), np.uint8)
    assert without_a_face(large) == [Hint.CAMERA_COVERED]
