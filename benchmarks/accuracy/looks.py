"""Measures what each step of finding a face is worth: ``python -m benchmarks.accuracy.looks --faces FOLDER``.

The same photographs go through the way of the service and through shorter ones. For each way: the time, the
photographs in which it finds a usable face, and the FNIR of open-set searches with its vectors.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from benchmarks.accuracy.errata import Errata, read_errata
from benchmarks.accuracy.open_set import open_set
from benchmarks.accuracy.sample import Sample
from benchmarks.common.engines import MODELS
from benchmarks.common.faces import Photograph, list_photographs, the_subject
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, interval, table, write_results
from embeddings.core.interpreter import Network
from embeddings.core.models import CARDS, card
from embeddings.core.types import Face, RGBImage, Vector
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.facemesh import FaceMesh, FoundFace, Mesh
from embeddings.detect.finder import FaceFinder, Found
from embeddings.embed.networks import CROPS, Embedder
from embeddings.quality.quality import check_capture, check_faces, measure
from embeddings.weights.prepare import prepare_network

MODEL_ID = CARDS[0].model_id
CAPTURES, FPIR = (1, 3), 0.003
PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless")


class NoMesh(FaceMesh):
    """No mesh: the detector's own points are used."""

    def locate(self, image: RGBImage, found: FoundFace, *, twice: bool = True) -> Mesh | None:
        """Returns None, as for a face that the mesh network does not see."""


class ShortRangeFinder(FaceFinder):
    """Only the first detector."""

    def _tries(self, image: RGBImage, thorough: bool) -> Iterator[list[Found]]:
        yield next(super()._tries(image, thorough))


Find = Callable[[RGBImage], list[Face]]

SIGN_UP, LOGIN = "as a sign-up: two looks of the mesh", "as a login: a second look if the first is unsure"
WAYS = (SIGN_UP, LOGIN, "no mesh", "the first detector alone")


def finders() -> Mapping[str, Find]:
    """Returns what finds faces in each way."""
    dlib = DlibDetector()
    whole = FaceFinder.load(dlib)
    short, full = whole.short_range, whole.full_range
    ways: tuple[Find, ...] = (
        whole.find,
        partial(whole.find, twice=False),
        FaceFinder(short, full, NoMesh(), dlib).find,
        ShortRangeFinder(short, full, whole.mesh, dlib).find,
    )
    return dict(zip(WAYS, ways, strict=True))


@dataclass(frozen=True)
class Look:
    """One photograph by one way: the vector of a usable face, or None, and the milliseconds of finding it."""

    vector: Vector | None
    milliseconds: float


class Looker:
    """Looks at photographs in every way; one a process."""

    def __init__(self, network: Path) -> None:
        self._finders = finders()
        self._embedder = Embedder(Network(network), CROPS[MODEL_ID])

    def look(self, photograph: Photograph) -> dict[str, Look]:
        """Returns what each way makes of a photograph."""
        pixels = photograph.read()
        return {way: self._look(find, pixels) for way, find in self._finders.items()}

    def _look(self, find: Find, pixels: RGBImage) -> Look:
        start = time.perf_counter()
        faces = find(pixels)
        milliseconds = (time.perf_counter() - start) * 1000
        face = the_subject(faces, pixels)
        if face is None or check_faces(faces) or check_capture(face, measure(pixels, face)):
            return Look(None, milliseconds)
        return Look(self._embedder.embed(pixels, face), milliseconds)


_looker: Looker


def _start_worker(network: Path) -> None:
    global _looker  # noqa: PLW0603 (a worker process has one, for as long as it lives)
    cv2.setNumThreads(1)
    _looker = Looker(network)


def _look(photograph: Photograph) -> dict[str, Look]:
    return _looker.look(photograph)


def figures_of(people: Sequence[str], looks: Sequence[Mapping[str, Look]], errata: Errata) -> dict[str, Any]:
    """Returns the figures of each way.

    Args:
        people: the person in each photograph.
        looks: of each photograph, by way.
        errata: name the relatives.
    """
    return {way: _figures(people, [look[way] for look in looks], errata) for way in WAYS}


def _figures(people: Sequence[str], looks: Sequence[Look], errata: Errata) -> dict[str, Any]:
    usable = [(person, look.vector) for person, look in zip(people, looks, strict=True) if look.vector is not None]
    names, numbers = np.unique([person for person, _ in usable], return_inverse=True)
    number = {str(name): index for index, name in enumerate(names)}
    pairs = (sorted(pair) for pair in errata.kin)
    kin = frozenset((number[one], number[other]) for one, other in pairs if one in number and other in number)
    sample = Sample("looks", np.stack([vector for _, vector in usable]), numbers, kin)
    found = {one["captures"]: one["rates"] for one in open_set(sample, card(MODEL_ID).margin)}
    return {
        "usable": len(usable) / len(looks),
        "median_ms": float(np.median([look.milliseconds for look in looks])),
        "fnir": {
            str(captures): next(rate["fnir"] for rate in found[captures] if rate["fpir"] == FPIR)
            for captures in CAPTURES
        },
    }


def as_markdown(figures: Mapping[str, Any], photographs: int) -> str:
    """Formats the table of ways."""
    header = ["way", "usable", "milliseconds", *(f"FNIR with {captures}" for captures in CAPTURES)]
    rows = [
        [
            way,
            f"{one['usable']:.2%}",
            f"{one['median_ms']:.1f}",
            *(interval(one["fnir"][str(captures)]) for captures in CAPTURES),
        ]
        for way, one in figures.items()
    ]
    note = (
        f"{photographs:,} photographs; the vectors are those of {MODEL_ID}. Usable: one face that the service accepts. "
        f"Milliseconds to find it (median, two processes). FNIR at FPIR {FPIR} of open-set searches among the usable "
        "photographs, with one and three captures a template; intervals of 95 %, bootstrapped by person."
    )
    return f"{note}\n\n{table(header, rows)}"


def main(arguments: Sequence[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.looks", description=__doc__)
    parser.add_argument("--faces", type=Path, required=True, help="folder of people's folders")
    parser.add_argument("--errata", type=Path, help="known errors in it, a CSV file")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    errata = read_errata(chosen.errata) if chosen.errata else Errata()
    photographs = [
        one
        for one in list_photographs(chosen.faces)
        if one.label not in errata.photographs and one.person not in errata.people
    ]
    network = prepare_network(MODEL_ID, chosen.models)
    with ProcessPoolExecutor(chosen.processes, get_context("spawn"), _start_worker, (network,)) as workers:
        found = workers.map(_look, photographs, chunksize=16)
        looks = list(tqdm(found, total=len(photographs), unit="photograph", disable=None))
    figures = figures_of([one.person for one in photographs], looks, errata)
    markdown = as_markdown(figures, len(photographs))
    print(markdown)
    write_results(
        "looks",
        "What each step of finding a face is worth",
        machine=machine,
        figures={"photographs": len(photographs), "ways": figures},
        markdown=markdown,
        folder=chosen.results,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
