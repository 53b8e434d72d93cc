"""Finds faces with one detector after the other, and their points with the mesh."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.blazeface import FULL_RANGE, LEFT_EYE, MOUTH, NOSE, RIGHT_EYE, SHORT_RANGE, BlazeFace
from embeddings.dlib_networks import DLIB, Dlib
from embeddings.facemesh import FaceMesh, five_points
from embeddings.pose import pose_of_mesh, pose_of_points
from embeddings.types import Box, Face, RGBImage

FRAMED = 0.5
"""The share of the view that the image takes at BlazeFace's last try, for a face that fills the image."""

MAX_FACES = 10
"""So many of the largest faces are looked at; a crowd would only cost time."""

MIN_SCORE_WITHOUT_MESH = 0.75
"""What a detector must be sure of when the mesh sees no face."""

SAME_FACE = 0.5
"""Two faces whose eye lines' middles are nearer than so many distances between the eyes are one face."""


@dataclass(frozen=True)
class Found:
    """What a detector says of a face: its box, score (0 to 1), name, and (5, 2) points as ``Face.points``."""

    box: Box
    score: float
    detector: str
    points: NDArray[np.float32]


@dataclass
class FaceFinder:
    """The detectors and the mesh; not safe to share between threads (``dlib`` is)."""

    short_range: BlazeFace
    full_range: BlazeFace
    mesh: FaceMesh
    dlib: Dlib

    @classmethod
    def load(cls, dlib: Dlib, threads: int = 1) -> "FaceFinder":
        """Makes the interpreters.

        Raises:
            ModelError: a model file is missing or damaged.
        """
        return cls(BlazeFace(SHORT_RANGE, threads), BlazeFace(FULL_RANGE, threads), FaceMesh(threads), dlib)

    def find(self, image: RGBImage) -> list[Face]:
        """Up to ten faces in an (h, w, 3) uint8 RGB image, the largest first, by the first detector that finds any.

        Faces are found from about 6 % of the image's longer side (38 pixels of 640) up to such as fill it.
        """
        for found in self._tries(image):
            largest = sorted(found, key=lambda one: one.box.width * one.box.height, reverse=True)[:MAX_FACES]
            faces = distinct([face for one in largest if (face := self._face(image, one))])
            if faces:
                return faces
        return []

    def _tries(self, image: RGBImage) -> Iterator[list[Found]]:
        for detector, share in ((self.short_range, 1.0), (self.full_range, 1.0), (self.short_range, FRAMED)):
            yield [
                Found(
                    detection.box,
                    detection.score,
                    detector.variant.name,
                    detection.points[[LEFT_EYE, RIGHT_EYE, NOSE, MOUTH, MOUTH]],
                )
                for detection in detector.detect(image, share)
            ]
        yield [Found(box, 1.0, DLIB, points) for box, points in self.dlib.find(image)]

    def _face(self, image: RGBImage, found: Found) -> Face | None:
        mesh = self.mesh.locate(image, found)
        if mesh is not None:
            return Face(found.box, found.score, found.detector, five_points(mesh), mesh, pose_of_mesh(mesh))
        if found.score < MIN_SCORE_WITHOUT_MESH:
            return None
        return Face(found.box, found.score, found.detector, found.points, None, pose_of_points(found.points))


def distinct(faces: list[Face]) -> list[Face]:
    """Without those whose eyes are an earlier one's: a detector may see one face twice where the mesh finds it once."""
    kept: list[Face] = []
    for face in faces:
        middle, width = _eyes(face)
        if all(np.hypot(*(middle - _eyes(other)[0])) > SAME_FACE * max(width, _eyes(other)[1]) for other in kept):
            kept.append(face)
    return kept


def _eyes(face: Face) -> tuple[NDArray[np.float32], float]:
    left, right = face.points[:2]
    return (left + right) / 2.0, float(np.hypot(*(right - left)))
