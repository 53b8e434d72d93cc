import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.liveness.parallax import Depth, fit_depth
from embeddings.liveness.verdict import MIN_AGREEMENT, MIN_DEPTH, MIN_DEPTH_UP

Floats = NDArray[np.float64]

DISTANCE = 5.0
"""Distance to the camera, in distances between the eye corners: about 45 cm."""
NOISE = 0.005
"""Noise of the tracking, in the same unit: half a pixel at arm's length."""
TURNS = [(25.0, 0.0), (-25.0, 0.0), (0.0, 18.0)]


def face() -> Floats:
    """Returns (n, 3): a nose on a curved cheek, in distances between the eye corners."""
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(-0.55, 0.55, 15), np.linspace(-0.65, 0.65, 15)))
    nose = 0.28 * np.exp(-((x / 0.13) ** 2) - ((y - 0.1) / 0.22) ** 2)
    return np.stack([x, y, 0.6 * x**2 + 0.2 * y**2 - nose], axis=1)


def flat() -> Floats:
    return face() * (1.0, 1.0, 0.0)


def bent() -> Floats:
    """Returns the face on a cylinder with three quarters of the distance between the eye corners."""
    points = face()
    angle = points[:, 0] / 0.75
    return np.stack([0.75 * np.sin(angle), points[:, 1], 0.75 * (1.0 - np.cos(angle))], axis=1)


def seen(points: Floats, yaw: float = 0.0, pitch: float = 0.0, seed: int = 1) -> Floats:
    """Returns where a camera sees the points after a turn in degrees, (n, 2)."""
    turn, nod = np.radians([yaw, pitch])
    about_y = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(nod), np.sin(nod)], [0, -np.sin(nod), np.cos(nod)]])
    turned = points @ (about_y @ about_x).T
    noise = np.random.default_rng(seed).normal(0.0, NOISE, (len(points), 2))
    return np.asarray(turned[:, :2] * (DISTANCE / (DISTANCE + turned[:, 2:])) + noise, np.float64)


def depth_of(points: Floats, yaw: float, pitch: float) -> Depth:
    return fit_depth(seen(points), seen(points, yaw, pitch, seed=2), face()[:, 2])


@pytest.mark.parametrize(("yaw", "pitch"), TURNS)
def test_a_head_moves_by_its_depth_times_the_sine_of_its_turn(yaw: float, pitch: float) -> None:
    depth = depth_of(face(), yaw, pitch)
    assert depth.across == pytest.approx(-np.sin(np.radians(yaw)), abs=0.08)
    assert depth.down == pytest.approx(np.sin(np.radians(pitch)), abs=0.08)
    assert depth.agreement > 0.85


@pytest.mark.parametrize("instrument", [flat, bent])
@pytest.mark.parametrize(("yaw", "pitch"), [*TURNS, (50.0, 0.0), (0.0, 40.0)])
def test_a_picture_moves_without_depth_flat_or_bent(instrument: object, yaw: float, pitch: float) -> None:
    assert callable(instrument)
    depth = depth_of(instrument(), yaw, pitch)
    assert abs(depth.across) < MIN_DEPTH / 2
    assert abs(depth.down) < MIN_DEPTH_UP / 2


def test_points_that_were_lost_do_not_count() -> None:
    after = seen(face(), 25.0, seed=2)
    after[::10] += 0.5
    depth = fit_depth(seen(face()), after, face()[:, 2])
    assert depth.across == pytest.approx(-np.sin(np.radians(25.0)), abs=0.08)
    assert depth.agreement > MIN_AGREEMENT


def test_too_few_points_show_no_depth() -> None:
    points = face()[::10]
    assert fit_depth(seen(points), seen(points, 25.0, seed=2), points[:, 2]).agreement == 0.0
