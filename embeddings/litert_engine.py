"""The pipeline on LiteRT: the ``FaceEngine`` that Visage serves with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from embeddings.align import facenet_crop
from embeddings.dlib_networks import DLIB_RESNET, Dlib
from embeddings.errors import ModelError
from embeddings.finder import FaceFinder
from embeddings.interpreter import Network
from embeddings.models import FACENET, ModelCard
from embeddings.native_output import muted_stderr
from embeddings.pool import Pool
from embeddings.quality import measure
from embeddings.types import Face, Quality, RGBImage, Vector
from embeddings.vectors import concatenate, normalise


@dataclass
class FaceNet:
    """FaceNet with its interpreter; not safe to share between threads."""

    network: Network

    def embed(self, image: RGBImage, face: Face) -> Vector:
        """The aligned face's unit vector, (512,) float32."""
        crop = facenet_crop(image, face.points)
        tensor = np.subtract(crop, 127.5, dtype=np.float32)
        tensor *= 1.0 / 128.0
        return normalise(self.network(tensor[np.newaxis])[0][0])


NETWORKS = {FACENET: FaceNet}
"""How each network that a card may name aligns a face and embeds it."""


@dataclass
class _Interpreters:
    """What one thread needs from an image to a vector."""

    finder: FaceFinder
    embedders: list[FaceNet]


class LiteRTEngine:
    """A ``FaceEngine``: made before a fork, used after it, because interpreters come at first use or by ``warm_up``."""

    def __init__(
        self, model_path: Path | Mapping[str, Path], card: ModelCard, interpreters: int, threads: int = 1
    ) -> None:
        """Loads nothing yet.

        Args:
            model_path: the converted network, or for a combination the file of each network by its name.
            card: which model this is.
            interpreters: how many images can be worked on at the same time; further callers wait.
            threads: how many threads one interpreter uses.

        Raises:
            ModelError: the card names a network that isn't known or has no file.
        """
        paths = {card.components[0].network: model_path} if isinstance(model_path, Path) else model_path
        for component in card.components:
            if component.network not in NETWORKS or component.network not in paths:
                raise ModelError(f"{card.model_id}: the network {component.network} is not available")
        self.model_id = card.model_id
        self.dimension = card.dimension
        self._card = card
        self._paths = dict(paths)
        self._threads = threads
        self._dlib = Dlib()
        self._pool = Pool(self._make, interpreters)

    def _make(self) -> _Interpreters:
        cv2.setNumThreads(self._threads)  # for the whole process: requests share the cores, not the parts of one image
        embedders = [
            NETWORKS[component.network](Network(self._paths[component.network], self._threads))
            for component in self._card.components
        ]
        return _Interpreters(FaceFinder.load(self._dlib, self._threads), embedders)

    def find_faces(self, image: RGBImage) -> list[Face]:
        """See ``FaceEngine``."""
        with self._pool.borrow() as interpreters:
            return interpreters.finder.find(image)

    def measure(self, image: RGBImage, face: Face) -> Quality:
        """See ``FaceEngine``."""
        return measure(image, face)

    def embed(self, image: RGBImage, face: Face) -> Vector:
        """See ``FaceEngine``."""
        with self._pool.borrow() as interpreters:
            vectors = [embedder.embed(image, face) for embedder in interpreters.embedders]
        return concatenate(vectors, [component.weight for component in self._card.components])

    def embed_extra(self, image: RGBImage, face: Face) -> Mapping[str, Vector]:
        """See ``FaceEngine``. The further network is dlib's ResNet: about 100 ms a face."""
        return {DLIB_RESNET: self._dlib.embed(image, face.points)}

    def warm_up(self) -> None:
        """See ``FaceEngine``. dlib is not loaded: a login seldom needs it."""
        with muted_stderr(), self._pool.borrow_all():
            pass
