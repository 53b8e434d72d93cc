"""Other ways to cut a face out than the service's, to compare with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.align import ARCFACE_SIZE, ARCFACE_TEMPLATE, FACENET_SIZE, TEMPLATE
from embeddings.geometry import cut, fit_similarity
from embeddings.interpreter import Network
from embeddings.models import FACENET_CASIA_WEBFACE, MOBILEFACENET
from embeddings.networks import Crop, Embedder
from embeddings.types import Face, RGBImage, Vector

Points = NDArray[np.float32]

WITHOUT_NOSE = [0, 1, 3, 4]


def unstretched_facenet(image: RGBImage, points: Points) -> RGBImage:
    """FaceNet's crop by a similarity alone, with faces as narrow as they are."""
    matrix = fit_similarity(points[WITHOUT_NOSE], TEMPLATE[WITHOUT_NOSE] * FACENET_SIZE)
    return cut(image, matrix, FACENET_SIZE, FACENET_SIZE, smooth=True)


def affine_facenet(image: RGBImage, points: Points) -> RGBImage:
    """FaceNet's crop with the points brought to its template by shear and two scales too."""
    return _affine(image, points, TEMPLATE * FACENET_SIZE, FACENET_SIZE)


def affine_arcface(image: RGBImage, points: Points) -> RGBImage:
    """MobileFaceNet's crop, likewise."""
    return _affine(image, points, ARCFACE_TEMPLATE, ARCFACE_SIZE)


def arcface_without_nose(image: RGBImage, points: Points) -> RGBImage:
    """MobileFaceNet's crop fitted to eyes and mouth alone, as FaceNet's is."""
    matrix = fit_similarity(points[WITHOUT_NOSE], ARCFACE_TEMPLATE[WITHOUT_NOSE])
    return cut(image, matrix, ARCFACE_SIZE, ARCFACE_SIZE, smooth=True)


def _affine(image: RGBImage, points: Points, template: NDArray[np.float64], size: int) -> RGBImage:
    """By least squares; the mouth's corners may be one point, which leaves enough to fit."""
    ones = np.ones((len(points), 1))
    matrix, *_ = np.linalg.lstsq(np.hstack([points.astype(np.float64), ones]), template, rcond=None)
    return np.asarray(cv2.warpAffine(image, matrix.T, (size, size), flags=cv2.INTER_CUBIC), np.uint8)


ALIGNMENTS: Mapping[str, Mapping[str, Crop]] = {
    "FaceNet's faces not stretched": {FACENET_CASIA_WEBFACE: unstretched_facenet},
    "affine fit of the five points": {FACENET_CASIA_WEBFACE: affine_facenet, MOBILEFACENET: affine_arcface},
    "MobileFaceNet's faces fitted without the nose": {MOBILEFACENET: arcface_without_nose},
}
"""By what they do differently, the crops of the networks that they concern."""


@dataclass(frozen=True)
class Realigned:
    """The networks with other crops.

    Attributes:
        ways: by the name of the alignment, the networks that it concerns.
    """

    ways: Mapping[str, Mapping[str, Embedder]]

    @classmethod
    def load(cls, paths: Mapping[str, Path]) -> "Realigned":
        """Makes an interpreter for each network and way.

        Args:
            paths: the converted file of each network.
        """
        networks = {network: Network(path) for network, path in paths.items()}
        return cls(
            {
                way: {network: Embedder(networks[network], crop) for network, crop in crops.items()}
                for way, crops in ALIGNMENTS.items()
            }
        )

    def embed(self, way: str, image: RGBImage, face: Face) -> dict[str, Vector]:
        """The vectors of the networks that this alignment concerns, by the network's name."""
        return {network: embedder.embed(image, face) for network, embedder in self.ways[way].items()}
