"""The networks that turn an aligned face into a vector."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.core.interpreter import Network
from embeddings.core.models import FACENET_CASIA_WEBFACE, FACENET_VGGFACE2, SFACE
from embeddings.core.types import Face, RGBImage, Vector
from embeddings.core.vectors import normalise
from embeddings.detect.align import arcface_crop, facenet_crop

Crop = Callable[[RGBImage, NDArray[np.float32]], RGBImage]
"""Cuts an aligned face, (size, size, 3) uint8 RGB, out of an image by ``Face.points``."""

CROPS: Mapping[str, Crop] = {
    SFACE: arcface_crop,
    FACENET_CASIA_WEBFACE: facenet_crop,
    FACENET_VGGFACE2: facenet_crop,
}
"""The crop that each network was trained on. All networks take ``(pixel - 127.5) / 128``."""


@dataclass
class Embedder:
    """A network with its interpreter; not thread-safe."""

    network: Network
    crop: Crop

    def embed(self, image: RGBImage, face: Face) -> Vector:
        """Returns the face's unit vector, (dimension of the network,) float32."""
        tensor = np.subtract(self.crop(image, face.points), 127.5, dtype=np.float32)
        tensor *= 1.0 / 128.0
        return normalise(self.network(tensor[np.newaxis])[0][0])
