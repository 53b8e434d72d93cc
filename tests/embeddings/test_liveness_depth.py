"""How the shots of a turn are combined, with depths that are given."""

from collections.abc import Sequence

import numpy as np
import pytest

from embeddings.core.types import Box, Face, Pose
from embeddings.liveness import Shot, depth
from embeddings.liveness.depth import UNSEEN, depth_between
from embeddings.liveness.parallax import Depth

SLOPE, ERROR = 0.8, 0.02
"""The depth that a shot shows for each sine of a turn, and its standard error."""


def turn(*yaws: float) -> list[Shot]:
    pixels, mesh = np.zeros((4, 4, 3), np.uint8), np.zeros((468, 3), np.float32)
    faces = [
        Face(Box(0.0, 0.0, 4.0, 4.0), 0.9, "blazeface-short", mesh[:5, :2], mesh, 40.0, Pose(yaw, 0.0, 0.0))
        for yaw in yaws
    ]
    return [Shot(pixels, face, 0.1 * number, 0) for number, face in enumerate(faces)]


class Followed:
    """Stands in for ``depths_along``: notes what is followed, and tells of each shot what a head would show."""

    def __init__(self, blurred: Sequence[float] = ()) -> None:
        self.blurred = blurred
        self.ways: list[list[float]] = []

    def __call__(self, shots: Sequence[Shot]) -> list[tuple[Pose, Depth]]:
        first, *later = [shot.face.pose for shot in shots]
        self.ways.append([first.yaw, *(pose.yaw for pose in later)])
        return [(pose, self._seen(pose.yaw - first.yaw, pose.yaw in self.blurred)) for pose in later]

    def _seen(self, turned: float, blurred: bool) -> Depth:
        if blurred:
            return Depth(0.0, 0.0, 5.0 * ERROR, 0.5)
        return Depth(SLOPE * float(np.sin(np.radians(turned))), 0.0, ERROR, 0.9)


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Followed:
    stand_in = Followed()
    monkeypatch.setattr(depth, "depths_along", stand_in)
    return stand_in


def test_a_turn_is_followed_both_ways_from_where_the_face_looks_ahead(followed: Followed) -> None:
    seen = depth_between(turn(-20.0, -12.0, -1.0, 9.0, 20.0))
    assert followed.ways == [[-1.0, 9.0, 20.0], [-1.0, -12.0, -20.0]]
    assert seen.across == pytest.approx(SLOPE * (np.sin(np.radians(21.0)) + np.sin(np.radians(19.0))))


def test_a_turn_to_the_other_side_moves_depth_to_the_other_side(followed: Followed) -> None:
    assert depth_between(turn(18.0, 9.0, 0.0, -18.0)).across == pytest.approx(
        -depth_between(turn(-18.0, -9.0, 0.0, 18.0)).across
    )


def test_more_shots_lower_the_standard_error(followed: Followed) -> None:
    assert depth_between(turn(0.0, 15.0, 16.0, 17.0)).error < depth_between(turn(0.0, 17.0)).error


def test_a_blurred_shot_counts_for_less(followed: Followed) -> None:
    followed.blurred = (19.0,)
    seen = depth_between(turn(0.0, 10.0, 15.0, 19.0))
    assert seen.across == pytest.approx(SLOPE * np.sin(np.radians(19.0)), rel=0.1)


def test_a_face_is_not_followed_from_the_end_of_a_small_turn(followed: Followed) -> None:
    """A flat picture may look most frontal when it is tilted most."""
    depth_between(turn(15.0, 14.0, 10.0, 3.0, 0.0))
    assert followed.ways[0] == [10.0, 3.0, 0.0]


def test_a_face_may_be_followed_from_the_second_half_of_a_large_turn(followed: Followed) -> None:
    depth_between(turn(-58.0, -37.0, -8.0, 7.0, 19.0, 49.0))
    assert followed.ways[0][0] == pytest.approx(7.0)


def test_a_face_that_does_not_turn_shows_no_depth(followed: Followed) -> None:
    assert depth_between(turn(3.0, 3.0, 3.0)) == UNSEEN
