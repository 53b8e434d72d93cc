"""The interface through which the rest of Visage uses the pipeline."""

from collections.abc import Collection, Mapping
from typing import Protocol

from embeddings.core.types import Face, Quality, RGBImage, Vector


class FaceEngine(Protocol):
    """Finds faces and turns them into vectors; thread-safe.

    Attributes:
        model_id: the network or combination whose vectors are searched, such as ``facenet-casia-webface``. Vectors of
            different model ids cannot be compared.
    """

    model_id: str

    def find_faces(self, image: RGBImage, *, thorough: bool = True, twice: bool = True) -> list[Face]:
        """Finds all faces in a (height, width, 3) uint8 RGB image, the largest first; no face gives an empty list.

        ``thorough`` also uses a slow detector if the fast ones find nobody. ``twice`` measures the mesh more exactly,
        which matters where meshes are compared, and not for recognition.
        """

    def measure(self, image: RGBImage, face: Face) -> Quality:
        """Measures the quality of one face found in this image."""

    def embed(self, image: RGBImage, face: Face) -> Vector:
        """Returns the face's unit vector, (its card's dimension,) float32, to be compared by cosine similarity."""

    def embed_as(self, image: RGBImage, face: Face, model_ids: Collection[str]) -> Mapping[str, Vector]:
        """Returns the face's unit vectors by model id; each network runs once.

        Raises:
            ModelError: the engine was created without one of these models.
        """

    def warm_up(self) -> None:
        """Loads every model that a login needs, so that the first request is as fast as the next."""
