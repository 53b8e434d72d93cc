"""The pipeline on LiteRT: the ``FaceEngine`` of the running service."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import cv2

from embeddings.core.core_halves import on_half_of_the_cores
from embeddings.core.errors import ModelError
from embeddings.core.idle_cores import IdleCores
from embeddings.core.interpreter import Network
from embeddings.core.native_output import muted_stderr
from embeddings.core.pool import Pool
from embeddings.core.types import Face, Quality, RGBImage, Vector
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.finder import FaceFinder
from embeddings.embed.networks import CROPS, Embedder
from embeddings.quality.quality import measure

THREADS_ALONE = 2
"""Threads of an image that is processed alone. On two cores they make a login 4 ms faster; more were not measured."""


@dataclass
class _Interpreters:
    """What one caller needs for the whole way from an image to a vector."""

    finder: FaceFinder
    embedders: Mapping[str, Embedder]


class LiteRTEngine:
    """A ``FaceEngine``. It creates interpreters at first use or in ``warm_up``, so it may be created before a fork."""

    def __init__(self, networks: Mapping[str, Path], interpreters: int, idle_cores: IdleCores | None = None) -> None:
        """Loads nothing yet.

        Args:
            networks: the converted file of each network by model id; the first is the model of new enrolments.
            interpreters: the maximal number of images processed at the same time; further callers wait.
            idle_cores: tells when an image may take a second core; None if it never may.

        Raises:
            ModelError: there is no network, or one is unknown.
        """
        if not networks or not networks.keys() <= CROPS.keys():
            raise ModelError(f"no engine for {', '.join(networks) or 'no network'}; known are {', '.join(CROPS)}")
        self.model_id = next(iter(networks))
        self._networks = dict(networks)
        self._idle_cores = idle_cores
        self._dlib = DlibDetector()
        first = 1 if idle_cores is None else THREADS_ALONE
        self._pool = Pool(self._make, [first, *[1] * (interpreters - 1)])

    def _make(self, threads: int) -> _Interpreters:
        cv2.setNumThreads(1)  # for the whole process: the cores are shared by requests, not within an image
        with on_half_of_the_cores("second") if threads > 1 else nullcontext():  # the threads created here stay there
            embedders = {
                model_id: Embedder(Network(file, threads), CROPS[model_id]) for model_id, file in self._networks.items()
            }
            return _Interpreters(FaceFinder.load(self._dlib, threads), embedders)

    @contextmanager
    def _interpreters(self) -> Iterator[_Interpreters]:
        """Lends interpreters that take a second core if nothing else is computed; the results are the same."""
        claim = nullcontext(False) if self._idle_cores is None else self._idle_cores.claim()
        with (
            claim as alone,
            self._pool.borrow(THREADS_ALONE if alone else 1) as interpreters,
            on_half_of_the_cores("first") if alone else nullcontext(),
        ):
            yield interpreters

    def find_faces(self, image: RGBImage, *, thorough: bool = True, twice: bool = True) -> list[Face]:
        """See ``FaceEngine``."""
        with self._interpreters() as interpreters:
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
        with self._interpreters() as interpreters:
            return {model_id: interpreters.embedders[model_id].embed(image, face) for model_id in model_ids}

    def warm_up(self) -> None:
        """See ``FaceEngine``. It does not load dlib's detector, because a login seldom needs it."""
        with muted_stderr(), self._pool.borrow_all():
            pass
