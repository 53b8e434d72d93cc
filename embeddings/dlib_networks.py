"""dlib through the package face_recognition: the detector of last resort and a second network's vectors.

Loaded at first use (a hundred megabytes of models). dlib's objects aren't promised to be safe to share between threads,
so one lock guards every call.
"""

import threading
from types import ModuleType

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.types import Box, RGBImage, Vector
from embeddings.vectors import normalise

DLIB = "dlib"
"""What ``Face.detector`` says of its faces."""

DLIB_RESNET = "dlib-resnet"
"""The model id of its vectors, which are kept beside those that faces are found by."""
DLIB_RESNET_DIMENSION = 128

SEARCH_SIDE = 640
"""The image is brought to this longer side, in pixels: dlib finds faces from 80 pixels on, in time by the pixel."""

CHIP_CENTRE = 0.49
"""Where dlib's own boxes have their centre on the way from the eyes to the mouth (median of 100 LFW faces)."""
CHIP_SIDE = 2.27
"""The side of dlib's own boxes in distances from eyes to mouth (median of the same)."""


class Dlib:
    """One for a process; safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._package: ModuleType | None = None

    def find(self, image: RGBImage) -> list[tuple[Box, NDArray[np.float32]]]:
        """Faces of an (h, w, 3) uint8 RGB image: box and (5, 2) points as ``Face.points``, both in its pixels."""
        scale = SEARCH_SIDE / max(image.shape[:2])
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        view = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR)
        with self._lock:
            package = self._loaded()
            places = package.face_locations(view, number_of_times_to_upsample=0, model="hog")
            features = package.face_landmarks(view, places, model="large")
        return [
            (Box(left / scale, top / scale, right / scale, bottom / scale), five_points(marks) / np.float32(scale))
            for (top, right, bottom, left), marks in zip(places, features, strict=True)
        ]

    def embed(self, image: RGBImage, points: NDArray[np.float32]) -> Vector:
        """dlib's ResNet on the face with these (5, 2) points: a unit vector, (128,) float32."""
        box = face_box(points)
        place = (round(box.top), round(box.right), round(box.bottom), round(box.left))
        with self._lock:
            encodings = self._loaded().face_encodings(image, [place], num_jitters=1, model="large")
        return normalise(np.asarray(encodings[0]))

    def _loaded(self) -> ModuleType:
        if self._package is None:
            import face_recognition  # noqa: PLC0415  (loads every model it has)

            self._package = face_recognition
        return self._package


def five_points(features: dict[str, list[tuple[int, int]]]) -> NDArray[np.float32]:
    """Eye centres, nose tip and mouth corners of face_recognition's 68 landmarks: (5, 2) float32."""
    return np.array(
        [
            np.mean(features["left_eye"], axis=0),
            np.mean(features["right_eye"], axis=0),
            features["nose_bridge"][-1],
            features["top_lip"][0],
            features["top_lip"][6],
        ],
        np.float32,
    )


def face_box(points: NDArray[np.float32]) -> Box:
    """The box dlib's own detector would give a face with these points, which its landmarks are trained on."""
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    height = float(np.hypot(*(mouth - eyes)))
    x, y = (eyes + CHIP_CENTRE * (mouth - eyes)).tolist()
    half = CHIP_SIDE * height / 2.0
    return Box(x - half, y - half, x + half, y + half)
