"""Finds faces with one detector after the other, and their points with the mesh."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings import dlib_networks
from embeddings.blazeface import FULL_RANGE, LEFT_EYE, MOUTH, NOSE, RIGHT_EYE, SHORT_RANGE, BlazeFace, Detection
from embeddings.dlib_networks import Dlib
from embeddings.facemesh import FaceMesh, five_points
from embeddings.pose import pose_of_mesh, pose_of_points
from embeddings.types import Face, RGBImage

FRAMED = 0.5
"""How much of the view a face that fills the image is given, at the last try with BlazeFace."""

SAME_FACE = 0.5
"""Two faces whose eye lines' middles are nearer than so many distances between the eyes are one face."""


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
        """All faces in an (h, w, 3) uint8 RGB image, the largest first, by the first detector that finds any."""
        tries = ((self.short_range, 1.0), (self.full_range, 1.0), (self.short_range, FRAMED))
        for detector, shrink in tries:
            detections = detector.detect(image, shrink)
            if detections:
                faces = [self._face(image, detection, detector.variant.name) for detection in detections]
                return _largest_first(_distinct(faces))
        return _largest_first(self._found_by_dlib(image))

    def _face(self, image: RGBImage, detection: Detection, detector: str) -> Face:
        mesh = self.mesh.locate(image, detection)
        if mesh is None:
            points = detection.points[[LEFT_EYE, RIGHT_EYE, NOSE, MOUTH, MOUTH]]
            return Face(detection.box, detection.score, detector, points, None, pose_of_points(points))
        return Face(detection.box, detection.score, detector, five_points(mesh), mesh, pose_of_mesh(mesh))

    def _found_by_dlib(self, image: RGBImage) -> list[Face]:
        return [
            Face(box, dlib_networks.SCORE, dlib_networks.NAME, points, None, pose_of_points(points))
            for box, points in self.dlib.find(image)
        ]


def _distinct(faces: list[Face]) -> list[Face]:
    """Without those whose eyes are another's: the detector may see one face twice where the mesh finds it once."""
    kept: list[Face] = []
    for face in faces:
        middle, width = _eyes(face)
        if all(np.hypot(*(middle - _eyes(other)[0])) > SAME_FACE * max(width, _eyes(other)[1]) for other in kept):
            kept.append(face)
    return kept


def _eyes(face: Face) -> tuple[NDArray[np.float32], float]:
    left, right = face.points[:2]
    return (left + right) / 2.0, float(np.hypot(*(right - left)))


def _largest_first(faces: list[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: face.box.width * face.box.height, reverse=True)
