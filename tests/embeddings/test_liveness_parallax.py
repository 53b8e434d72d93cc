"""Heads and pictures of known depth before a webcam: noisy, blurred, few frames, a mesh that errs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.core.types import Box, Face, Pose
from embeddings.liveness import Prompt, Shot, judge
from embeddings.liveness.depth import depth_between
from embeddings.liveness.parallax import EYE_CORNERS, Depth
from embeddings.liveness.types import Floats
from embeddings.liveness.verdict import CERTAIN, MIN_AGREEMENT, MIN_DEPTH

WIDTH, HEIGHT, SCALE = 300, 260, 80.0
"""Pixels of a frame, and between the eyes' corners."""
DISTANCE = 5.0
"""Distances between the eyes' corners to the camera: about 45 cm."""
COARSE = 4
"""Pixels between those whose place on the surface is computed."""
INVERSIONS = 25
"""Rounds until a pixel's place on the surface is found."""

Surface = Callable[[Floats, Floats], Floats]
"""The depth away from the camera at x and y, all in distances between the eyes' corners."""


def face(x: Floats, y: Floats) -> Floats:
    """A nose on a cheek that bends away."""
    nose = 0.26 * np.exp(-((x / 0.16) ** 2) - ((y - 0.1) / 0.24) ** 2)
    return np.asarray(0.45 * x**2 + 0.15 * y**2 - nose, np.float64)


def flat(x: Floats, y: Floats) -> Floats:
    return np.asarray(0.0 * x + 0.0 * y, np.float64)


def bent(x: Floats, y: Floats) -> Floats:
    """About an upright axis, like a sheet around a bottle."""
    return np.asarray(0.55 * x**2 + 0.0 * y, np.float64)


def bent_across(x: Floats, y: Floats) -> Floats:
    """About a level axis through the nose."""
    return np.asarray(0.45 * (y - 0.1) ** 2 + 0.0 * x, np.float64)


@dataclass(frozen=True)
class Camera:
    """The errors of a camera and of the mesh.

    Attributes:
        noise: grey levels.
        blur: pixels.
        mesh_error: distances between the eyes' corners, of each point by itself.
        texture: how strong the skin's shades are; 1 is that of a close portrait.
    """

    noise: float = 2.0
    blur: float = 0.7
    mesh_error: float = 0.01
    texture: float = 1.0


@cache
def skin(texture: float) -> NDArray[np.float32]:
    """(601, 601) grey levels over -1.5 to 1.5: soft shades, and eyes, brows, nostrils and a mouth."""
    random = np.random.default_rng(11)
    grey = np.full((601, 601), 150.0, np.float32)
    for size, strength in ((12, 12.0), (40, 6.0), (110, 4.0)):
        soft = random.standard_normal((601 // size + 2, 601 // size + 2)).astype(np.float32)
        grey += texture * strength * cv2.resize(soft, (601, 601), interpolation=cv2.INTER_CUBIC)
    for x, y, across, down in (
        (-0.32, -0.3, 0.13, 0.04), (0.32, -0.3, 0.13, 0.04), (-0.32, -0.45, 0.18, 0.03), (0.32, -0.45, 0.18, 0.03),
        (-0.08, 0.24, 0.04, 0.02), (0.08, 0.24, 0.04, 0.02), (0.0, 0.48, 0.22, 0.04),
    ):  # fmt: skip
        centre, axes = (int(300 + 200 * x), int(300 + 200 * y)), (int(200 * across), int(200 * down))
        cv2.ellipse(grey, centre, axes, 0, 0, 360, 70.0, -1)
    return grey


def turned(points: Floats, yaw: float, pitch: float) -> Floats:
    """Where a camera sees (n, 3) points after a turn in degrees to the right edge and up, (n, 2)."""
    turn, nod = np.radians([yaw, pitch])
    about_y = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(nod), np.sin(nod)], [0, -np.sin(nod), np.cos(nod)]])
    moved = points @ (about_y @ about_x).T
    return np.asarray(moved[:, :2] * (DISTANCE / (DISTANCE + moved[:, 2:])), np.float64)


def shot(number: int, surface: Surface, yaw: float, pitch: float, camera: Camera) -> Shot:
    """The surface with a face's skin on it. The mesh has learnt faces, and sees a face's depth on any surface."""
    random = np.random.default_rng(number)
    u, v = np.meshgrid(np.arange(0, WIDTH, COARSE), np.arange(0, HEIGHT, COARSE))
    wanted = np.column_stack([(u.ravel() - WIDTH / 2) / SCALE, (v.ravel() - HEIGHT / 2) / SCALE])
    place = wanted.copy()
    for _ in range(INVERSIONS):
        x, y = place.T
        off = turned(np.column_stack([x, y, surface(x, y)]), yaw, pitch) - wanted
        place = np.clip(place - 0.7 * off, -1.5, 1.5)
    coarse = (300 + 200 * place).reshape(*u.shape, 2).astype(np.float32)
    grid = np.stack(np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT)), axis=-1).astype(np.float32) / COARSE
    at = cv2.remap(coarse, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.remap(skin(camera.texture), at[..., 0], at[..., 1], cv2.INTER_LINEAR)
    seen = cv2.GaussianBlur(seen, (0, 0), camera.blur) + random.normal(0.0, camera.noise, (HEIGHT, WIDTH))
    image = np.repeat(np.clip(seen, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    points = np.random.default_rng(3).uniform([-0.75, -0.8], [0.75, 0.85], (468, 2))
    points[list(EYE_CORNERS)] = (-0.5, -0.3), (0.5, -0.3)
    depth = face(*points.T)
    where = turned(np.column_stack([points, surface(*points.T)]), yaw, pitch)
    where += random.normal(0.0, camera.mesh_error, where.shape)
    depth = depth + random.normal(0.0, camera.mesh_error, depth.shape)
    mesh = np.column_stack([where * SCALE + (WIDTH / 2, HEIGHT / 2), depth * SCALE]).astype(np.float32)
    box = Box(*mesh[:, :2].min(axis=0).tolist(), *mesh[:, :2].max(axis=0).tolist())
    seen_pose = Pose(0.6 * yaw, 0.65 * pitch, 0.0)
    return Shot(image, Face(box, 0.9, "blazeface-short", mesh[:5, :2], mesh, 40.0, seen_pose), number * 0.1, 0)


def movement(
    surface: Surface, yaw: float, pitch: float = 0.0, frames: int = 6, camera: Camera | None = None
) -> list[Shot]:
    shares = np.linspace(0.0, 1.0, frames)
    return [shot(n, surface, yaw * share, pitch * share, camera or Camera()) for n, share in enumerate(shares)]


def certain(depth: Depth, sine: float) -> float:
    """What the judge takes for certain of a sine."""
    return sine - CERTAIN * depth.error


TURNS = [(25.0, 0.0), (-25.0, 0.0), (0.0, 20.0)]
REAL = [
    pytest.param(6, Camera(noise=6.0), id="noisy"),
    pytest.param(6, Camera(blur=2.5), id="blurred"),
    pytest.param(6, Camera(texture=0.3), id="smooth skin"),
    pytest.param(3, Camera(), id="few frames"),
    pytest.param(6, Camera(mesh_error=0.03), id="a mesh that errs"),
    pytest.param(4, Camera(noise=4.0, blur=1.5, mesh_error=0.02, texture=0.6), id="all of it"),
]


@pytest.mark.parametrize(("yaw", "pitch"), TURNS)
def test_a_head_moves_by_its_depth_times_the_sine_of_its_turn(yaw: float, pitch: float) -> None:
    depth = depth_between(movement(face, yaw, pitch))
    assert depth.across == pytest.approx(-np.sin(np.radians(yaw)), abs=0.12)
    assert depth.down == pytest.approx(np.sin(np.radians(pitch)), abs=0.12)
    assert depth.agreement > 0.9


@pytest.mark.parametrize(("frames", "camera"), REAL)
@pytest.mark.parametrize(("yaw", "pitch"), TURNS)
def test_a_head_has_depth_before_a_poor_camera(yaw: float, pitch: float, frames: int, camera: Camera) -> None:
    depth = depth_between(movement(face, yaw, pitch, frames, camera))
    assert certain(depth, depth.down if pitch else -np.sign(yaw) * depth.across) > MIN_DEPTH
    assert depth.agreement > MIN_AGREEMENT


@pytest.mark.parametrize(("frames", "camera"), REAL)
@pytest.mark.parametrize("instrument", [flat, bent, bent_across])
@pytest.mark.parametrize(("yaw", "pitch"), [(25.0, 0.0), (0.0, 20.0), (40.0, 0.0)])
def test_a_picture_moves_without_depth_flat_or_bent(
    instrument: Surface, yaw: float, pitch: float, frames: int, camera: Camera
) -> None:
    depth = depth_between(movement(instrument, yaw, pitch, frames, camera))
    assert certain(depth, max(abs(depth.across), abs(depth.down))) < MIN_DEPTH


def test_a_turn_is_followed_as_far_as_both_sides_are_seen() -> None:
    far = movement(face, 75.0, frames=12)
    assert depth_between(far).across == pytest.approx(depth_between(far[:8]).across, abs=0.02)


def test_a_face_that_holds_still_shows_no_depth() -> None:
    depth = depth_between(movement(face, 0.0))
    assert abs(depth.across) < MIN_DEPTH / 2


def test_another_picture_after_the_movement_is_not_the_face() -> None:
    shots = movement(face, 25.0)
    noise = np.random.default_rng(9).integers(0, 255, shots[0].image.shape, np.uint8)
    others = [Shot(noise, one.face, one.at, one.prompt) for one in shots[1:]]
    assert depth_between([shots[0], *others]).agreement < MIN_AGREEMENT


SWING = (-70.0, -60.0, -25.0, 5.0, 30.0, 55.0, 70.0)
"""Degrees of a fast turn from one profile to the other, frame by frame."""


def swing(surface: Surface) -> list[Shot]:
    return [shot(number, surface, yaw, 0.0, Camera()) for number, yaw in enumerate(SWING)]


def smeared(one: Shot) -> Shot:
    """A shot in which the face is smeared sideways over a sixth of its width, as by a fast movement."""
    return replace(one, image=np.asarray(cv2.blur(one.image, (15, 1)), np.uint8))


def test_a_head_that_swings_from_profile_to_profile_is_judged_where_it_looks_ahead() -> None:
    depth = depth_between(swing(face))
    assert certain(depth, -depth.across) > 0.6
    assert depth.agreement > 0.9


def test_a_swing_shows_its_depth_although_half_of_its_shots_are_smeared() -> None:
    shots = [smeared(one) if number in (1, 2, 4) else one for number, one in enumerate(swing(face))]
    depth = depth_between(shots)
    assert certain(depth, -depth.across) > 0.6


@pytest.mark.parametrize("instrument", [flat, bent, bent_across])
def test_a_picture_that_swings_from_one_side_to_the_other_has_no_depth(instrument: Surface) -> None:
    depth = depth_between(swing(instrument)[1:-1])
    assert certain(depth, abs(depth.across)) < MIN_DEPTH


def test_one_shot_shows_no_depth() -> None:
    assert depth_between(movement(face, 25.0)[:1]) == Depth(0.0, 0.0, 0.0, 0.0)


def relief(shots: Sequence[Shot]) -> float:
    return judge([shots[0], shots[0], *shots], [Prompt.TURN_LEFT]).measures["relief"]


def test_the_judge_tells_a_head_from_a_picture() -> None:
    assert relief(movement(face, 25.0, frames=8)) >= 1.0
    assert relief(movement(bent, 25.0, frames=8)) < 0.5
