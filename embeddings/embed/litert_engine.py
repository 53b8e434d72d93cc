"""The pipeline on LiteRT: the ``FaceEngine`` of the running service."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2

from embeddings.core.errors import ModelError
from embeddings.core.interpreter import Network
from embeddings.core.native_output import muted_stderr
from embeddings.core.pool import Pool
from embeddings.core.types import Face, Quality, RGBImage, Vector
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.finder import FaceFinder
from embeddings.embed.networks import CROPS, Embedder
from embeddings.quality.quality import measure


@dataclass
class _Interpreters:
    """The interpreters of one thread, for the whole way from an image to a vector."""

    finder: FaceFinder
    embedders: Mapping[str, Embedder]


class LiteRTEngine:
    """A ``FaceEngine``. It creates interpreters at first use or in ``warm_up``, so it may be created before a fork."""

    def __init__(self, networks: Mapping[str, Path], interpreters: int, threads: int = 1) -> None:
        """Loads nothing yet.

        Args:
            networks: the converted file of each network by model id; the first is the model of new enrolments.
            interpreters: the maximal number of images processed at the same time; further callers wait.
            threads: threads of one interpreter.

        Raises:
            ModelError: there is no network, or one is unknown.
        """
        if not networks or not networks.keys() <= CROPS.keys():
            raise ModelError(f"no engine for {', '.join(networks) or 'no network'}; known are {', '.join(CROPS)}")
        self.model_id = next(iter(networks))
        self._networks = dict(networks)
        self._threads = threads
        self._dlib = DlibDetector()
        self._pool = Pool(self._make, interpreters)

    def _make(self) -> _Interpreters:
        cv2.setNumThreads(self._threads)  # for the whole process: the cores are shared by requests, not within an image
        embedders = {
            model_id: Embedder(Network(file, self._threads), CROPS[model_id])
            for model_id, file in self._networks.items()
        }
        return _Interpreters(FaceFinder.load(self._dlib, self._threads), embedders)

    def find_faces(self, image: RGBImage, *, thorough: bool = True, twice: bool = True) -> list[Face]:
        """See ``FaceEngine``."""
        with self._pool.borrow() as interpreters:
            return interpreters.finder.find(image, thorough=thorough, twice=twice)

    def measure(self, image: RGBImage, face: Face) -> Quality:
        """See ``FaceEngine``."""
        return measure(image, face)

    def embed(self, image: RGBImage, face: Face) -> Vector:
        """See ``FaceEngine``."""
        return self.embed_as(image, face, [self.model_id])[self.model_id]

    def embed_as(self, image: RGBImage, face: Face, model_ids: Collection[str]) -> Mapping[str, Vector]:
        """See ``FaceEngine``."""
        if unknown := set(model_ids) - self._networks.keys():
            raise ModelError(f"this engine was not made for {', '.join(sorted(unknown))}")
        with self._pool.borrow() as interpreters:
            return {model_id: interpreters.embedders[model_id].embed(image, face) for model_id in model_ids}

    def warm_up(self) -> None:
        """See ``FaceEngine``. It does not load dlib's detector, because a login seldom needs it."""
        with muted_stderr(), self._pool.borrow_all():
            pass
