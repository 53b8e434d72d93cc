"""The pipeline on LiteRT: the ``FaceEngine`` that Visage serves with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from embeddings.dlib_detector import DlibDetector
from embeddings.errors import ModelError
from embeddings.finder import FaceFinder
from embeddings.interpreter import Network
from embeddings.models import ModelCard
from embeddings.native_output import muted_stderr
from embeddings.networks import CROPS, Embedder
from embeddings.pool import Pool
from embeddings.quality import measure
from embeddings.types import Face, Quality, RGBImage, Vector
from embeddings.vectors import concatenate


@dataclass
class _Interpreters:
    """What one thread needs from an image to a vector."""

    finder: FaceFinder
    embedders: Mapping[str, Embedder]


class LiteRTEngine:
    """A ``FaceEngine``: made before a fork, used after it, because interpreters come at first use or by ``warm_up``."""

    def __init__(
        self,
        paths: Mapping[str, Path],
        card: ModelCard,
        interpreters: int,
        threads: int = 1,
        others: Sequence[ModelCard] = (),
    ) -> None:
        """Loads nothing yet.

        Args:
            paths: the converted file of each network, by its name.
            card: which model this is.
            interpreters: how many images can be worked on at the same time; further callers wait.
            threads: how many threads one interpreter uses.
            others: further models that :meth:`embed_as` can be asked for.

        Raises:
            ModelError: a network isn't known or has no file.
        """
        self._cards = {one.model_id: one for one in (card, *others)}
        self._networks = {network for one in self._cards.values() for network in one.networks}
        for network in self._networks:
            if network not in CROPS or network not in paths:
                raise ModelError(f"the network {network} is not available")
        self.model_id = card.model_id
        self._paths = dict(paths)
        self._threads = threads
        self._dlib = DlibDetector()
        self._pool = Pool(self._make, interpreters)

    def _make(self) -> _Interpreters:
        cv2.setNumThreads(self._threads)  # for the whole process: requests share the cores, not the parts of one image
        embedders = {
            network: Embedder(Network(self._paths[network], self._threads), CROPS[network])
            for network in self._networks
        }
        return _Interpreters(FaceFinder.load(self._dlib, self._threads), embedders)

    def find_faces(self, image: RGBImage, *, thorough: bool = True) -> list[Face]:
        """See ``FaceEngine``."""
        with self._pool.borrow() as interpreters:
            return interpreters.finder.find(image, thorough=thorough)

    def measure(self, image: RGBImage, face: Face) -> Quality:
        """See ``FaceEngine``."""
        return measure(image, face)

    def embed(self, image: RGBImage, face: Face) -> Vector:
        """See ``FaceEngine``."""
        return self.embed_as(image, face, [self.model_id])[self.model_id]

    def embed_as(self, image: RGBImage, face: Face, model_ids: Collection[str]) -> Mapping[str, Vector]:
        """See ``FaceEngine``."""
        if unknown := set(model_ids) - set(self._cards):
            raise ModelError(f"this engine was not made for {', '.join(sorted(unknown))}")
        cards = [self._cards[model_id] for model_id in model_ids]
        with self._pool.borrow() as interpreters:
            vectors = {
                network: interpreters.embedders[network].embed(image, face)
                for network in {network for card in cards for network in card.networks}
            }
        return {
            card.model_id: concatenate(
                [vectors[component.network] for component in card.components],
                [component.weight for component in card.components],
            )
            for card in cards
        }

    def warm_up(self) -> None:
        """See ``FaceEngine``. dlib's detector is not loaded: a login seldom needs it."""
        with muted_stderr(), self._pool.borrow_all():
            pass
