"""Measures how far a face moves between frames, which distinguishes a person from a still picture with drawn noise.

A person never holds still: breath, balance and heartbeat move the head. A still picture that a program sends does not
move, whatever noise the program adds. The same holds for a photograph and a camera on stands. A program that also moves
the picture is not recognised.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Box, RGBImage
from embeddings.liveness.types import Sight

Picture = NDArray[np.float32]

FACE_WIDTH = 120.0
"""The width in pixels to which wider faces are shrunk, so that movements of all faces have the same unit."""
BLUR = 1.5
"""The standard deviation of the blur in pixels. It reduces noise, and keeps a movement of a pixel linear in the
gradients."""
PARTS = 3
"""The number of parts of the face in each direction. The movement of the face is the median of its parts' movements."""
LEAST_SIDE = 24
"""The minimal side of a face in pixels; a smaller face counts as moving."""

STILL = 0.15
"""Pixels of movement below which a face does not move. In three frames 0.3 seconds apart, real faces move 0.78 or more,
and still pictures with noise of 6 grey levels 0.10 or less (``benchmarks/results/pad-footage.md``). Frames that are
closer together need a lower limit."""
APART = 0.25
"""The minimal time in seconds between two frames for which ``STILL`` is valid."""


def movement(sights: Sequence[Sight]) -> float:
    """Returns the largest movement of the face from the first frame to a later one, in pixels of a face 120 wide.

    It is infinite if it cannot be measured: with a single frame, frames of different sizes, or a tiny face.

    Args:
        sights: at least ``APART`` seconds apart.
    """
    box, sizes = sights[0].face.box, {sight.image.shape for sight in sights}
    if not sights[1:] or len(sizes) > 1 or min(box.width, box.height) < LEAST_SIDE:
        return float("inf")
    first, *later = (_face(sight.image, box) for sight in sights)
    if min(first.shape) < LEAST_SIDE:
        return float("inf")
    return max(_shift(first, other) for other in later)


def _face(image: RGBImage, box: Box) -> Picture:
    """Returns the blurred grey levels in the box, shrunk to ``FACE_WIDTH``; empty if the box is outside the image."""
    left, top, right, bottom = (max(round(edge), 0) for edge in (box.left, box.top, box.right, box.bottom))
    part = image[top:bottom, left:right]
    if not part.size:
        return np.zeros((0, 0), np.float32)
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32)
    shrink = FACE_WIDTH / grey.shape[1]
    if shrink < 1.0:
        grey = np.asarray(cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), BLUR), np.float32)


def _shift(before: Picture, after: Picture) -> float:
    """Returns the median movement of the parts in pixels (Lucas and Kanade, 1981), in any light and contrast."""
    middle = (before + after) / 2.0
    across = cv2.Sobel(middle, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(middle, cv2.CV_32F, 0, 1, scale=1 / 8)
    rows, columns = (np.linspace(0, side, PARTS + 1).astype(int) for side in before.shape)
    shifts = []
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            part = np.s_[top:bottom, left:right]
            light = middle[part].ravel()
            terms = np.column_stack([across[part].ravel(), down[part].ravel(), light, np.ones_like(light)])
            moved, *_ = np.linalg.lstsq(terms, (before - after)[part].ravel(), rcond=None)
            shifts.append(float(np.hypot(moved[0], moved[1])))
    return float(np.median(shifts))
