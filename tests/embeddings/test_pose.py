"""The pose of a head, with the signs that types.Pose documents."""

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.core.types import Face, Pose
from embeddings.detect.pose import (
    CHIN,
    EYE_LEFT_OUTER,
    EYE_RIGHT_OUTER,
    FOREHEAD,
    LEVEL_PITCH,
    pose_of_mesh,
    pose_of_points,
)

Points = NDArray[np.float32]


def rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Returns the rotation of a frontal face; x right, y down, z away, angles in degrees as in types.Pose."""
    y, p, r = np.radians([yaw, pitch, roll])
    about_x = np.array([(1, 0, 0), (0, np.cos(p), np.sin(p)), (0, -np.sin(p), np.cos(p))])
    about_y = np.array([(np.cos(y), 0, -np.sin(y)), (0, 1, 0), (np.sin(y), 0, np.cos(y))])
    about_z = np.array([(np.cos(r), -np.sin(r), 0), (np.sin(r), np.cos(r), 0), (0, 0, 1)])
    turned: NDArray[np.float64] = about_z @ about_y @ about_x
    return turned


def mesh(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Points:
    """Returns a mesh whose four relevant points are those of a level head, turned."""
    points = np.zeros((468, 3))
    points[EYE_LEFT_OUTER], points[EYE_RIGHT_OUTER] = (-45, -30, 10), (45, -30, 10)
    points[FOREHEAD], points[CHIN] = (0, -85, 0), (0, 95, 0)
    level = rotation(0.0, LEVEL_PITCH, 0.0)
    return (points @ level.T @ rotation(yaw, pitch, roll).T + (200, 200, 0)).astype(np.float32)


def five(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Points:
    points = np.array([(-32, 0, 0), (32, 0, 0), (0, 36, -38), (-25, 65, 0), (25, 65, 0)])
    return (points @ rotation(yaw, pitch, roll).T)[:, :2].astype(np.float32)


TURNS = [
    Pose(0, 0, 0),
    Pose(30, 0, 0),
    Pose(-30, 0, 0),
    Pose(0, 20, 0),
    Pose(0, -20, 0),
    Pose(0, 0, 25),
    Pose(25, 15, 0),
]


@pytest.mark.parametrize("turn", TURNS)
def test_the_mesh_gives_the_angles(turn: Pose) -> None:
    seen = pose_of_mesh(mesh(turn.yaw, turn.pitch, turn.roll))
    assert (seen.yaw, seen.pitch, seen.roll) == pytest.approx((turn.yaw, turn.pitch, turn.roll), abs=3.0)


@pytest.mark.parametrize("turn", TURNS)
def test_five_points_give_approximate_angles(turn: Pose) -> None:
    seen = pose_of_points(five(turn.yaw, turn.pitch, turn.roll))
    assert (seen.yaw, seen.pitch, seen.roll) == pytest.approx((turn.yaw, turn.pitch, turn.roll), abs=10.0)


def test_a_nose_towards_the_right_edge_is_positive_yaw() -> None:
    points = five()
    points[2, 0] += 15.0
    assert pose_of_points(points).yaw > 5.0


def test_a_nose_near_the_eyes_is_positive_pitch() -> None:
    points = five()
    points[2, 1] -= 12.0
    assert pose_of_points(points).pitch > 5.0


def test_a_right_eye_lower_in_the_image_is_positive_roll() -> None:
    points = five()
    points[1, 1] += 12.0
    assert pose_of_points(points).roll > 5.0


def test_coinciding_points_have_a_finite_pose() -> None:
    assert np.isfinite(pose_of_points(np.zeros((5, 2), np.float32)).yaw)


def test_an_official_portrait_looks_into_the_camera(astronaut_face: Face) -> None:
    pose = astronaut_face.pose
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((0.0, 0.0, 0.0), abs=8.0)


def test_mesh_and_points_of_a_face_agree(astronaut_face: Face) -> None:
    rough = pose_of_points(astronaut_face.points)
    pose = astronaut_face.pose
    assert (rough.yaw, rough.pitch, rough.roll) == pytest.approx((pose.yaw, pose.pitch, pose.roll), abs=12.0)
