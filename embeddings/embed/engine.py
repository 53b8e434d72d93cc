"""The one interface through which the rest of Visage uses the pipeline."""

from collections.abc import Collection, Mapping
from typing import Protocol

from embeddings.core.types import Face, Quality, RGBImage, Vector


class FaceEngine(Protocol):
    """Finds faces and turns them into vectors. Safe to call from several threads at once.

    Attributes:
        model_id: names the network or combination whose vectors are searched, such as
            ``facenet-casia-webface``. Vectors of different model ids cannot be compared.
    """

    model_id: str

    def find_faces(self, image: RGBImage, *, thorough: bool = True) -> list[Face]:
        """All faces in an (height, width, 3) uint8 RGB image, the largest first; no face is an empty list.

        ``thorough`` asks a slow detector too where the fast ones find nobody.
        """

    def measure(self, image: RGBImage, face: Face) -> Quality:
        """The quality of one face found in this image."""

    def embed(self, image: RGBImage, face: Face) -> Vector:
        """The face as a unit vector, (its card's dimension,) float32; cosine similarity compares two of them."""

    def embed_as(self, image: RGBImage, face: Face, model_ids: Collection[str]) -> Mapping[str, Vector]:
        """The face as unit vectors of several models, by model id; each network runs once.

        Raises:
            ModelError: one of them is a model that this engine was not made for.
        """

    def warm_up(self) -> None:
        """Loads every model that a login needs, so that the first request is as fast as the next."""
