"""Writes the models' reference scores: ``python -m benchmarks.reference --faces FOLDER``.

Run it when a network, its alignment or a weight changes. What it writes is numbers: no photograph, no vector.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.accuracy import embed_photographs
from benchmarks.engines import MODELS, open_engine
from benchmarks.faces import list_photographs
from benchmarks.protocols import Vectors
from benchmarks.statistics import Floats, Integers
from embeddings.models import CARDS
from embeddings.references import FNMR_LEVELS, STANDS_FOR, Reference, reference_file
from embeddings.score_tail import Comparisons, fit_tail
from embeddings.types import Vector
from embeddings.vectors import template

CAPTURES, DRAWS, SEED = 5, 40, 20261124
"""Captures to a template, how often templates are drawn for the genuine scores, and the seed."""


def compare(vectors: Vectors, people: Integers, seed: int) -> tuple[Comparisons, Floats]:
    """Every photograph against templates of other people, and those not in a template against their own person's.

    Args:
        vectors: (n, dimension), rows of unit length.
        people: (n,) int64, whose each is, from 0 on.
        seed: of the random numbers that draw which photographs a template is made of.

    Returns:
        The impostor comparisons, and the genuine scores (m,) float64.
    """
    generator = np.random.default_rng(seed)
    templates: list[Vector] = []
    spare: list[int] = []
    for person in range(int(people.max()) + 1):
        own = generator.permutation(np.flatnonzero(people == person))
        templates.append(template(list(vectors[own[:CAPTURES]])))
        spare.extend(own[CAPTURES:])
    scores = (vectors @ np.stack(templates).T).astype(np.float64)
    row, column = np.nonzero(people[:, np.newaxis] != np.arange(len(templates)))
    return Comparisons(scores[row, column], people[row], column), scores[np.array(spare), people[spare]]


def main(arguments: list[str]) -> None:
    """Measures and writes one file a model."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("--faces", type=Path, required=True, help="folder of folders of photographs")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    chosen = parser.parse_args(arguments)
    measured = [card.model_id for card in CARDS if card.model_id not in STANDS_FOR]
    engine, _ = open_engine(measured[0], chosen.models, measured[1:])
    embedded = embed_photographs(engine, list_photographs(chosen.faces), measured)
    for model_id in measured:
        drawn = [compare(embedded.vectors[model_id], embedded.people, SEED + draw) for draw in range(DRAWS)]
        impostors, genuine = drawn[0][0], np.concatenate([scores for _, scores in drawn])
        quantiles = tuple(round(float(score), 4) for score in np.quantile(genuine, FNMR_LEVELS))
        found = embedded.found
        source = f"{chosen.faces.name}: {found['photographs']} photographs of {found['people']} people"
        reference = Reference(source, fit_tail(impostors), quantiles)
        reference_file(model_id).write_text(json.dumps(reference.as_json()) + "\n", encoding="utf-8")
        print(f"{model_id}: {reference.impostors.comparisons} impostor comparisons, {len(genuine)} genuine ones")


if __name__ == "__main__":
    main(sys.argv[1:])
