"""Embeds photographs with every network, and measures what may make a photograph hard."""

import pickle  # nosec B403 (see loads)
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.accuracy.cache import VectorCache
from benchmarks.accuracy.errata import Errata
from benchmarks.common.faces import Photograph, list_photographs, the_subject
from benchmarks.common.protocols import Vectors
from embeddings.core.models import FACENET_CASIA_WEBFACE, SFACE
from embeddings.core.types import Face, Quality, Reason, Vector
from embeddings.embed.engine import FaceEngine
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.quality.quality import check_capture, check_faces
from embeddings.weights.prepare import prepare_network

NETWORKS = (SFACE, FACENET_CASIA_WEBFACE)
"""The networks that can be installed from package registries and are not worse than these in every measured figure."""

AT_ONCE = 16
"""Photographs that a process receives at a time."""

T = TypeVar("T")
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """One photograph in which a face was found.

    Attributes:
        face: the subject's face, without the mesh.
        quality: of the face.
        reasons: why the service would refuse the photograph as a capture; mostly empty.
        vectors: by network, (dimension,) float32.
        milliseconds: by step.
    """

    face: Face
    quality: Quality
    reasons: Sequence[Reason]
    vectors: Mapping[str, Vector]
    milliseconds: Mapping[str, float]


@dataclass(frozen=True)
class Embedded:
    """The photographs of one folder in which a face was found.

    Attributes:
        name: of the folder.
        labels: (n,) names of the photographs in the report.
        people: (n,) int64, the person in each photograph, from 0 on.
        names: the people's names.
        kin: pairs of people, by number, who are twins or siblings.
        seen: the results for each photograph.
        missed: the labels of photographs without a face.
        left_out: the labels of photographs that the errata leave out.
    """

    name: str
    labels: Sequence[str]
    people: Integers
    names: Sequence[str]
    kin: frozenset[tuple[int, int]]
    seen: Sequence[Seen]
    missed: Sequence[str]
    left_out: Sequence[str]

    def vectors(self, network: str) -> Vectors:
        """Returns the (n, dimension) unit vectors of one network."""
        return np.stack([one.vectors[network] for one in self.seen])

    @property
    def detectors(self) -> dict[str, int]:
        """Counts the faces by detector."""
        return dict(Counter(one.face.detector for one in self.seen))

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """Returns (n,) bool: whether the service would accept each photograph as a capture."""
        return np.array([not one.reasons for one in self.seen])

    def milliseconds(self) -> dict[str, float]:
        """Returns the median of each step."""
        return {
            step: float(np.median([one.milliseconds[step] for one in self.seen])) for step in self.seen[0].milliseconds
        }


def embed_folder(
    folder: Path, models: Path, cache: VectorCache, errata: Errata, processes: int, name: str | None = None
) -> Embedded:
    """Finds the subject of every photograph and embeds it with each network, using the cache.

    Args:
        folder: a folder of people's folders.
        models: the folder with converted networks; missing ones are added.
        cache: the cache of results.
        errata: the known errors in the folder.
        processes: the number of parallel processes with one thread each.
        name: the folder's name in the report.
    """
    networks = {network: prepare_network(network, models) for network in NETWORKS}
    photographs = list_photographs(folder)
    kept = [one for one in photographs if one.label not in errata.photographs and one.person not in errata.people]
    found = list(_seen(kept, networks, cache, processes, name or folder.name))
    shown = [(photograph, seen) for photograph, seen in zip(kept, found, strict=True) if seen is not None]
    names = sorted({photograph.person for photograph, _ in shown})
    number = {person: index for index, person in enumerate(names)}
    return Embedded(
        name=name or folder.name,
        labels=[photograph.label for photograph, _ in shown],
        people=np.array([number[photograph.person] for photograph, _ in shown], np.int64),
        names=names,
        kin=frozenset(
            (number[one], number[other])
            for one, other in (sorted(pair) for pair in errata.kin)
            if one in number and other in number
        ),
        seen=[seen for _, seen in shown],
        missed=[photograph.label for photograph, seen in zip(kept, found, strict=True) if seen is None],
        left_out=[one.label for one in photographs if one not in kept],
    )


def _seen(
    photographs: Sequence[Photograph], networks: Mapping[str, Path], cache: VectorCache, processes: int, name: str
) -> Iterator[Seen | None]:
    known = [cache.get(photograph.path) for photograph in photographs]
    todo = [photograph for photograph, data in zip(photographs, known, strict=True) if data is None]
    workers = ProcessPoolExecutor(processes, get_context("spawn"), _start_worker, (networks,))
    with workers, tqdm(total=len(photographs), desc=name, unit="photograph", disable=None) as progress:
        fresh = workers.map(_look_at, todo, chunksize=AT_ONCE)
        for photograph, data in zip(photographs, known, strict=True):
            if data is None:
                data = pickle.dumps(next(fresh))  # noqa: PLW2901 (what the cache lacked)
                cache.put(photograph.path, data)
            progress.update()
            yield pickle.loads(data)  # nosec B301  # noqa: S301 (written by this program, into a folder of its own)


_engine: FaceEngine


def _start_worker(networks: Mapping[str, Path]) -> None:
    global _engine  # noqa: PLW0603 (a worker process has one engine, for as long as it lives)
    cv2.setNumThreads(1)
    _engine = LiteRTEngine(networks, interpreters=1)
    _engine.warm_up()


def _look_at(photograph: Photograph) -> Seen | None:
    return look_at(photograph, _engine, NETWORKS)


def look_at(photograph: Photograph, engine: FaceEngine, networks: Sequence[str]) -> Seen | None:
    """Evaluates one photograph; returns None if no face is found."""
    milliseconds: dict[str, float] = {}

    def timed(step: str, work: Callable[..., T], *arguments: object) -> T:
        start = time.perf_counter()
        result = work(*arguments)
        milliseconds[step] = (time.perf_counter() - start) * 1000
        return result

    pixels = photograph.read()
    faces = timed("find", engine.find_faces, pixels)
    face = the_subject(faces, pixels)
    if face is None:
        return None
    quality = timed("measure", engine.measure, pixels, face)
    vectors = {network: timed(network, engine.embed_as, pixels, face, [network])[network] for network in networks}
    face = replace(face, mesh=None)  # the mesh is large and not needed here
    return Seen(face, quality, [*check_faces(faces), *check_capture(face, quality)], vectors, milliseconds)
