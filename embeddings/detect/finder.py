"""Finds faces with several detectors in turn, and their landmarks with the mesh."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Box, Face, RGBImage
from embeddings.detect.blazeface import FULL_RANGE, LEFT_EYE, MOUTH, NOSE, RIGHT_EYE, SHORT_RANGE, BlazeFace
from embeddings.detect.dlib_detector import DLIB, DlibDetector
from embeddings.detect.facemesh import FaceMesh, five_points
from embeddings.detect.pose import pose_of_mesh, pose_of_points

NEAR = 0.15
"""If the largest face has at least this share of the image's longer side, the short-range detector is enough. It finds
faces from 0.12 on, so it finds everybody at least 0.8 times as wide as the largest. The full-range one finds them from
0.06 on."""

FRAMED = 0.5
"""The share of the view that the image takes at BlazeFace's last try, to find a face that fills the image."""

MAX_FACES = 10
"""The number of largest faces to process; more would only cost time in a picture of a crowd."""

MIN_SCORE_WITHOUT_MESH = 0.75
"""The minimal detector score of a face that the mesh network does not see."""

MOST_PIXELS = 2_000_000
"""Pixels to which a larger image is shrunk once for the detectors, which scale it to 192 or 640 pixels a side at each
try anyway. The mesh uses the full image."""

SAME_FACE = 0.5
"""If the middles of two faces' eye lines are nearer than this many eye distances, they are the same face."""


@dataclass(frozen=True)
class Found:
    """A detector's result: a box, a score (0 to 1), the detector's name, and (5, 2) points as ``Face.points``."""

    box: Box
    score: float
    detector: str
    points: NDArray[np.float32]

    def enlarged(self, times: float) -> "Found":
        """Scales the result to an image that is this many times larger."""
        box = Box(*(edge * times for edge in (self.box.left, self.box.top, self.box.right, self.box.bottom)))
        return replace(self, box=box, points=self.points * np.float32(times))


Seen = TypeVar("Seen", Found, Face)


@dataclass
class FaceFinder:
    """The detectors and the mesh; not thread-safe (only ``dlib`` is)."""

    short_range: BlazeFace
    full_range: BlazeFace
    mesh: FaceMesh
    dlib: DlibDetector

    @classmethod
    def load(cls, dlib: DlibDetector, threads: int = 1) -> "FaceFinder":
        """Creates the interpreters.

        Raises:
            ModelError: a model file is missing or damaged.
        """
        return cls(BlazeFace(SHORT_RANGE, threads), BlazeFace(FULL_RANGE, threads), FaceMesh(threads), dlib)

    def find(self, image: RGBImage, *, thorough: bool = True, twice: bool = True) -> list[Face]:
        """Finds up to ten faces in an (h, w, 3) uint8 RGB image, the largest first, with the first successful detector.

        It finds faces from about 6 % of the image's longer side (38 pixels of 640) up to faces that fill the image.
        Without ``thorough`` it skips dlib, which takes several times as long as all other detectors together.
        ``twice`` is that of :meth:`FaceMesh.locate`.
        """
        view, times = _view(image)
        for seen in self._tries(view, thorough):
            found = seen if times == 1.0 else [one.enlarged(times) for one in seen]
            largest = sorted(found, key=lambda one: one.box.width * one.box.height, reverse=True)
            faces = [face for one in distinct(largest)[:MAX_FACES] if (face := self._face(image, one, twice))]
            if faces:
                return distinct(faces)
        return []

    def _tries(self, image: RGBImage, thorough: bool) -> Iterator[list[Found]]:
        near = _found(self.short_range, image)
        if near and max(one.box.width for one in near) >= NEAR * max(image.shape[:2]):
            yield near
        yield near + _found(self.full_range, image)
        yield _found(self.short_range, image, FRAMED)
        if thorough:
            yield [Found(box, 1.0, DLIB, points) for box, points in self.dlib.find(image)]

    def _face(self, image: RGBImage, found: Found, twice: bool) -> Face | None:
        mesh = self.mesh.locate(image, found, twice=twice)
        if mesh is not None:
            points, pose = five_points(mesh.points), pose_of_mesh(mesh.points)
            return Face(found.box, found.score, found.detector, points, mesh.points, mesh.logit, pose)
        if found.score < MIN_SCORE_WITHOUT_MESH:
            return None
        return Face(found.box, found.score, found.detector, found.points, None, None, pose_of_points(found.points))


def _view(image: RGBImage) -> tuple[RGBImage, float]:
    """Returns the image for the detectors, and the factor by which the original image is larger."""
    rows, columns = image.shape[:2]
    if rows * columns <= MOST_PIXELS:
        return image, 1.0
    times = math.sqrt(rows * columns / MOST_PIXELS)
    size = (max(1, round(columns / times)), max(1, round(rows / times)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), times


def _found(detector: BlazeFace, image: RGBImage, share: float = 1.0) -> list[Found]:
    name, used = detector.variant.name, [LEFT_EYE, RIGHT_EYE, NOSE, MOUTH, MOUTH]
    return [Found(one.box, one.score, name, one.points[used]) for one in detector.detect(image, share)]


def distinct(faces: list[Seen]) -> list[Seen]:
    """Drops faces whose eyes match an earlier face's: two detectors, or one at two scales, may find the same face."""
    kept: list[Seen] = []
    for face in faces:
        middle, width = _eyes(face)
        if all(np.hypot(*(middle - _eyes(other)[0])) > SAME_FACE * max(width, _eyes(other)[1]) for other in kept):
            kept.append(face)
    return kept


def _eyes(face: Found | Face) -> tuple[NDArray[np.float32], float]:
    left, right = face.points[:2]
    return (left + right) / 2.0, float(np.hypot(*(right - left)))
