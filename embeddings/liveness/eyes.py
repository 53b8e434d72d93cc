"""Measures how far the eyes are open in each shot.

The mesh does not follow eyelids (in a rendered blink its eye openings change by less than a tenth). So the pixels are
used: how much of the usual appearance of an eye is visible at its place in the face.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from embeddings.liveness.types import Floats, Shot


@dataclass(frozen=True)
class Patch:
    """A part of the face.

    Attributes:
        left: the mesh point that maps to the middle of the left edge.
        right: the mesh point that maps to the middle of the right edge.
        anchors: mesh points around it that hold it in place while the face turns.
    """

    left: int
    right: int
    anchors: tuple[int, ...]


EYES = (
    Patch(33, 133, (33, 133, 52, 65, 105, 66, 230, 229, 231, 226)),
    Patch(362, 263, (263, 362, 282, 295, 334, 296, 450, 449, 451, 446)),
)
"""Both eyes, as seen in the image; anchored at the corners, the brows and the skin below, because lids move."""
MOUTH = Patch(61, 291, (61, 291, 48, 278, 50, 280, 2, 199))
"""The control region, which does not change in a blink."""

WIDTH, HEIGHT = 24, 14
"""Pixels of a patch: an eye is about 25 wide at arm's length."""


def openings(shots: Sequence[Shot]) -> Floats:
    """Returns (shots, 3): the visible share of left eye, right eye and mouth; 1 is the usual share, 0 is nothing."""
    return np.stack([_seen(patch, shots) for patch in (*EYES, MOUTH)], axis=1)


def _seen(patch: Patch, shots: Sequence[Shot]) -> Floats:
    place = _place(patch, _mesh(shots[0]))
    views = np.array([_view(patch, shot, place) for shot in shots])
    usual = np.median(views, axis=0)
    pattern, levels = _without_shading(usual), np.maximum(views.mean(axis=1), 1.0)
    alike = _without_shading(views) @ pattern / max(float(pattern @ pattern), 1e-9)
    return np.asarray(alike * usual.mean() / levels, np.float64)


def _place(patch: Patch, mesh: Floats) -> Floats:
    """Returns the positions of the anchors in the patch, (anchors, 2)."""
    across = mesh[patch.right] - mesh[patch.left]
    cosine, sine = WIDTH * across / max(float(across @ across), 1e-9)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    return np.asarray((mesh[list(patch.anchors)] - mesh[patch.left]) @ turn.T + (0.0, HEIGHT / 2.0), np.float64)


def _view(patch: Patch, shot: Shot, place: Floats) -> Floats:
    """Returns the patch in a shot, as (WIDTH * HEIGHT,) grey levels."""
    here = _mesh(shot)[list(patch.anchors)]
    fitted, *_ = np.linalg.lstsq(np.column_stack([here, np.ones(len(here))]), place, rcond=None)
    view = cv2.warpAffine(shot.image, fitted.T, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY), np.float64).ravel()


def _mesh(shot: Shot) -> Floats:
    if shot.face.mesh is None:
        raise ValueError("a shot without a mesh shows no eyes")
    return np.asarray(shot.face.mesh[:, :2], np.float64)


_Y, _X = np.meshgrid(np.linspace(-1, 1, HEIGHT), np.linspace(-1, 1, WIDTH), indexing="ij")
_SHADING, _ = np.linalg.qr(np.column_stack([np.ones(WIDTH * HEIGHT), _X.ravel(), _Y.ravel()]))
"""An orthonormal basis of uniform light and its gradients."""


def _without_shading(views: Floats) -> Floats:
    """Subtracts uniform light and its gradients from (..., WIDTH * HEIGHT) grey levels."""
    bare: Floats = views - views @ _SHADING @ _SHADING.T
    return bare
