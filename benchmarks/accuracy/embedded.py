"""Photographs -> vectors of every network, and what is needed to say why a photograph is hard."""

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
"""What installs from the package registries and is no worse than these by every figure that was measured."""

AT_ONCE = 16
"""Photographs that a process is given at a time."""

T = TypeVar("T")
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """One photograph in which a face was found.

    Attributes:
        face: its subject's, without the mesh.
        quality: what limits the face.
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
        labels: (n,) the photographs, as the report names them.
        people: (n,) int64, whose each is, from 0 on.
        names: the people.
        kin: pairs of people, by number, who are twins or siblings.
        seen: what each photograph shows.
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
        """(n, dimension) unit vectors of one network."""
        return np.stack([one.vectors[network] for one in self.seen])

    @property
    def detectors(self) -> dict[str, int]:
        """How many faces each detector found."""
        return dict(Counter(one.face.detector for one in self.seen))

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """(n,) bool, which photographs the service would accept as captures."""
        return np.array([not one.reasons for one in self.seen])

    def milliseconds(self) -> dict[str, float]:
        """The median of each step."""
        return {
            step: float(np.median([one.milliseconds[step] for one in self.seen])) for step in self.seen[0].milliseconds
        }


def embed_folder(
    folder: Path, models: Path, cache: VectorCache, errata: Errata, processes: int, name: str | None = None
) -> Embedded:
    """Finds the subject of every photograph and embeds it by each network; from the cache what is there.

    Args:
        folder: of folders of people.
        models: the folder with converted networks; what is missing is added.
        cache: where what was computed is kept.
        errata: what is wrong in the folder.
        processes: how many work at the same time, on one thread each.
        name: what the report calls the folder.
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
    """What one photograph shows; None where no face is found."""
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
    face = replace(face, mesh=None)  # large, and nothing here needs it
    return Seen(face, quality, [*check_faces(faces), *check_capture(face, quality)], vectors, milliseconds)
