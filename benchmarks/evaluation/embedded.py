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
        milliseconds: by step, one for each photograph in which a face was found.
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


@dataclass(frozen=True)
class Seen:
    """One photograph in which a face was found.

    Attributes:
        photograph: which.
        face: its subject's.
        is_alone: whether it is the only face.
        quality: what limits the face.
        vectors: by network.
        mirrored: the same of the mirror image.
        realigned: by the name of another alignment, of the networks that it concerns.
        milliseconds: by step.
    """

    photograph: Photograph
    face: Face
    is_alone: bool
    quality: Quality
    vectors: Mapping[str, Vector]
    mirrored: Mapping[str, Vector]
    realigned: Mapping[str, Mapping[str, Vector]]
    milliseconds: Mapping[str, float]


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
        photographs: in it; a face is found in one of them at least.
        engine: made for each of the networks alone.
        networks: their names, which are the model ids of each alone.
        realigned: the other alignments.
    """
    names = sorted({photograph.person for photograph in photographs})
    seen, missed = [], []
    for photograph in tqdm(photographs, name, unit="photograph", disable=None):
        one = look_at(photograph, engine, networks, realigned)
        if one is None:
            missed.append(photograph.label)
        else:
            seen.append(one)
    return Embedded(
        name=name,
        labels=[one.photograph.label for one in seen],
        people=np.array([names.index(one.photograph.person) for one in seen]),
        names=names,
        vectors=_stacked([one.vectors for one in seen]),
        mirrored=_stacked([one.mirrored for one in seen]),
        realigned={way: _stacked([one.realigned[way] for one in seen]) for way in realigned.ways},
        faces=[one.face for one in seen],
        qualities=[one.quality for one in seen],
        reasons=[check_capture(one.face, one.quality) for one in seen],
        missed=missed,
        several=[one.photograph.label for one in seen if not one.is_alone],
        milliseconds={step: [one.milliseconds[step] for one in seen] for step in seen[0].milliseconds},
    )


def look_at(photograph: Photograph, engine: FaceEngine, networks: Sequence[str], realigned: Realigned) -> Seen | None:
    """What one photograph shows, see :func:`embed_folder`; None where no face is found."""
    milliseconds: dict[str, float] = {}

    def timed(step: str, work: Callable[..., T], *arguments: object) -> T:
        start = time.perf_counter()
        result = work(*arguments)
        milliseconds[step] = (time.perf_counter() - start) * 1000
        return result

    pixels = photograph.read()
    found = timed("find", engine.find_faces, pixels)
    face = the_subject(found, pixels)
    if face is None:
        return None
    return Seen(
        photograph,
        face,
        is_alone=len(found) == 1,
        quality=timed("measure", engine.measure, pixels, face),
        vectors={network: timed(network, engine.embed_as, pixels, face, [network])[network] for network in networks},
        mirrored=engine.embed_as(*mirror_image(pixels, face), networks),
        realigned={way: realigned.embed(way, pixels, face) for way in realigned.ways},
        milliseconds=milliseconds,
    )


def mirror_image(pixels: RGBImage, face: Face) -> tuple[RGBImage, Face]:
    """The mirror image of a photograph, and its face in it; the mesh is left out."""
    points = face.points[[1, 0, 2, 4, 3]].copy()
    points[:, 0] = pixels.shape[1] - 1 - points[:, 0]
    return np.ascontiguousarray(cv2.flip(pixels, 1)), replace(face, points=points, mesh=None)


def _stacked(rows: Sequence[Mapping[str, Vector]]) -> dict[str, Vectors]:
    return {network: np.stack([row[network] for row in rows]) for network in rows[0]}
