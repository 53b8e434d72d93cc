"""dlib through the package face_recognition: the slow detector that runs if the others find nothing.

It is loaded at first use (a hundred megabytes of models). dlib does not promise that its objects are thread-safe, so
one lock guards every call.
"""

import threading
from types import ModuleType

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Box, RGBImage

DLIB = "dlib"
"""The value of ``Face.detector`` for its faces."""

SEARCH_SIDE = 640
"""The longer side of the scaled image, in pixels: dlib finds faces from 80 pixels on, in time by the pixel."""


class DlibDetector:
    """A detector for the whole process; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._package: ModuleType | None = None

    def find(self, image: RGBImage) -> list[tuple[Box, NDArray[np.float32]]]:
        """Finds faces in an (h, w, 3) uint8 RGB image: box and (5, 2) points as ``Face.points``, in its pixels."""
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

    def _loaded(self) -> ModuleType:
        if self._package is None:
            import face_recognition  # noqa: PLC0415  (loads every model it has)

            self._package = face_recognition
        return self._package


def five_points(features: dict[str, list[tuple[int, int]]]) -> NDArray[np.float32]:
    """Returns eye centres, nose tip and mouth corners of face_recognition's 68 landmarks: (5, 2) float32."""
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
