"""How often the pipeline takes one person for another: ``python -m benchmarks.accuracy --faces FOLDER [--faces ...]``.

A folder holds one folder a person, photographs in it. No photograph and no vector is kept, only figures.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.accuracy_figures import count_figures
from benchmarks.accuracy_report import as_markdown
from benchmarks.engines import MODELS, open_engine
from benchmarks.faces import Photograph, list_photographs, the_subject
from benchmarks.machine import describe_machine, in_one_line
from benchmarks.protocols import Vectors
from benchmarks.results import RESULTS, write_results
from benchmarks.statistics import Integers
from embeddings.engine import FaceEngine
from embeddings.types import Vector


@dataclass(frozen=True)
class Embedded:
    """The photographs of a folder as vectors.

    Attributes:
        vectors: by model id, (n, dimension), of the photographs with a face.
        people: (n,) int64, whose each is.
        found: how the faces were found, for the report.
    """

    vectors: dict[str, Vectors]
    people: Integers
    found: dict[str, Any]


def embed_photographs(engine: FaceEngine, photographs: list[Photograph], model_ids: Sequence[str]) -> Embedded:
    """Finds the subject of every photograph and embeds it as each of these models."""
    names = sorted({photograph.person for photograph in photographs})
    vectors: dict[str, list[Vector]] = {model_id: [] for model_id in model_ids}
    people, missed, several = [], [], []
    detectors: Counter[str] = Counter()
    for photograph in tqdm(photographs, unit="photograph", disable=None):
        pixels = photograph.read()
        faces = engine.find_faces(pixels)
        face = the_subject(faces, pixels)
        if face is None:
            missed.append(photograph.label)
            continue
        if len(faces) > 1:
            several.append(photograph.label)
        detectors[face.detector] += 1
        for model_id, vector in engine.embed_as(pixels, face, model_ids).items():
            vectors[model_id].append(vector)
        people.append(names.index(photograph.person))
    found = {
        "people": len(names),
        "photographs": len(photographs),
        "missed": missed,
        "several_faces": several,
        "detectors": dict(detectors),
    }
    return Embedded({model_id: np.stack(rows) for model_id, rows in vectors.items()}, np.array(people), found)


def main(arguments: list[str]) -> None:
    """Measures, prints and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--faces", type=Path, action="append", required=True, help="folder of folders of photographs")
    parser.add_argument("--weights", default="casia-webface", help="casia-webface or vggface2")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine()
    print(in_one_line(machine), flush=True)
    engine, card = open_engine(chosen.weights, chosen.models)
    figures = {}
    for folder in chosen.faces:
        embedded = embed_photographs(engine, list_photographs(folder), [card.model_id])
        figures[folder.name] = embedded.found | count_figures(embedded.vectors[card.model_id], embedded.people, card)
    markdown = as_markdown(figures)
    print(markdown)
    title = f"Accuracy of {card.model_id}"
    name = f"accuracy-{chosen.weights}"
    write_results(name, title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)


if __name__ == "__main__":
    main(sys.argv[1:])
