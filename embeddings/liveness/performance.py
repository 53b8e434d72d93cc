"""Whether every prompt was done, in its own time: what the faces' meshes say, shot by shot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.liveness.types import Prompt, Shot

Floats = NDArray[np.float64]

START = 3
"""So many first shots, of a person who has not moved yet, say where their front is."""

TURN = 10.0
"""Degrees to the side, from the person's front, as the mesh sees them."""
NOD = 7.0
"""Degrees up, likewise."""
CLOSER = 1.2
"""Width of the face, as a multiple of that at the start."""
CLOSED = 0.65
"""Opening of both eyes while they are closed, as a share of that at the start."""

EYES = ((33, 133, ((160, 144), (159, 145), (158, 153))), (263, 362, ((387, 373), (386, 374), (385, 380))))
"""Of each eye the outer and the inner corner, and points of the upper lid above points of the lower."""


@dataclass(frozen=True)
class Movement:
    """How a face moves, shot by shot, from how it was at the start. Each (shots,) float64.

    Attributes:
        yaw: degrees, as ``Pose``.
        pitch: degrees, as ``Pose``.
        size: width of the face as a multiple of that at the start.
        opening: of the eye that is open wider, as a multiple of that at the start.
    """

    yaw: Floats
    pitch: Floats
    size: Floats
    opening: Floats


def movement(shots: Sequence[Shot]) -> Movement:
    """What the shots, at least one and each with a mesh, show."""
    yaw = np.array([shot.face.pose.yaw for shot in shots])
    pitch = np.array([shot.face.pose.pitch for shot in shots])
    meshes = [shot.face.mesh for shot in shots if shot.face.mesh is not None]
    sizes = np.array([float(np.ptp(mesh[:, 1])) for mesh in meshes])
    openings = np.array([eye_opening(mesh) for mesh in meshes])
    return Movement(
        yaw - np.median(yaw[:START]),
        pitch - np.median(pitch[:START]),
        sizes / max(float(np.median(sizes[:START])), 1e-9),
        openings / max(float(np.median(openings[:START])), 1e-9),
    )


def eye_opening(mesh: NDArray[np.float32]) -> float:
    """The mean distance of the lids over the width of the eye, of the eye that is open wider."""
    openings = []
    for outer, inner, lids in EYES:
        width = float(np.linalg.norm(mesh[outer, :2] - mesh[inner, :2]))
        openings.append(
            np.mean([np.linalg.norm(mesh[up, :2] - mesh[down, :2]) for up, down in lids]) / max(width, 1e-9)
        )
    return float(max(openings))


def extent(move: Movement, prompt: Prompt) -> Floats:
    """How far each shot is on the way to what the prompt asks for: 0 at the start, 1 where it is done."""
    done = {
        Prompt.TURN_LEFT: move.yaw / TURN,
        Prompt.TURN_RIGHT: -move.yaw / TURN,
        Prompt.LOOK_UP: move.pitch / NOD,
        Prompt.MOVE_CLOSER: (move.size - 1.0) / (CLOSER - 1.0),
        Prompt.BLINK: (1.0 - move.opening) / (1.0 - CLOSED),
    }
    return np.asarray(done[prompt], np.float64)
