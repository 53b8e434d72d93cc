"""Photographs -> vectors of every network, and what is needed to say why a photograph is hard."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.evaluation.alignments import Realigned
from benchmarks.faces import Photograph, the_subject
from benchmarks.protocols import Vectors
from embeddings.engine import FaceEngine
from embeddings.quality import check_capture
from embeddings.score_tail import Integers
from embeddings.types import Face, Quality, Reason, RGBImage, Vector

Rows = dict[str, list[Vector]]
T = TypeVar("T")


@dataclass(frozen=True)
class Embedded:
    """The photographs of one folder in which a face was found.

    Attributes:
        name: of the folder.
        labels: (n,) the photographs, as the report names them.
        people: (n,) int64, whose each is, from 0 on.
        names: the people.
        vectors: by network, (n, dimension) unit vectors.
        mirrored: the same of the mirror images.
        realigned: by the name of another alignment, of all the networks that it concerns.
        faces: how each face was found.
        qualities: what limits each.
        reasons: why the service would refuse each; mostly empty.
        missed: the labels of photographs without a face.
        several: the labels of photographs with more than one.
        milliseconds: by step, one for each photograph.
    """

    name: str
    labels: Sequence[str]
    people: Integers
    names: Sequence[str]
    vectors: Mapping[str, Vectors]
    mirrored: Mapping[str, Vectors]
    realigned: Mapping[str, Mapping[str, Vectors]]
    faces: Sequence[Face]
    qualities: Sequence[Quality]
    reasons: Sequence[Sequence[Reason]]
    missed: Sequence[str]
    several: Sequence[str]
    milliseconds: Mapping[str, Sequence[float]]

    @property
    def detectors(self) -> dict[str, int]:
        """How many faces each detector found."""
        return dict(Counter(face.detector for face in self.faces))

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """(n,) bool, which captures the service would accept."""
        return np.array([not reasons for reasons in self.reasons])


def embed_folder(
    name: str,
    photographs: Sequence[Photograph],
    engine: FaceEngine,
    networks: Sequence[str],
    realigned: Realigned,
) -> Embedded:
    """Finds the subject of every photograph and embeds it by each network, in every way that is compared.

    Args:
        name: of the folder.
        photographs: in it.
        engine: made for each of the networks alone.
        networks: their names, which are the model ids of each alone.
        realigned: the other alignments.
    """
    names = sorted({photograph.person for photograph in photographs})
    vectors: Rows = {network: [] for network in networks}
    mirrored: Rows = {network: [] for network in networks}
    others: dict[str, Rows] = {way: {network: [] for network in networks} for way in realigned.ways}
    milliseconds: dict[str, list[float]] = {step: [] for step in ("find", "measure", *networks)}
    people, labels, missed, several = [], [], [], []
    faces, qualities, reasons = [], [], []
    for photograph in tqdm(photographs, name, unit="photograph", disable=None):
        pixels = photograph.read()
        found = _timed(milliseconds["find"], engine.find_faces, pixels)
        face = the_subject(found, pixels)
        if face is None:
            missed.append(photograph.label)
            continue
        if len(found) > 1:
            several.append(photograph.label)
        quality = _timed(milliseconds["measure"], engine.measure, pixels, face)
        mirror = mirror_image(pixels, face)
        for network in networks:
            vectors[network].append(_timed(milliseconds[network], engine.embed_as, pixels, face, [network])[network])
            mirrored[network].append(engine.embed_as(*mirror, [network])[network])
        for way, by_network in others.items():
            for network, vector in realigned.embed(way, pixels, face).items():
                by_network[network].append(vector)
        people.append(names.index(photograph.person))
        labels.append(photograph.label)
        faces.append(face)
        qualities.append(quality)
        reasons.append(check_capture(face, quality))
    return Embedded(
        name,
        labels,
        np.array(people),
        names,
        _stacked(vectors),
        _stacked(mirrored),
        {way: _stacked(by_network) for way, by_network in others.items()},
        faces,
        qualities,
        reasons,
        missed,
        several,
        milliseconds,
    )


def mirror_image(pixels: RGBImage, face: Face) -> tuple[RGBImage, Face]:
    """The mirror image of a photograph, and its face in it; the mesh is left out."""
    points = face.points[[1, 0, 2, 4, 3]].copy()
    points[:, 0] = pixels.shape[1] - 1 - points[:, 0]
    return np.ascontiguousarray(cv2.flip(pixels, 1)), replace(face, points=points, mesh=None)


def _stacked(rows: Rows) -> dict[str, Vectors]:
    return {network: np.stack(vectors) for network, vectors in rows.items() if vectors}


def _timed(milliseconds: list[float], work: Callable[..., T], *arguments: object) -> T:
    start = time.perf_counter()
    result = work(*arguments)
    milliseconds.append((time.perf_counter() - start) * 1000)
    return result
