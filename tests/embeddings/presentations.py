"""Shots of a face made of points, for tests of the judge of challenges."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Box, Face, Pose, RGBImage
from embeddings.liveness import Shot
from embeddings.liveness.eyes import EYES, MOUTH

WIDTH, HEIGHT = 200, 160
FRAME = 0.1
"""Seconds between two shots."""


def face_mesh(size: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> NDArray[np.float32]:
    """Returns (468, 3) points on a face of 80 x 100 pixels, with eyes and mouth in their places."""
    random = np.random.default_rng(3)
    mesh = random.uniform([-40, -50, -20], [40, 50, 20], (468, 3))
    for patch, (x, y) in zip((*EYES, MOUTH), ((-18, -15), (18, -15), (0, 25)), strict=True):
        for number, anchor in enumerate(patch.anchors):
            angle = 2 * np.pi * number / len(patch.anchors)
            mesh[anchor, :2] = x + 12 * np.cos(angle), y + 8 * np.sin(angle)
        mesh[patch.left, :2], mesh[patch.right, :2] = (x - 10, y), (x + 10, y)
    return (mesh * size + (WIDTH / 2 + shift[0], HEIGHT / 2 + shift[1], 0.0)).astype(np.float32)


def picture(number: int, mesh: NDArray[np.float32], hidden: Sequence[int] = ()) -> RGBImage:
    """Returns noise, different in every shot, with dark discs for eyes and mouth except hidden ones."""
    noise = np.random.default_rng(number).integers(140, 150, (HEIGHT, WIDTH, 3), np.uint8)
    for index, patch in enumerate((*EYES, MOUTH)):
        if index not in hidden:
            x, y = mesh[[patch.left, patch.right], :2].mean(axis=0)
            cv2.circle(noise, (int(x), int(y)), 4, (30, 30, 30), -1)
    return noise


def shot(
    number: int,
    prompt: int = 0,
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    size: float = 1.0,
    shift: tuple[float, float] = (0.0, 0.0),
    hidden: Sequence[int] = (),
    at: float | None = None,
) -> Shot:
    """Returns one shot; arguments that are left out have the initial values."""
    mesh = face_mesh(size, shift)
    box = Box(*mesh[:, :2].min(axis=0).tolist(), *mesh[:, :2].max(axis=0).tolist())
    face = Face(box, 0.9, "blazeface-short", mesh[:5, :2], mesh, 40.0, Pose(yaw, pitch, 0.0))
    return Shot(picture(number, mesh, hidden), face, number * FRAME if at is None else at, prompt)
